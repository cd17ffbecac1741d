package document

import (
	"os"
	"testing"
)

// The benchmarks read all real documents of a type, one after the other.
func BenchmarkHTML(b *testing.B)     { benchmarkParse(b, HTML, "corpus/pages/*.html") }
func BenchmarkMarkdown(b *testing.B) { benchmarkParse(b, Markdown, "corpus/policies/*.md") }
func BenchmarkText(b *testing.B)     { benchmarkParse(b, PlainText, "gold/dev/*.txt") }

func benchmarkParse(b *testing.B, mediaType, pattern string) {
	var inputs [][]byte
	var size int64
	for _, file := range shared(b, pattern) {
		data, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		inputs = append(inputs, data)
		size += int64(len(data))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range inputs {
			Parse(data, mediaType)
		}
	}
}
