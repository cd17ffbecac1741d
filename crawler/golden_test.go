package crawler

import (
	"os"
	"path/filepath"
	"testing"
)

// cases returns the files that match a pattern under testdata; none is a fault.
func cases(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases match testdata/%s (err %v)", pattern, err)
	}
	return files
}

// golden compares got with the content of a file, which UPDATE_GOLDEN=1 rewrites.
func golden(t *testing.T, file string, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (UPDATE_GOLDEN=1 writes it)", err)
	}
	if got != string(want) {
		t.Errorf("differs from %s\n got: %s\nwant: %s", file, got, want)
	}
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
