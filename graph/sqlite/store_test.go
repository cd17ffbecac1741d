package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"policygraph/graph"
	"policygraph/graph/storetest"
)

func TestStore(t *testing.T) {
	made := file(t)
	if err := fresh(t, made).Close(); err != nil {
		t.Fatal(err)
	}
	empty, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Test(t, func(t *testing.T) graph.Store {
		path := file(t)
		if err := os.WriteFile(path, empty, 0o600); err != nil {
			t.Fatal(err)
		}
		return fresh(t, path)
	})
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "graph.db") }

// fresh returns the store at path, made if there is none, and closes it when
// the test ends.
func fresh(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func dump(t testing.TB, s graph.Store) string {
	t.Helper()
	var b strings.Builder
	if err := graph.Dump(context.Background(), s, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// runSQL runs SQL on a file behind the store's back.
func runSQL(t testing.TB, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// contents returns the files of a folder with what is in them.
func contents(t testing.TB, folder string) string {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			data = []byte("a folder")
		}
		fmt.Fprintf(&b, "%s: %q\n", f.Name(), data)
	}
	return b.String()
}

func TestOpenRefusesWhatIsNoStore(t *testing.T) {
	write := func(data string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	execute := func(statements string) func(*testing.T, string) {
		return func(t *testing.T, path string) { runSQL(t, path, statements) }
	}
	all, existing := []Mode{ReadOnly, ReadWrite, Create}, []Mode{ReadOnly, ReadWrite}
	for _, tt := range []struct {
		name  string
		make  func(t *testing.T, path string)
		modes []Mode
		want  error
	}{
		{"nothing", func(*testing.T, string) {}, existing, fs.ErrNotExist},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, all, graph.ErrNotGraph},
		{"a text", write(strings.Repeat("We never sell your data. ", 99)), all, graph.ErrNotGraph},
		{"a short text", write("We never sell your data."), all, graph.ErrNotGraph},
		{"an empty file", write(""), []Mode{ReadOnly}, graph.ErrNotGraph},
		{"a database of nobody", execute(`CREATE TABLE cat (name TEXT)`), all, graph.ErrNotGraph},
		{"a database of another program", execute(`PRAGMA application_id = 42; PRAGMA user_version = 1; CREATE TABLE cat (name TEXT)`), all, graph.ErrNotGraph},
		{"a database that keeps a log", execute(`PRAGMA journal_mode = wal; CREATE TABLE cat (name TEXT)`), all, graph.ErrNotGraph},
		{"a store of a newer program", execute(fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d; CREATE TABLE cat (name TEXT)`, application, schemaVersion+1)), all, graph.ErrNewerSchema},
	} {
		for _, mode := range tt.modes {
			t.Run(fmt.Sprintf("%s, mode %d", tt.name, mode), func(t *testing.T) {
				path := file(t)
				tt.make(t, path)
				before := contents(t, filepath.Dir(path))
				s, err := Open(t.Context(), path, mode)
				if err == nil {
					s.Close()
				}
				if !errors.Is(err, tt.want) || !strings.Contains(fmt.Sprint(err), path) {
					t.Errorf("open: %v, want %q with the path", err, tt.want)
				}
				if tt.name != "an empty file" && contents(t, filepath.Dir(path)) != before {
					t.Errorf("the files changed:\n%.300s\nbefore:\n%.300s", contents(t, filepath.Dir(path)), before)
				}
			})
		}
	}
}

// What a newer program wrote may stand in the log only.
func TestOpenReadsTheLog(t *testing.T) {
	path := file(t)
	s := fresh(t, path)
	if _, err := s.write.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, schemaVersion+1)); err != nil {
		t.Fatal(err)
	}
	if err := checkHeader(path); err != nil {
		t.Fatalf("the header tells of it already: %v", err)
	}
	for _, mode := range []Mode{ReadOnly, ReadWrite, Create} {
		if _, err := Open(t.Context(), path, mode); !errors.Is(err, graph.ErrNewerSchema) {
			t.Errorf("open in mode %d: %v, want ErrNewerSchema", mode, err)
		}
	}
}

func TestOpenAgainChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder? 100%", "of #1", "graph.db")
	s := fresh(t, path)
	storetest.Fill(t, s)
	before := dump(t, s)
	for _, mode := range []Mode{ReadOnly, ReadWrite, Create, ReadOnly} {
		again, err := Open(t.Context(), path, mode)
		if err != nil {
			t.Fatal(err)
		}
		if dump(t, again) != before {
			t.Errorf("opening again in mode %d changed the store", mode)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReadOnlyRefusesWrites(t *testing.T) {
	path := file(t)
	storetest.Fill(t, fresh(t, path))
	s, err := Open(t.Context(), path, ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := dump(t, s)
	if changed, err := s.Put(t.Context(), synthetic(1)); err == nil || changed || !strings.Contains(err.Error(), "reading only") {
		t.Errorf("put: changed %v, %v", changed, err)
	}
	if err := s.Replace(t.Context(), synthetic(1).Policy.ID, "other", nil); err == nil {
		t.Error("replace: no error")
	}
	if dump(t, s) != before {
		t.Error("the store changed")
	}
}

// Several programs may begin with the same file at once.
func TestCreateAtOnce(t *testing.T) {
	path := file(t)
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			s, err := Open(t.Context(), path, Create)
			if err != nil {
				t.Error(err)
				return
			}
			if changed, err := s.Put(t.Context(), synthetic(n)); err != nil || !changed {
				t.Errorf("put: changed %v, %v", changed, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	counts, err := fresh(t, path).Counts(t.Context())
	if err != nil || counts.Policies != 4 {
		t.Errorf("%d policies, %v", counts.Policies, err)
	}
}

// A program of another vocabulary brings the store up to date when it opens it.
func TestMigrateVocabulary(t *testing.T) {
	path := file(t)
	s := fresh(t, path)
	storetest.Fill(t, s)
	before := dump(t, s)
	runSQL(t, path, `
		UPDATE setting SET value = 'of long ago' WHERE name = 'vocabulary';
		UPDATE organization SET name = 'Backrub', sort = 'backrub', company_sort = 'backrub' WHERE id = 'google';
		INSERT INTO organization SELECT 'nobody-any-more', name, kind, aliases, domains, country, sector, lei, listed, 'b', 'b' FROM organization WHERE id = 'google';
		DELETE FROM organization WHERE id = 'microsoft';
		DELETE FROM ownership;
		DELETE FROM term`)
	if dump(t, s) == before {
		t.Fatal("the store is as before")
	}
	again := fresh(t, path)
	if dump(t, again) != before {
		t.Error("opening did not bring the directory up to date")
	}
	hits, err := again.Search(t.Context(), graph.SearchQuery{Text: "google", Kinds: []graph.SearchKind{graph.FindOrganization}}, graph.Page{Limit: 1})
	if err != nil || len(hits.Items) != 1 || hits.Items[0].ID != "google" {
		t.Errorf("search for it: %+v, %v", hits.Items, err)
	}
	var terms int
	if err := again.read.QueryRow(`SELECT count(*) FROM term WHERE vocabulary = 'data-type'`).Scan(&terms); err != nil || terms == 0 {
		t.Errorf("%d data types, %v", terms, err)
	}
}

func TestFullDisk(t *testing.T) {
	s := fresh(t, file(t))
	storetest.Fill(t, s)
	before := dump(t, s)
	limit := func(pages string) {
		if _, err := s.write.Exec(`PRAGMA max_page_count = ` + pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // SQLite takes the size that the file has
	changed, err := s.Put(t.Context(), synthetic(1))
	if err == nil || changed || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("put: changed %v, %v", changed, err)
	}
	if dump(t, s) != before {
		t.Error("the store is not as before")
	}
	limit("1000000")
	if changed, err := s.Put(t.Context(), synthetic(1)); err != nil || !changed {
		t.Errorf("put, with space again: changed %v, %v", changed, err)
	}
	var check string
	if err := s.write.QueryRow(`PRAGMA integrity_check`).Scan(&check); err != nil || check != "ok" {
		t.Errorf("integrity: %s, %v", check, err)
	}
}

func TestDamagedFile(t *testing.T) {
	path := file(t)
	s, err := Open(t.Context(), path, Create)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data); i++ {
		data[i] ^= 0x5a
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), path, ReadOnly)
	if err == nil {
		_, err = s.Counts(t.Context())
		s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v, want an error that says that the file is damaged", err)
	}
}

func TestMemory(t *testing.T) {
	s, file := fresh(t, Memory), fresh(t, file(t))
	storetest.Fill(t, s)
	storetest.Fill(t, file)
	if dump(t, s) != dump(t, file) {
		t.Error("a store in memory holds something else than one in a file")
	}
}

// Readers in other programs see whole captures while one writes.
func TestReadersOfAnotherProgram(t *testing.T) {
	path := file(t)
	writer := fresh(t, path)
	reader, err := Open(t.Context(), path, ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for seen := 0; ; {
				select {
				case <-done:
					return
				default:
				}
				c, err := reader.Counts(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if c.Policies < seen || c.Policies != c.Versions || c.Evidence != c.Policies*2*syntheticPractices {
					t.Errorf("a part of a capture: %+v after %d policies", c, seen)
				}
				seen = c.Policies
			}
		})
	}
	for n := range 12 {
		if _, err := writer.Put(t.Context(), synthetic(n)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}

// What is looked for may be anything.
func TestSearchOfOddTexts(t *testing.T) {
	s := fresh(t, Memory)
	storetest.Fill(t, s)
	for _, text := range []string{
		strings.Repeat("we share ", 500), strings.Repeat("x", 10000), `"`, `google"`, `we NOT share`, `NEAR(we share)`, `words:we`, "we\x00share", "^we", "数据 隐私", "e\u0301",
	} {
		if _, err := s.Search(t.Context(), graph.SearchQuery{Text: text}, graph.Page{Limit: 5, Total: true}); err != nil {
			t.Errorf("search %.40q: %v", text, err)
		}
	}
}
