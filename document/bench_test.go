package document

import (
	"path/filepath"
	"testing"
)

// The benchmarks read the golden cases of a type, and the real documents where
// they are at hand, one after the other.
func BenchmarkHTML(b *testing.B)     { benchmark(b, HTML, ".html", "corpus/pages/*.html") }
func BenchmarkMarkdown(b *testing.B) { benchmark(b, Markdown, ".md", "corpus/policies/*.md") }
func BenchmarkText(b *testing.B)     { benchmark(b, PlainText, ".txt", "gold/dev/*.txt") }

func benchmark(b *testing.B, mediaType, extension, pattern string) {
	b.Run("cases", func(b *testing.B) {
		var files []string
		for _, file := range cases(b) {
			if filepath.Ext(file) == extension {
				files = append(files, file)
			}
		}
		measure(b, mediaType, files)
	})
	b.Run("corpus", func(b *testing.B) { measure(b, mediaType, shared(b, pattern)) })
}

func measure(b *testing.B, mediaType string, files []string) {
	var inputs [][]byte
	var size int64
	for _, file := range files {
		data := readFile(b, file)
		if _, err := Parse(data, mediaType); err != nil {
			continue // what has no text
		}
		inputs = append(inputs, data)
		size += int64(len(data))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range inputs {
			if _, err := Parse(data, mediaType); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkFingerprint is over the texts of the golden cases, and of the real
// policies where they are at hand.
func BenchmarkFingerprint(b *testing.B) {
	b.Run("cases", func(b *testing.B) { measureFingerprint(b, cases(b)) })
	b.Run("corpus", func(b *testing.B) { measureFingerprint(b, shared(b, "corpus/policies/*.md")) })
}

func measureFingerprint(b *testing.B, files []string) {
	var texts []string
	var size int64
	for _, file := range files {
		data := readFile(b, file)
		d, err := Parse(data, MediaType(file, data))
		if err != nil {
			continue // what has no text
		}
		texts = append(texts, d.Text)
		size += int64(len(d.Text))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			Fingerprint(text)
		}
	}
}
