// Package sqlite keeps the graph in one SQLite file. It plans nothing and
// derives nothing itself: package graph says which rows a write makes.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"policygraph/graph"
)

// A Mode says what Open may do with the file.
type Mode int

const (
	// ReadOnly opens a file that exists and refuses every write.
	ReadOnly Mode = iota
	// ReadWrite opens a file that exists and migrates it.
	ReadWrite
	// Create is ReadWrite, but makes the file, and the folder it stands in, if there is none.
	Create
)

// Memory is the path of a store in memory, which is gone when it is closed.
const Memory = ":memory:"

// Store implements graph.Store.
type Store struct {
	path  string
	write *sql.DB // one connection; nil if the store is only read
	read  *sql.DB
}

var _ graph.Store = (*Store)(nil)

// readers is how many questions are answered at the same time.
const readers = 8

// Open opens the store in the file at path, or one in memory. It returns
// graph.ErrNotGraph for a file that is something else, graph.ErrNewerSchema for
// one of a newer program, and fs.ErrNotExist without a file; each error names
// the file.
func Open(ctx context.Context, path string, mode Mode) (*Store, error) {
	s, err := open(ctx, path, mode)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, mode Mode) (*Store, error) {
	s := &Store{path: path}
	if path != Memory {
		if err := prepare(path, mode); err != nil {
			return nil, err
		}
	}
	if err := s.connect(ctx, mode); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare checks, without writing to it, that the file is a store, or makes the
// folder of one that is to be created.
func prepare(path string, mode Mode) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("it is a folder: %w", graph.ErrNotGraph)
	case err == nil:
		return checkHeader(path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case mode == Create:
		return os.MkdirAll(filepath.Dir(path), 0o755)
	}
	return fmt.Errorf("there is no such file (run policygraph ingest first): %w", fs.ErrNotExist)
}

func (s *Store) connect(ctx context.Context, mode Mode) (err error) {
	if mode != ReadOnly || s.path == Memory {
		s.write, err = connect(s.path, 1, "mode=rwc&_txlock=immediate&_pragma=synchronous(normal)")
		if err != nil {
			return err
		}
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if s.path == Memory {
		s.read = s.write
		return nil
	}
	s.read, err = connect(s.path, readers, "mode=ro")
	if err != nil {
		return err
	}
	return s.viewing(ctx, "check", func(t tx) error {
		version, err := t.version()
		if err == nil && version == 0 {
			err = fmt.Errorf("%w: it is empty; run policygraph ingest first", graph.ErrNotGraph)
		}
		return err
	})
}

// connect returns a pool of at most n connections.
func connect(path string, n int, options string) (*sql.DB, error) {
	name := "file:" + (&url.URL{Path: path}).EscapedPath()
	if path == Memory {
		name = Memory
	}
	db, err := sql.Open("sqlite", name+"?"+options+"&_pragma=busy_timeout(10000)&_pragma=cache_size(-16000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// Close implements graph.Store.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}
