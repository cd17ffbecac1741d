package sqlite

import (
	"path/filepath"
	"testing"

	"policygraph/graph"
	"policygraph/graph/storetest"
)

func TestStore(t *testing.T) {
	for name, path := range map[string]func(*testing.T) string{
		"file":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "graph.db") },
		"memory": func(*testing.T) string { return Memory },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Test(t, func(t *testing.T) graph.Store { return fresh(t, path(t)) })
		})
	}
}

// fresh returns the store at path, made if there is none, and closes it when
// the test ends.
func fresh(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
