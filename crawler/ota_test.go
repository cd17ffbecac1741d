package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policygraph/policy"
)

// A commit of a fixture gives files their content; "" deletes.
type commit struct {
	day   int // of the author date
	files map[string]string
}

// needGit skips a test where there is no git: the program itself says so.
func needGit(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("NOT TESTED: importing from Open Terms Archive needs the program git")
	}
}

func git(t testing.TB, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// repositoryOf makes a bare repository of commits.
func repositoryOf(t testing.TB, commits ...commit) string {
	t.Helper()
	needGit(t)
	dir := filepath.Join(t.TempDir(), "terms.git")
	git(t, "", "init", "--quiet", "--bare", "--initial-branch=main", dir)
	var stream strings.Builder
	for _, c := range commits {
		at := firstDay.AddDate(0, 0, c.day).Unix()
		fmt.Fprintf(&stream, "commit refs/heads/main\nauthor Bot <bot@archive.example> %d +0200\ncommitter Bot <bot@archive.example> %d +0000\ndata 6\nRecord\n", at, at+5)
		for path, text := range c.files {
			if text == "" {
				fmt.Fprintf(&stream, "D %q\n", path)
				continue
			}
			mode := "100644"
			if strings.HasPrefix(text, "->") {
				mode = "120000"
			}
			fmt.Fprintf(&stream, "M %s inline %q\ndata %d\n%s\n", mode, path, len(text), text)
		}
	}
	git(t, stream.String(), "--git-dir="+dir, "fast-import", "--quiet", "--force")
	return dir
}

const (
	otaFirst  = "# Privacy Policy\n\nWe collect your e-mail address. [Help](https://acme.example/1)\n"
	otaMarkup = "Privacy Policy\n==============\n\nWe collect your **e-mail address**. [Help](https://acme.example/2)\n"
	otaSecond = "# Privacy Policy\n\nWe collect your e-mail address and share it with Nimbus Hosting Ltd.\n"
)

// terms is a collection with all that a collection may have.
func terms() []commit {
	one := func(day int, path, text string) commit { return commit{day, map[string]string{path: text}} }
	return []commit{
		{0, map[string]string{"README.md": "# A collection\n", "LICENSE": "ODC-BY\n"}},
		one(1, "Acme Shop/Privacy Policy.md", otaFirst),
		one(1, "Acme Shop/Community Guidelines.md", "Be kind.\n"),
		one(2, "Acme Shop/Privacy Policy.md", otaMarkup),
		one(3, "Acme Shop/Trackers Policy.md", "# Cookies\n\nThe cookie sid is kept for 3 months.\n"),
		one(4, "Acme Shop/Privacy Policy.md", otaSecond),
		one(5, "Glidewheel/Privacy Policy #app.md", otaFirst),
		one(7, "Acme Shop/Trackers Policy.md", "# Cookies\n\nThe cookie sid is kept for 6 months.\n"),
		one(6, "Acme Shop/Privacy Policy.md", otaFirst),
		one(8, "Acme Shop/Privacy Policy.md", ""),
		one(9, "Acme Shop/Privacy Policy.md", otaSecond),
		one(9, "Glidewheel/Terms of Service.md", "\n"),
		one(9, "Glidewheel/Link Privacy Policy.md", "-> /etc/passwd"),
		one(9, "Glidewheel/deep/Privacy Policy.md", otaFirst),
		one(9, "!!!/Privacy Policy.md", otaFirst),
		one(9, "Glide\twheel/Privacy Policy.md", otaFirst),
		one(9, "Glidewheel/Privacy Policy.html", "<p>"+otaFirst),
	}
}

// show writes the time line of everything in an archive.
func show(t *testing.T, a *Archive) string {
	t.Helper()
	var out strings.Builder
	for _, c := range captures(t, a) {
		text, err := a.Text(c.TextSHA256)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := a.Raw(c.RawSHA256)
		if err != nil || len(raw) == 0 {
			t.Fatalf("raw of %s: %d bytes, %v", c.URL, len(raw), err)
		}
		fmt.Fprintf(&out, "%s | %s | %s %s %s | %s – %s | %.80q\n", c.Company.Name, c.URL, c.Kind, c.Language, c.MediaType,
			c.FetchedAt.Format(time.DateOnly), c.LastSeenAt.Format(time.DateOnly), text)
	}
	for _, d := range documents(t, a) {
		fmt.Fprintf(&out, "%s | %s | version %d minor %t %s\n", d.Company, d.URL, d.Version, d.Minor, d.EffectiveDate)
	}
	return out.String()
}

func importOTA(t *testing.T, a *Archive, path string, o ImportOptions) ImportSummary {
	t.Helper()
	s, err := a.ImportOTA(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A repository becomes the same versions whatever form it has, and importing it
// again changes nothing.
func TestImportOTA(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	bare := repositoryOf(t, terms()...)
	tree := filepath.Join(t.TempDir(), "tree")
	git(t, "", "clone", "--quiet", bare, tree)
	bundle := filepath.Join(t.TempDir(), "terms.bundle")
	git(t, "", "--git-dir="+bare, "bundle", "create", "--quiet", bundle, "HEAD", "main")
	o := ImportOptions{EffectiveDate: func(d *policy.Document) policy.Date { return "2026-02-01" }}
	for _, path := range []string{bare, tree, bundle} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a := openTemp(t)
			s := importOTA(t, a, path, o)
			if got, want := fmt.Sprint(s), "{8 map[changed:2 new:3 returned:2 unchanged:1] map[no-text:1] 1}"; got != want {
				t.Errorf("summary %s, want %s", got, want)
			}
			once := show(t, a)
			golden(t, "testdata/ota.golden", once)
			before := dump(t, a)
			if s = importOTA(t, a, path, o); s.Changes[NoChange] != s.Documents {
				t.Errorf("importing again: %+v, want no change", s)
			}
			if dump(t, a) != before {
				t.Errorf("importing again changed the archive")
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(temporary, "policygraph-import-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// dump returns every row of an archive's index.
func dump(t *testing.T, a *Archive) string {
	t.Helper()
	var out strings.Builder
	for _, table := range []string{"company", "page", "version", "capture"} {
		rows, err := a.db.Query(`SELECT * FROM ` + table + ` ORDER BY 1, 2, 3`)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				fmt.Fprintf(&out, "%v\t", *v.(*any))
			}
			out.WriteString(table + "\n")
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// An import that is stopped anywhere is gone on with by starting it again.
func TestStoppedImportGoesOn(t *testing.T) {
	path := repositoryOf(t, terms()...)
	whole := openTemp(t)
	n := importOTA(t, whole, path, ImportOptions{}).Documents
	want := show(t, whole)
	for at := int64(1); at < int64(n); at += 3 {
		ctx, stop := context.WithCancel(context.Background())
		a := openTemp(t)
		s, err := a.ImportOTA(ctx, path, ImportOptions{Progress: func(done, total int64) {
			if done == at {
				stop()
			}
		}})
		stop()
		if !errors.Is(err, context.Canceled) || s.Documents > int(at) {
			t.Fatalf("stopped after %d: %+v, error %v", at, s, err)
		}
		importOTA(t, a, path, ImportOptions{})
		if got := show(t, a); got != want {
			t.Errorf("stopped after %d and gone on with:\n%s\nwant:\n%s", at, got, want)
		}
	}
}

func TestImportOTAOfListedCompanies(t *testing.T) {
	a := openTemp(t)
	s := importOTA(t, a, repositoryOf(t, terms()...), ImportOptions{Companies: []Company{
		{Name: "GlideWheel SAS", Country: "FR", Sector: "bicycles"}, {Name: "Elsewhere"},
	}})
	all := captures(t, a)
	if len(all) != 1 || all[0].Company.Name != "GlideWheel SAS" || all[0].Company.Country != "FR" || s.Documents != 1 {
		t.Errorf("%+v, captures %+v, want the one document of the company of the list", s, all)
	}
}

// What was crawled and what is imported stand side by side: an import leads no
// crawl to anything, and no crawl forgets it.
func TestCrawlAfterImport(t *testing.T) {
	a := openTemp(t)
	importOTA(t, a, repositoryOf(t, terms()...), ImportOptions{})
	imported := len(captures(t, a))
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	s := mustCrawl(t, web.options(a, urlCompany("Acme Shop", acmePolicy)))
	if s.Companies != 1 || s.Found != 1 || s.Changes[NewPolicy] != 1 || len(web.seen()) != 2 {
		t.Errorf("%+v after %v, want the one policy", s, web.seen())
	}
	if n := len(captures(t, a)); n != imported+1 {
		t.Errorf("%d captures, want %d", n, imported+1)
	}
}

// Each fault is one line that names what is at fault.
func TestImportOTABadInput(t *testing.T) {
	needGit(t)
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.bundle")
	if err := os.WriteFile(garbage, []byte("no bundle"), 0o644); err != nil {
		t.Fatal(err)
	}
	cutOff := filepath.Join(dir, "cut.bundle")
	git(t, "", "--git-dir="+repositoryOf(t, terms()...), "bundle", "create", "--quiet", cutOff, "main")
	if err := os.Truncate(cutOff, 200); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.git")
	git(t, "", "init", "--quiet", "--bare", empty)
	for name, tt := range map[string]struct{ path, want string }{
		"absent":       {filepath.Join(dir, "absent"), "no such file"},
		"no git":       {dir, "not a git repository"},
		"garbage":      {garbage, "no bundle that git can read"},
		"cut off":      {cutOff, "no bundle that git can read"},
		"no commits":   {empty, "HEAD"},
		"no terms":     {repositoryOf(t, commit{0, map[string]string{"README.md": "Hello"}}), `no file "Service/Terms type.md"`},
		"lost content": {withoutBlob(t, otaSecond), "Acme Shop/Privacy Policy.md: git has no such content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := openTemp(t).ImportOTA(context.Background(), tt.path, ImportOptions{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line that names %s and says %q", err, tt.path, tt.want)
			}
		})
	}
}

// withoutBlob is a repository that has lost a content.
func withoutBlob(t *testing.T, text string) string {
	t.Helper()
	dir := repositoryOf(t, terms()...)
	loose := filepath.Join(t.TempDir(), "loose.git")
	git(t, "", "clone", "--quiet", "--bare", dir, loose)
	packs, err := filepath.Glob(filepath.Join(loose, "objects", "pack", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		data := readFile(t, pack)
		if err := os.Remove(pack); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(pack, ".pack") {
			git(t, string(data), "--git-dir="+loose, "unpack-objects", "-q")
		}
	}
	hash := exec.Command("git", "hash-object", "--stdin")
	hash.Stdin = strings.NewReader(text)
	out, err := hash.Output()
	if err != nil {
		t.Fatal(err)
	}
	blob := string(bytes.TrimSpace(out))
	if err := os.Remove(filepath.Join(loose, "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	return loose
}

func TestImportOTAWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := openTemp(t).ImportOTA(context.Background(), t.TempDir(), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "the program git is missing; install it") {
		t.Errorf("error %v", err)
	}
}

// A real collection: every document of one of its services.
func TestImportOTAOfRealCollection(t *testing.T) {
	needGit(t)
	shared := os.Getenv("POLICYGRAPH_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	bundle := filepath.Join(shared, "corpus", "pga-versions.bundle")
	if !exists(bundle) {
		t.Skipf("NOT TESTED on a real collection: %s is not there", bundle)
	}
	a := openTemp(t)
	s := importOTA(t, a, bundle, ImportOptions{Companies: []Company{{Name: "Bluesky"}}})
	if s.Documents < 10 || s.Changes[NewPolicy] != 2 || s.Changes[NewVersion] == 0 || s.Changes[Unchanged] == 0 || len(s.PassedOver) > 0 {
		t.Errorf("%+v", s)
	}
}

// Whatever git says, it is read to its end, and what is read is a file with a date.
func FuzzRevisions(f *testing.F) {
	const c = "577430aa7c115d45fd805c9c06f9fc67c1fda441"
	f.Add(c + " 1650456085\x00\n:000000 100644 0000 170c A\x00A/Privacy Policy.md\x00:100644 000000 170c 0000 D\x00B.md\x00" + c + " 1650456086\x00")
	f.Add(c + " soon\x00")
	f.Add(":000000 100644 0000 170c A\x00x")
	f.Add(c + " 99999999999999\x00:")
	f.Fuzz(func(t *testing.T, out string) {
		revisions, err := readRevisions(strings.NewReader(out))
		for _, r := range revisions {
			if err == nil && (r.commit == "" || r.at.Year() < 1970 || r.at.Year() > 9998) {
				t.Errorf("revision %+v", r)
			}
			parseTermsPath(r.path)
		}
	})
}
