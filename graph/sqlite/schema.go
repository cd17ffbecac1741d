package sqlite

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

const (
	// application marks, in the header of an SQLite file, the files of this
	// program: "plcy".
	application = 0x706c6379
	// schemaVersion counts changes of the tables. A file of a greater one is refused.
	schemaVersion = 1
)

//go:embed schema.sql
var schema string

// The header of an SQLite file.
const (
	magic         = "SQLite format 3\x00"
	userVersionAt = 60
	applicationAt = 68
	headerSize    = 100
)

// checkHeader refuses a file that is not ours or of a newer program without
// SQLite, which might write to it or beside it. An empty file is a new store.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header := make([]byte, headerSize)
	n, err := io.ReadFull(f, header)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && string(header[:len(magic)]) != magic:
		return fmt.Errorf("%w: it is no SQLite file", graph.ErrNotGraph)
	case err != nil:
		return err
	}
	return identify(int(binary.BigEndian.Uint32(header[applicationAt:])), int(binary.BigEndian.Uint32(header[userVersionAt:])))
}

// identify refuses what another program, or a newer version of this one, wrote.
func identify(id, version int) error {
	switch {
	case id != application:
		return fmt.Errorf("%w: it is the database of another program", graph.ErrNotGraph)
	case version > schemaVersion:
		return fmt.Errorf("%w: schema %d, this program knows %d", graph.ErrNewerSchema, version, schemaVersion)
	}
	return nil
}

// version returns the schema that the store has, 0 for none.
func (t tx) version() (int, error) {
	var id, version, tables int
	err := t.QueryRowContext(t.ctx, `
		SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
			(SELECT count(*) FROM sqlite_schema)`).Scan(&id, &version, &tables)
	if err != nil || id == 0 && version == 0 && tables == 0 {
		return 0, err
	}
	return version, identify(id, version)
}

// migrate creates what is missing and brings vocabularies and directory up to
// date where this program knows others. The mark of the file is written before
// it is told to keep a log beside itself, so that checkHeader can see it.
func (s *Store) migrate(ctx context.Context) error {
	_, err := s.writing(ctx, "migrate", func(t tx) error {
		version, err := t.version()
		if err != nil {
			return err
		}
		if version == 0 {
			marks := fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d;`, application, schemaVersion)
			if _, err := t.ExecContext(ctx, schema+marks); err != nil {
				return err
			}
		}
		return t.learn()
	})
	if err != nil {
		return err
	}
	if _, err := s.write.ExecContext(ctx, `PRAGMA journal_mode = wal`); err != nil {
		return fmt.Errorf("migrate: %w", explain(err))
	}
	return nil
}

// learn replaces the vocabularies, the countries and the directory of
// organisations, if those of this program are others than the store has.
func (t tx) learn() error {
	known := graph.VocabularyHash()
	held, err := rows(t, text, `SELECT value FROM setting WHERE name = 'vocabulary'`)
	if err != nil {
		return err
	}
	if len(held) == 1 && held[0] == known {
		return errNothing
	}
	for _, step := range []func() error{t.terms, t.countries, t.ownerships, t.settleAll} {
		if err := step(); err != nil {
			return err
		}
	}
	return t.exec(`INSERT INTO setting (name, value) VALUES ('vocabulary', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, known)
}

func (t tx) empty(tables ...string) error {
	for _, table := range tables {
		if err := t.exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

func (t tx) terms() error {
	if err := t.empty("term", "term_broader"); err != nil {
		return err
	}
	for _, v := range graph.Vocabularies() {
		err := insert(t, `INSERT INTO term (vocabulary, id, label, label_fr, covers, emitted) VALUES (?, ?, ?, ?, ?, ?)`,
			v.Terms(), func(term vocab.Term) []any {
				return []any{v.Name, term.ID, term.Label, term.LabelFR, term.Covers, term.Emitted}
			})
		if err != nil {
			return err
		}
		for _, term := range v.Terms() {
			err := insert(t, `INSERT INTO term_broader (vocabulary, id, broader) VALUES (?, ?, ?)`,
				term.Broader, func(broader string) []any { return []any{v.Name, term.ID, broader} })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (t tx) countries() error {
	if err := t.empty("country", "country_part_of"); err != nil {
		return err
	}
	err := insert(t, `INSERT INTO country (code, name, name_fr) VALUES (?, ?, ?)`, vocab.Countries(), func(c vocab.Country) []any {
		return []any{c.Place, c.Name, c.NameFR}
	})
	if err != nil {
		return err
	}
	for _, c := range vocab.Countries() {
		err := insert(t, `INSERT INTO country_part_of (code, bloc) VALUES (?, ?)`, c.Place.PartOf(), func(bloc policy.Place) []any {
			return []any{c.Place, bloc}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t tx) ownerships() error {
	if err := t.empty("ownership"); err != nil {
		return err
	}
	return insert(t, `INSERT INTO ownership (owned, owner, valid_from, valid_to, source, verified) VALUES (?, ?, ?, ?, ?, ?)`,
		vocab.Organizations().Ownerships(), func(o policy.Ownership) []any {
			return []any{o.Owned, o.Owner, o.From, o.To, o.Source, o.Verified}
		})
}

// settleAll derives every organisation that is listed or held.
func (t tx) settleAll() error {
	ids, err := rows(t, text, `SELECT id FROM organization`)
	if err != nil {
		return err
	}
	for _, o := range vocab.Organizations().All() {
		ids = append(ids, o.ID)
	}
	return t.settle(ids)
}
