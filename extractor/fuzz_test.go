package extractor

import (
	"os"
	"path/filepath"
	"testing"

	"policygraph/document"
)

// FuzzExtract reads any text in any language that has rules: nothing panics,
// and whatever is found is grounded in the text. Our cases are the seeds.
func FuzzExtract(f *testing.F) {
	for _, file := range cases(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, filepath.Base(filepath.Dir(file)) == "fr")
	}
	for _, piece := range hard {
		f.Add([]byte(piece+piece+piece), false)
	}
	x := newExtractor(f)
	f.Fuzz(func(t *testing.T, data []byte, french bool) {
		doc, err := document.Parse(data, document.Markdown)
		if err != nil {
			t.Skip() // no document
		}
		doc.Language = "en"
		if french {
			doc.Language = "fr"
		}
		grounded(t, doc, x.read(doc, Subject{Names: []string{"Quillstone"}}))
	})
}
