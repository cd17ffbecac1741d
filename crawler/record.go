package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"policygraph/policy"
)

// An outcome is how a visit to a page ended.
type outcome struct {
	at          time.Time
	status      Status
	reason      string
	finalURL    string
	contentType string
	raw         []byte // what the server sent, where it is worth keeping
	validator   validator
	text        *reading // of a document
	unchanged   bool     // the server says that it is the one we have
	links       []link   // of a home page
}

// A reading is a document as the archive keeps it.
type reading struct {
	text        string
	kind        policy.Kind
	language    string
	region      string
	effective   policy.Date
	fingerprint string // equal where the wording is
	words       string // the same, without digits
}

// A Change tells what a visit did to the archive.
type Change string

const (
	NoChange   Change = ""          // nothing new: a failure, a page of links, or a document that is kept already
	Unchanged  Change = "unchanged" // seen again
	NewPolicy  Change = "new"       // the first version of a policy
	NewVersion Change = "changed"   // new wording
	Returned   Change = "returned"  // an earlier wording is back
)

// record writes how a visit ended: bytes and text first, then, in one
// transaction, everything that follows from it. A text that is held back changes
// the status of o.
func (a *Archive) record(ctx context.Context, p page, o *outcome) (change Change, err error) {
	r := recording{page: p, outcome: o}
	if len(o.raw) > 0 {
		if r.rawSHA, err = a.putRaw(o.raw); err != nil {
			return NoChange, err
		}
	}
	if o.text != nil {
		if r.textSHA, err = a.putText(o.text.text); err != nil {
			return NoChange, err
		}
	}
	err = a.write(ctx, func(tx *sql.Tx) error {
		r.tx = tx
		change, err = r.record()
		return err
	})
	if err != nil {
		return NoChange, fmt.Errorf("record %s: %w", p.url, err)
	}
	return change, nil
}

// A recording is one transaction of record.
type recording struct {
	tx *sql.Tx
	page
	*outcome
	rawSHA, textSHA string // names of the files
}

func (r *recording) record() (Change, error) {
	change, held, err := r.versions()
	if err != nil {
		return NoChange, err
	}
	for i, l := range r.links {
		if err := addPage(r.tx, r.company, l.url, l.role, i+1); err != nil {
			return NoChange, err
		}
	}
	_, err = r.tx.Exec(`UPDATE page SET due_at = NULL, leased_until = 0, tries = 0, attempted_at = ?, status = ?, reason = ?,
		final_url = ?, content_type = ?, raw_sha256 = ?, text_sha256 = ?, held = ? WHERE id = ?`,
		millis(r.at), string(r.status), r.reason, r.finalURL, r.contentType, r.rawSHA, r.textSHA, held, r.id)
	return change, err
}

// versions notes what the visit says of the versions of the page's policy. It
// returns the fingerprint of a text that is held back.
func (r *recording) versions() (change Change, held string, err error) {
	switch {
	case r.unchanged:
		return Unchanged, "", r.extend()
	case r.text == nil:
		return NoChange, "", nil
	}
	now, err := r.current()
	if err != nil {
		return NoChange, "", err
	}
	switch {
	case now == nil:
		change, err = r.first()
	case now.fingerprint == r.text.fingerprint:
		change, err = Unchanged, r.extend()
	case cliff(now.bytes, len(r.text.text)) && r.page.held != r.text.fingerprint:
		r.status = Held
		r.reason = fmt.Sprintf("the text went from %d to %d bytes; it counts once it is seen again", now.bytes, len(r.text.text))
		return NoChange, r.text.fingerprint, nil
	default:
		change, err = r.next(now)
	}
	if err != nil {
		return NoChange, "", err
	}
	return change, "", r.keepValidator()
}

// A standing version is the one that was seen last.
type standing struct {
	number, bytes      int
	fingerprint, words string
}

func (r *recording) current() (*standing, error) {
	var s standing
	err := r.tx.QueryRow(`SELECT v.number, v.text_bytes, v.fingerprint, v.words
		FROM capture k JOIN version v ON v.page = k.page AND v.number = k.version
		WHERE k.page = ? ORDER BY k.id DESC LIMIT 1`, r.id).Scan(&s.number, &s.bytes, &s.fingerprint, &s.words)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &s, err
}

// cliff reports whether a text halved or doubled, which more often is a broken
// page than a new policy.
func cliff(before, after int) bool { return after*2 < before || after > before*2 }

// first keeps the first version of a policy, unless another page of the
// company has the same document.
func (r *recording) first() (Change, error) {
	var twin int64
	err := r.tx.QueryRow(`SELECT p.id FROM page p JOIN version v ON v.page = p.id
		WHERE p.company = ? AND p.id <> ? AND NOT p.retired AND (v.final_url = ? OR v.fingerprint = ?) ORDER BY p.id LIMIT 1`,
		r.company, r.id, r.finalURL, r.text.fingerprint).Scan(&twin)
	switch {
	case err == nil:
		_, err = r.tx.Exec(`UPDATE page SET alias_of = ? WHERE id = ?`, twin, r.id)
		return NoChange, err
	case !errors.Is(err, sql.ErrNoRows):
		return NoChange, err
	}
	return NewPolicy, r.add(1, false)
}

// next keeps a wording other than the standing one: an earlier one that is
// back, or a new version.
func (r *recording) next(now *standing) (Change, error) {
	var number int
	err := r.tx.QueryRow(`SELECT number FROM version WHERE page = ? AND fingerprint = ?`, r.id, r.text.fingerprint).Scan(&number)
	if err == nil {
		return Returned, r.capture(number)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return NoChange, err
	}
	if err := r.tx.QueryRow(`SELECT max(number) + 1 FROM version WHERE page = ?`, r.id).Scan(&number); err != nil {
		return NoChange, err
	}
	return NewVersion, r.add(number, now.words == r.text.words)
}

// add keeps a new version and its first capture.
func (r *recording) add(number int, minor bool) error {
	_, err := r.tx.Exec(`INSERT INTO version (page, number, fingerprint, words, minor, kind, language, region, effective_date,
			final_url, content_type, raw_sha256, text_sha256, text_bytes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.id, number, r.text.fingerprint, r.text.words, minor, string(r.text.kind), r.text.language, r.text.region, string(r.text.effective),
		r.finalURL, r.contentType, r.rawSHA, r.textSHA, len(r.text.text))
	if err != nil {
		return err
	}
	return r.capture(number)
}

func (r *recording) capture(version int) error {
	_, err := r.tx.Exec(`INSERT INTO capture (page, version, fetched_at, last_seen_at) VALUES (?, ?, ?, ?)`,
		r.id, version, millis(r.at), millis(r.at))
	return err
}

// extend notes that the standing version was seen again.
func (r *recording) extend() error {
	_, err := r.tx.Exec(`UPDATE capture SET last_seen_at = max(last_seen_at, ?)
		WHERE id = (SELECT max(id) FROM capture WHERE page = ?)`, millis(r.at), r.id)
	return err
}

func (r *recording) keepValidator() error {
	v := r.outcome.validator
	_, err := r.tx.Exec(`UPDATE page SET validator_url = ?, etag = ?, last_modified = ? WHERE id = ?`, v.url, v.etag, v.lastModified, r.id)
	return err
}
