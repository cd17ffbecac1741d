package document

import (
	"errors"
	"path/filepath"
	"testing"
)

// The fuzz targets hold that any bytes give a document that keeps its promises
// or one of the errors of Parse. Their seeds are the golden cases and what
// stands in testdata/fuzz.
func FuzzHTML(f *testing.F)     { fuzz(f, HTML, ".html") }
func FuzzMarkdown(f *testing.F) { fuzz(f, Markdown, ".md") }
func FuzzText(f *testing.F)     { fuzz(f, PlainText, ".txt") }

func fuzz(f *testing.F, mediaType, extension string) {
	for _, file := range cases(f) {
		if filepath.Ext(file) == extension {
			f.Add(readFile(f, file))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data, mediaType)
		if errors.Is(err, ErrEmpty) || errors.Is(err, ErrBinary) || errors.Is(err, ErrTooLarge) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := checkAll(d, data, mediaType); err != nil {
			t.Error(err)
		}
		Title(d)
		if len(Fingerprint(d.Text)) != 64 {
			t.Error("no fingerprint")
		}
	})
}
