package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A PDF is read like a web page; one that cannot be read is named, and the
// others are read.
func TestExtractPDF(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the sandbox for PDF files takes long to make under the race detector")
	}
	folder := t.TempDir()
	write(t, folder, "broken.pdf", "%PDF-1.7 and no more")
	r := run(t, "extract", "--format", "practices", filepath.Join(folder, "broken.pdf"), "testdata/marlowe.pdf")
	if r.code != exitFailed || !strings.Contains(r.stderr, "broken.pdf: PDF is damaged") {
		t.Errorf("exit %d, stderr %s", r.code, r.stderr)
	}
	for _, want := range []string{`"recipient":"stripe"`, `"max":"P6Y"`, "Stripe, which takes payments by card and receives your name and the amount;"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %s in\n%s", want, r.stdout)
		}
	}
	store := newStore(t)
	if r := run(t, "ingest", "--store", store, "testdata/marlowe.pdf"); r.code != exitDone {
		t.Fatalf("ingest: exit %d\n%s", r.code, r.stderr)
	}
	if got := mustRun(t, "query", "--store", store, `{ companies(first: 5) { nodes { name } } }`); !strings.Contains(got, "Marlowe Freight Ltd") {
		t.Errorf("companies %s", got)
	}
}
