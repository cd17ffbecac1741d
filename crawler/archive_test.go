package crawler

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestArchiveIsHeldByOneCrawl(t *testing.T) {
	dir := t.TempDir()
	a, err := OpenArchive(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := OpenArchive(dir); !errors.Is(err, ErrBusy) {
		t.Fatalf("a second crawl of the folder: archive %v, error %v, want ErrBusy", b, err)
	}
	r, err := ReadArchive(dir)
	if err != nil {
		t.Fatalf("reading while a crawl is at work: %v", err)
	}
	r.Close()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = OpenArchive(dir); err != nil {
		t.Fatalf("after the first crawl: %v", err)
	}
	a.Close()
}

func TestReadingAloneWritesNothing(t *testing.T) {
	a := openTemp(t)
	r, err := ReadArchive(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := Crawl(context.Background(), Options{Archive: r}); err == nil || !strings.Contains(err.Error(), "not open for a crawl") {
		t.Errorf("crawl: error %v", err)
	}
	if _, err := r.ImportWARC(context.Background(), "x.warc", ImportOptions{}); err == nil || !strings.Contains(err.Error(), "open for reading only") {
		t.Errorf("import: error %v", err)
	}
}

func TestFolderWithoutArchive(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadArchive(dir); !errors.Is(err, ErrNoArchive) {
		t.Errorf("error %v, want ErrNoArchive", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("reading left %v in the folder (%v)", left, err)
	}
}

// What stands under the name of the index and is none is told apart, and left as it is.
func TestForeignIndex(t *testing.T) {
	for _, tt := range []struct {
		name, sql, want string
	}{
		{"of another program", `CREATE TABLE t (x); PRAGMA application_id = 1`, "of another program"},
		{"without a program", `CREATE TABLE t (x)`, "of another program"},
		{"of a later version", schema + `; PRAGMA application_id = 1885827681; PRAGMA user_version = 99`, "use a newer policygraph"},
		{"no SQLite", "", "not a database"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "crawl.db")
			if tt.sql == "" {
				if err := os.WriteFile(file, []byte(strings.Repeat("not SQLite\n", 100)), 0o644); err != nil {
					t.Fatal(err)
				}
			} else {
				execSQL(t, file, tt.sql)
			}
			before := readFile(t, file)
			for _, open := range []func(string) (*Archive, error){OpenArchive, ReadArchive} {
				if _, err := open(dir); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), dir) {
					t.Errorf("error %v, want one that names %s and says %q", err, dir, tt.want)
				}
			}
			if !slices.Equal(readFile(t, file)[100:], before[100:]) { // the header may note the way of writing
				t.Error("the file was changed")
			}
		})
	}
}

func execSQL(t *testing.T, file, sql string) {
	t.Helper()
	db, err := openIndex(file, "rwc")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func TestBlobs(t *testing.T) {
	a := openTemp(t)
	raw := []byte(strings.Repeat("bytes\x00", 1000))
	sha, err := a.putRaw(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Raw(sha); err != nil || !slices.Equal(got, raw) {
		t.Errorf("Raw: %d bytes, %v", len(got), err)
	}
	text, err := a.putText("Ein Text mit ü.\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Text(text); err != nil || got != "Ein Text mit ü.\n" {
		t.Errorf("Text: %q, %v", got, err)
	}
	for _, bad := range []string{"", "../crawl.db", strings.Repeat("g", 64), strings.ToUpper(sha)} {
		if _, err := a.Raw(bad); err == nil || !strings.Contains(err.Error(), "not a SHA-256") {
			t.Errorf("Raw(%q): error %v", bad, err)
		}
	}
	if _, err := a.Text(sha); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Text of what is not kept: error %v", err)
	}
	damaged := filepath.Join(a.dir, textPath(text))
	if err := os.WriteFile(damaged, []byte("Ein Text mit u.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Text(text); err == nil || !strings.Contains(err.Error(), damaged) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged text: error %v, want one that names %s", err, damaged)
	}
}

func TestHalfWrittenFilesAreClearedAway(t *testing.T) {
	a := openTemp(t)
	half := filepath.Join(a.dir, "raw", temporary+"123")
	if err := os.WriteFile(half, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	a.Close()
	b, err := OpenArchive(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if exists(half) {
		t.Error("what a crash left is still there")
	}
}
