package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
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
	fingerprint string // equal where the wording is
	// effective finds the date that the text gives itself: costly, and wanted
	// for new versions only.
	effective func() policy.Date
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
	if err != nil {
		return NoChange, err
	}
	return change, r.dropWeak()
}

// dropWeak takes off the queue what need not be asked for: the weak pages
// without a policy of their own, of a company whose privacy policy we have.
func (r *recording) dropWeak() error {
	_, err := r.tx.Exec(`UPDATE page SET due_at = NULL WHERE company = ?1 AND role = 'weak' AND due_at IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM version WHERE version.page = page.id)
		AND EXISTS (SELECT 1 FROM version v JOIN page q ON q.id = v.page WHERE q.company = ?1 AND NOT q.retired AND v.kind = 'privacy')`, r.company)
	return err
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
	now, err := r.standing(math.MaxInt64)
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

// A standing is the version that a policy has at a moment: the one seen last until then.
type standing struct {
	number, bytes      int
	fingerprint, words string
}

func (r *recording) standing(until int64) (*standing, error) {
	var s standing
	err := r.tx.QueryRow(`SELECT v.number, v.text_bytes, v.fingerprint, v.words
		FROM capture k JOIN version v ON v.page = k.page AND v.number = k.version
		WHERE k.page = ? AND k.fetched_at <= ? ORDER BY k.last_seen_at DESC, k.id DESC LIMIT 1`, r.id, until).Scan(&s.number, &s.bytes, &s.fingerprint, &s.words)
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
	return NewPolicy, r.add(nil)
}

// next keeps a wording other than the standing one: an earlier one that is
// back, or a new version.
func (r *recording) next(now *standing) (Change, error) {
	known, err := r.known()
	switch {
	case err != nil:
		return NoChange, err
	case known > 0:
		return Returned, r.capture(known)
	}
	return NewVersion, r.add(now)
}

// known returns the number of the version with the wording at hand, 0 if it is new.
func (r *recording) known() (number int, err error) {
	err = r.tx.QueryRow(`SELECT number FROM version WHERE page = ? AND fingerprint = ?`, r.id, r.text.fingerprint).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return number, err
}

// add keeps a new version and its first capture; before is what stood before it, or nil.
func (r *recording) add(before *standing) error {
	words := figureless(r.text.text)
	minor := before != nil && before.words == words
	var number int
	err := r.tx.QueryRow(`INSERT INTO version (page, number, fingerprint, words, minor, kind, language, region, effective_date,
			final_url, content_type, raw_sha256, text_sha256, text_bytes)
		VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM version WHERE page = ?1), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number`,
		r.id, r.text.fingerprint, words, minor, string(r.text.kind), r.text.language, r.text.region, string(r.text.effective()),
		r.finalURL, r.contentType, r.rawSHA, r.textSHA, len(r.text.text)).Scan(&number)
	if err != nil {
		return err
	}
	return r.capture(number)
}

func (r *recording) capture(version int) error {
	_, err := r.tx.Exec(`INSERT INTO capture (page, version, fetched_at, last_seen_at) VALUES (?1, ?2, ?3, ?3)
		ON CONFLICT DO NOTHING`, r.id, version, millis(r.at))
	return err
}

// extend notes that the standing version was seen again.
func (r *recording) extend() error {
	_, err := r.tx.Exec(`UPDATE capture SET last_seen_at = max(last_seen_at, ?)
		WHERE id = (SELECT id FROM capture WHERE page = ? ORDER BY last_seen_at DESC, id DESC LIMIT 1)`, millis(r.at), r.id)
	return err
}

func (r *recording) keepValidator() error {
	v := r.outcome.validator
	_, err := r.tx.Exec(`UPDATE page SET validator_url = ?, etag = ?, last_modified = ? WHERE id = ?`, v.url, v.etag, v.lastModified, r.id)
	return err
}
