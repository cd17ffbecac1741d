package api

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"policygraph/policy"
)

func TestWriteCSV(t *testing.T) {
	var out bytes.Buffer
	rows, err := WriteCSV(t.Context(), fixture(t), &out, nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/export.csv", out.Bytes())
	records, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(records) != rows+1 || rows < 5 {
		t.Errorf("%d records for %d rows: %v", len(records), rows, err)
	}
	some := map[string]int{"cedar-games": 2, "dahlia-bank": 0, "google": 0, "nobody": 0}
	for id, want := range some {
		out.Reset()
		if rows, err := WriteCSV(t.Context(), fixture(t), &out, []string{id}); rows != want || err != nil || strings.Count(out.String(), "\n") != want+1 {
			t.Errorf("%s: %d rows, %v, want %d: %s", id, rows, err, want, out.String())
		}
	}
}

// A company with more edges than fit into one page has them all.
func TestWriteCSVPages(t *testing.T) {
	if testing.Short() {
		t.Skip("slow under the race detector; it runs without -short")
	}
	const n = exportPage + 3
	s := site{company: company("Many Suppliers", "FR", "retail"), path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{{at: "2025-01-01"}}}
	for _, c := range crowd(n) {
		s.texts[0].sentences = append(s.texts[0].sentences, c.texts[0].sentences[2])
	}
	var out bytes.Buffer
	if rows, err := WriteCSV(t.Context(), fill(t, captures([]site{s})), &out, nil); rows != n || err != nil {
		t.Errorf("%d rows, %v, want %d", rows, err, n)
	}
}

// No cell is a formula to a spreadsheet, and every row is one line.
func TestPlainCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"Acme":               "Acme",
		"=HYPERLINK(\"x\")":  "'=HYPERLINK(\"x\")",
		"+33 1":              "'+33 1",
		"-1":                 "'-1",
		"@SUM":               "'@SUM",
		" \t=1":              "'=1",
		"two\r\nlines\there": "two lines here",
	} {
		if got := plainCell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWriteCSVToFullDisk(t *testing.T) {
	if _, err := WriteCSV(t.Context(), fixture(t), full{}, nil); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("the error is %v", err)
	}
}
