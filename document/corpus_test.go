package document

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared returns the files of real input that match pattern; without them it
// skips the test.
func shared(t testing.TB, pattern string) []string {
	t.Helper()
	dir := os.Getenv("POLICYGRAPH_SHARED")
	if dir == "" {
		dir = "../../shared"
	} else if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no real input: %s has no %s (POLICYGRAPH_SHARED names another place)", dir, pattern)
	}
	return files
}

// textless are the real documents without text: a policy of which only the
// logo was kept, and a page that sends the reader on to a challenge.
var textless = map[string]bool{"contrib__tousanticovid.md": true, "dating-hily-privacy-policy.html": true}

// Every real document keeps the promises of a document, or says that it is empty.
func TestCorpus(t *testing.T) {
	for _, pattern := range []string{"corpus/policies/*.md", "corpus/pages/*.html", "gold/dev/*.md", "gold/dev/*.txt"} {
		t.Run(pattern, func(t *testing.T) {
			for _, file := range shared(t, pattern) {
				data := readFile(t, file)
				d, err := Parse(data, MediaType(file, data))
				if textless[filepath.Base(file)] {
					if !errors.Is(err, ErrEmpty) {
						t.Errorf("%s: %v, want ErrEmpty", file, err)
					}
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
				if err := checkAll(d, data, MediaType(file, data)); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}

// The language of every policy with a reference answer is told right, and that
// of the others is told but for a few that are no prose.
func TestCorpusLanguage(t *testing.T) {
	right, all := 0, 0
	for _, file := range shared(t, "gold/dev/*.json") {
		var reference struct{ Language string }
		if err := json.Unmarshal(readFile(t, file), &reference); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		text, err := filepath.Glob(strings.TrimSuffix(file, ".json") + ".[mt]*")
		if err != nil || len(text) != 1 {
			t.Fatalf("%s: %d texts (err %v)", file, len(text), err)
		}
		all++
		if d := parseFile(t, text[0]); d.Language == reference.Language {
			right++
		} else {
			t.Logf("%s: language %q, want %q", text[0], d.Language, reference.Language)
		}
	}
	t.Logf("language: %d of %d right", right, all)
	if right*100 < all*98 {
		t.Errorf("language: %d of %d right, want 98 %%", right, all)
	}
	told := map[string]int{}
	files := shared(t, "corpus/policies/*.md")
	for _, file := range files {
		if d, err := Parse(readFile(t, file), Markdown); err == nil {
			told[d.Language]++
		}
	}
	t.Logf("languages of the corpus: %v", told)
	if told[""]*100 > len(files) {
		t.Errorf("the language of %d of %d policies is not told", told[""], len(files))
	}
}
