package demo

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"policygraph/policy"
)

// What expected/ says of a page must stand in it, word for word, in one
// paragraph, list item or table row.
func TestExpected(t *testing.T) {
	byID := map[string]page{}
	for _, p := range pages(t) {
		byID[strings.TrimSuffix(p.site+p.path, "/")] = p
	}
	covered := map[string]bool{}
	for _, e := range expectations(t) {
		p, ok := byID[strings.TrimSuffix(e.ID, "/index")]
		if !ok {
			t.Errorf("%s is not a page", e.ID)
			continue
		}
		covered[p.site] = true
		if root := elements(p.doc, atom.Html)[0]; attr(root, "lang") != e.Language {
			t.Errorf("%s: language %q, the page says %q", e.ID, e.Language, attr(root, "lang"))
		}
		if len(e.Recipients) == 0 || len(e.DataTypes) == 0 {
			t.Errorf("%s: no recipients or no data types", e.ID)
		}
		checkFacts(t, e, blocks(elements(p.doc, atom.Main)[0]))
	}
	for _, c := range list(t) {
		if !covered[c["domain"]] {
			t.Errorf("nothing is expected of %s", c["domain"])
		}
	}
}

func checkFacts(t *testing.T, e policy.Facts, blocks []string) {
	t.Helper()
	id := e.ID
	seen := map[string]bool{}
	check := func(key, quote string) {
		if n := utf8.RuneCountInString(quote); n < 10 || n > 300 {
			t.Errorf("%s: %s: quote of %d characters", id, key, n)
		}
		if !slices.ContainsFunc(blocks, func(b string) bool { return strings.Contains(b, quote) }) {
			t.Errorf("%s: %s: not in the text: %q", id, key, quote)
		}
		if seen[key] {
			t.Errorf("%s: %s is expected twice", id, key)
		}
		seen[key] = true
	}
	for _, f := range e.DataTypes {
		check("data type "+f.ID, f.Quote)
	}
	for _, f := range e.Recipients {
		check("recipient "+policy.NameKey(f.Name), f.Quote)
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if !strings.Contains(strings.Join(blocks, "\n"), name) {
				t.Errorf("%s: the text does not name %q", id, name)
			}
		}
	}
	for _, f := range e.Safeguards {
		check("safeguard "+f.ID, f.Quote)
	}
	for _, f := range e.Countries {
		check("country "+string(f.Code)+" "+f.Role, f.Quote)
		if _, err := policy.ParsePlace(string(f.Code)); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, f := range e.Retention {
		check("retention "+f.Scope+" "+deref(f.Max)+deref(f.Criterion), f.Quote)
		for _, period := range []string{deref(f.Min), deref(f.Max)} {
			if _, err := policy.ParsePeriod(period); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
}

// The publishers are fictional, so nobody outside their own group names them.
func TestNoPublisherIsAProcessor(t *testing.T) {
	group := []string{"ravensgill-group.example", "harbour-and-hearth.example", "fellbeck-lodges.example"}
	publishers := map[string]bool{}
	for _, c := range list(t) {
		publishers[policy.NameKey(c["name"])] = true
	}
	for _, e := range expectations(t) {
		site, _, _ := strings.Cut(e.ID, "/")
		for _, r := range e.Recipients {
			if publishers[policy.NameKey(r.Name)] && !slices.Contains(group, site) {
				t.Errorf("%s names the publisher %s", e.ID, r.Name)
			}
		}
	}
}

// expectations reads expected/, where the path of a file is the ID of its page.
func expectations(t *testing.T) []policy.Facts {
	t.Helper()
	var out []policy.Facts
	err := fs.WalkDir(os.DirFS("expected"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(filepath.Join("expected", name))
		if err != nil {
			return err
		}
		var e policy.Facts
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e.ID+".json" != name {
			t.Errorf("%s says that it is of %q", name, e.ID)
		}
		out = append(out, e)
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%d files in expected (err %v)", len(out), err)
	}
	return out
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
