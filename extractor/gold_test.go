package extractor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"policygraph/document"
	"policygraph/policy"
)

// shared returns a folder of the real policies that are not part of the
// repository, or skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("POLICYGRAPH_SHARED")
	if root == "" {
		root = "../../shared"
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("NOT TESTED on real policies: %v (POLICYGRAPH_SHARED names their folder)", err)
	}
	return dir
}

// texts returns the Markdown and text files of a folder, parsed.
func texts(t testing.TB, dir string) map[string]*policy.Document {
	t.Helper()
	docs := map[string]*policy.Document{}
	for _, pattern := range []string{"*.md", "*.txt"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := document.Parse(data, document.MediaType(file, data))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if doc.Language == "" {
				doc.Language = "en"
				if strings.Count(doc.Text, " des ") > strings.Count(doc.Text, " the ") {
					doc.Language = "fr"
				}
			}
			name := filepath.Base(file)
			docs[strings.TrimSuffix(name, filepath.Ext(name))] = doc
		}
	}
	if len(docs) == 0 {
		t.Fatalf("no texts in %s", dir)
	}
	return docs
}

var space = regexp.MustCompile(`\s+`)

// TestGrounded reads every policy with reference answers: whatever is found
// must be what the domain admits, and every quote must stand in the text. With
// POLICYGRAPH_PREDICTIONS it leaves the facts there for score.py.
func TestGrounded(t *testing.T) {
	x := newExtractor(t)
	for id, doc := range texts(t, shared(t, "gold/dev")) {
		var r *policy.Reading
		if x.languages[doc.Language] == nil {
			t.Errorf("%s: language %q", id, doc.Language)
			continue
		}
		c := x.read(doc, Subject{})
		for _, fault := range c.faults {
			t.Errorf("%s: %v", id, fault)
		}
		r = c.finish()
		facts := policy.FactsOf(id, doc.Text, r)
		text := space.ReplaceAllString(doc.Text, " ")
		for _, p := range r.Practices {
			for _, e := range p.Evidence() {
				if !strings.Contains(text, space.ReplaceAllString(e.Quote(), " ")) {
					t.Errorf("%s: quote %q does not stand in the text", id, e.Quote())
				}
			}
		}
		if dir := os.Getenv("POLICYGRAPH_PREDICTIONS"); dir != "" {
			data, err := json.MarshalIndent(facts, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, id+".json"), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	x := newExtractor(b)
	docs := texts(b, shared(b, "gold/dev"))
	size := 0
	for _, doc := range docs {
		size += len(doc.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, doc := range docs {
			x.Extract(doc, Subject{})
		}
	}
}
