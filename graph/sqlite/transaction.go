package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"policygraph/graph"
)

// viewing runs f on one state of the store, which no write changes meanwhile.
func (s *Store) viewing(ctx context.Context, what string, f func(tx) error) error {
	t, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	defer t.Rollback()
	if err := f(tx{ctx, t, nil}); err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	return nil
}

// errNothing makes writing leave everything as it was.
var errNothing = errors.New("nothing to write")

// writing runs f in a transaction and reports whether it was committed: it is
// not if f returns an error, which errNothing is not for the caller.
func (s *Store) writing(ctx context.Context, what string, f func(tx) error) (bool, error) {
	if s.write == nil {
		return false, fmt.Errorf("%s: the store %s is open for reading only", what, s.path)
	}
	t, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, explain(err))
	}
	defer t.Rollback()
	err = f(tx{ctx, t, map[string]*sql.Stmt{}})
	if errors.Is(err, errNothing) {
		return false, nil
	}
	if err == nil {
		err = t.Commit()
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, explain(err))
	}
	return true, nil
}

// explain says what to do about errors that are not ours.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full; nothing of this was written: free space and run it again: %w", err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", graph.ErrNotGraph, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("the file or its folder may not be written: %w", err)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("the file or its folder may not be read or written: %w", err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("another program is writing to it: wait until it has ended: %w", err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("the file is damaged: delete it and run policygraph ingest again: %w", err)
	}
	return err
}

// tx is a transaction with the context it runs under.
type tx struct {
	ctx context.Context
	*sql.Tx
	statements map[string]*sql.Stmt // prepared so far, of a transaction that writes
}

// statement prepares one SQL statement, once in a transaction, which closes it.
func (t tx) statement(query string) (*sql.Stmt, error) {
	if s, ok := t.statements[query]; ok {
		return s, nil
	}
	s, err := t.PrepareContext(t.ctx, query)
	if err == nil {
		t.statements[query] = s
	}
	return s, err
}

// exec runs one statement that writes.
func (t tx) exec(query string, args ...any) error {
	s, err := t.statement(query)
	if err == nil {
		_, err = s.ExecContext(t.ctx, args...)
	}
	return err
}

// insert runs a statement for each of rows.
func insert[T any](t tx, query string, rows []T, args func(T) []any) error {
	for _, row := range rows {
		if err := t.exec(query, args(row)...); err != nil {
			return err
		}
	}
	return nil
}

// scanner is the row that a query stands at.
type scanner interface{ Scan(dest ...any) error }

// rows returns what row makes of each row that the query returns.
func rows[T any](t tx, row func(scanner) (T, error), query string, args ...any) (_ []T, err error) {
	r, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var out []T
	for r.Next() {
		v, err := row(r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, r.Err()
}

func text(r scanner) (s string, err error) { return s, r.Scan(&s) }
