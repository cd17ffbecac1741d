package extractor

import "testing"

func newExtractor(t testing.TB) *Extractor {
	t.Helper()
	x, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestNew(t *testing.T) { newExtractor(t) }
