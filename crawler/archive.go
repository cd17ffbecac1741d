package crawler

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the index is an SQLite file
)

//go:embed schema.sql
var schema string

// The index says in its header whose it is and how old its tables are.
const (
	schemaVersion = 1
	applicationID = 0x70677261 // "pgra"
)

// Why an archive cannot be opened.
var (
	ErrBusy      = errors.New("another crawl or import is at work on it; wait for its end or stop it")
	ErrNoArchive = errors.New("it holds no archive; run policygraph crawl or import first")
)

// An Archive is what was crawled, in one folder: raw/ holds the bytes, text/
// the texts, each in a file that is named after its SHA-256, and crawl.db says
// what they are, and which addresses are still to be asked for. Files are
// written before the rows that name them and every step is one transaction, so
// that a crash at any moment costs at most the request that was under way.
type Archive struct {
	dir  string
	db   *sql.DB
	lock *sql.DB    // holds the folder against a second crawl; nil when read only
	mu   sync.Mutex // one writer at a time
	blobs
}

// OpenArchive opens the archive in dir for a crawl or an import, and makes one
// where there is none. While it is open, a second OpenArchive of the folder is [ErrBusy].
func OpenArchive(dir string) (*Archive, error) {
	a, err := openArchive(dir)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", dir, err)
	}
	return a, nil
}

func openArchive(dir string) (_ *Archive, err error) {
	a := &Archive{dir: dir}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	if a.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	if a.blobs, err = openBlobs(dir); err != nil {
		return nil, err
	}
	if a.db, err = openIndex(filepath.Join(dir, "crawl.db"), "rwc"); err != nil {
		return nil, err
	}
	if err := a.migrate(); err != nil {
		return nil, err
	}
	// Leases are those of a crawl that died: the lock shows that none is alive.
	_, err = a.db.Exec(`UPDATE page SET leased_until = 0 WHERE leased_until > 0`)
	return a, err
}

// ReadArchive opens the archive in dir to read it, also while a crawl is at
// work. Where there is none, the error is [ErrNoArchive].
func ReadArchive(dir string) (*Archive, error) {
	a, err := readArchive(dir)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", dir, err)
	}
	return a, nil
}

func readArchive(dir string) (*Archive, error) {
	file := filepath.Join(dir, "crawl.db")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoArchive
	}
	db, err := openIndex(file, "ro")
	if err != nil {
		return nil, err
	}
	a := &Archive{dir: dir, db: db, blobs: blobs{dir: dir}}
	version, err := a.version()
	if err == nil && version == 0 {
		err = ErrNoArchive
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// Close closes the archive and lets go of its folder.
func (a *Archive) Close() error {
	var errs []error
	for _, db := range []*sql.DB{a.db, a.lock} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// openIndex opens an SQLite file; mode is ro or rwc.
func openIndex(file, mode string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	options := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "synchronous(full)"}}
	if mode != "ro" {
		options["_pragma"] = append(options["_pragma"], "journal_mode(wal)")
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: options.Encode()}
	return sql.Open("sqlite", u.String())
}

// lockFolder keeps other crawls away by an exclusive lock on an SQLite file of
// its own, which the system lets go of when the process ends, however it ends.
func lockFolder(dir string) (*sql.DB, error) {
	abs, err := filepath.Abs(filepath.Join(dir, "crawl.lock"))
	if err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err = db.Exec(`BEGIN EXCLUSIVE`); err != nil {
		db.Close()
		if isBusy(err) {
			return nil, ErrBusy
		}
		return nil, fmt.Errorf("crawl.lock: %w", err)
	}
	return db, nil
}

// version returns the version of the tables, 0 if there are none yet, and an
// error if the file is not ours or newer than this program.
func (a *Archive) version() (int, error) {
	var version, application, tables int
	err := a.db.QueryRow(`SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&version, &application, &tables)
	switch {
	case err != nil:
		return 0, fmt.Errorf("crawl.db: %w", err)
	case tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, errors.New("crawl.db is an SQLite file of another program; choose another folder")
	case version > schemaVersion:
		return 0, fmt.Errorf("crawl.db is of version %d and this program knows %d; use a newer policygraph", version, schemaVersion)
	}
	return version, nil
}

// migrate creates the tables where there are none.
func (a *Archive) migrate() error {
	version, err := a.version()
	if err != nil || version == schemaVersion {
		return err
	}
	return a.write(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(fmt.Sprintf("%s; PRAGMA user_version = %d; PRAGMA application_id = %d", schema, schemaVersion, applicationID))
		return err
	})
}

// write runs f in a transaction that is not cut short when ctx ends.
func (a *Archive) write(ctx context.Context, f func(*sql.Tx) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	tx, err := a.db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
