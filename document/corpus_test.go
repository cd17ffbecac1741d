package document

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the files of real input that match pattern; without them it
// skips the test.
func shared(t testing.TB, pattern string) []string {
	dir := os.Getenv("POLICYGRAPH_SHARED")
	if dir == "" {
		dir = "../../shared"
	} else if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no real input: %s has no %s (POLICYGRAPH_SHARED names another place)", dir, pattern)
	}
	return files
}

// Every real document keeps the promises of a document.
func TestCorpus(t *testing.T) {
	for _, pattern := range []string{"corpus/policies/*.md", "corpus/pages/*.html", "gold/dev/*.md", "gold/dev/*.txt"} {
		t.Run(pattern, func(t *testing.T) {
			for _, file := range shared(t, pattern) {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				d, err := Parse(data, MediaType(file, data))
				if errors.Is(err, ErrEmpty) && len(data) < 1000 {
					continue // a page that only sends the reader on
				}
				if err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
				if err := check(d); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}
