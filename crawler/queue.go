package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A role tells why a page is asked for.
type role string

const (
	given    role = "given"  // the list names it
	home     role = "home"   // to find links on it
	strong   role = "strong" // a link to it speaks of a policy
	weak     role = "weak"   // a link to it may lead to one; asked for only if nothing better did
	none     role = "none"   // the list names neither address nor domain
	imported role = "import" // an archive of others has it; it is not asked for
)

// A page is an entry of the queue.
type page struct {
	id       int64
	company  string // ID
	name     string // of the company
	url      string
	role     role
	tries    int
	language string // of the company, or ""
	held     string
	validator
}

// leaseFor is how long one visit may take.
const leaseFor = 10 * time.Minute

// plan writes the list of companies into the archive and makes due what is to
// be asked for: addresses that are new, and with refresh those whose last
// attempt was longer ago. What an earlier crawl left due stays due.
func (a *Archive) plan(ctx context.Context, companies []Company, refresh time.Duration, now time.Time) error {
	return a.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`UPDATE company SET listed = 0 WHERE listed = 1`); err != nil {
			return err
		}
		for i, c := range companies {
			if err := planCompany(tx, c, i, now); err != nil {
				return fmt.Errorf("plan company %q: %w", c.Name, err)
			}
		}
		// Where the list no longer leads to a document by one address, another that does takes over.
		if _, err := tx.Exec(`UPDATE page SET alias_of = NULL, due_at = 0
			WHERE NOT retired AND alias_of IN (SELECT id FROM page WHERE retired)`); err != nil {
			return err
		}
		if refresh <= 0 {
			return nil
		}
		_, err := tx.Exec(`UPDATE page SET due_at = 0, tries = 0
			WHERE due_at IS NULL AND NOT retired AND alias_of IS NULL AND role <> 'none' AND attempted_at <= ?
			AND company IN (SELECT id FROM company WHERE listed)`, millis(now.Add(-refresh)))
		return err
	})
}

func planCompany(tx *sql.Tx, c Company, position int, now time.Time) error {
	id := c.ID()
	_, err := tx.Exec(`INSERT INTO company (id, name, domain, country, language, sector, lei, listed, position)
		VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, domain = excluded.domain, country = excluded.country,
			language = excluded.language, sector = excluded.sector, lei = excluded.lei, listed = 1, position = excluded.position`,
		id, c.Name, c.Domain, string(c.Country), c.Language, c.Sector, c.LEI, position)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE page SET retired = 1 WHERE company = ? AND NOT retired`, id); err != nil {
		return err
	}
	switch {
	case len(c.URLs) > 0:
		for i, u := range c.URLs {
			if err := addPage(tx, id, u, given, i); err != nil {
				return err
			}
		}
		return nil
	case c.Domain != "":
		if _, err := tx.Exec(`UPDATE page SET retired = 0 WHERE company = ? AND role IN ('strong', 'weak')`, id); err != nil {
			return err
		}
		return addPage(tx, id, "https://"+c.Domain+"/", home, 0)
	}
	if err := addPage(tx, id, "", none, 0); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE page SET due_at = NULL, attempted_at = ?, status = ?, reason = ? WHERE company = ? AND role = 'none' AND attempted_at IS NULL`,
		millis(now), string(NotFound), "the list of companies gives neither domain nor url", id)
	return err
}

// addPage puts an address into the queue unless it was asked for already.
func addPage(tx *sql.Tx, company, address string, r role, rank int) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO page (company, url, host, role, rank, due_at) VALUES (?, ?, ?, ?, ?, 0)
		ON CONFLICT (company, url) DO UPDATE SET retired = 0, role = excluded.role, rank = excluded.rank,
			due_at = CASE WHEN attempted_at IS NULL THEN coalesce(due_at, 0) ELSE due_at END`,
		company, address, u.Hostname(), string(r), rank)
	return err
}

// lease takes the next page that may be asked for now: of each company the
// first that is left, and none on a host where another visit is under way.
func (a *Archive) lease(ctx context.Context, now time.Time) (p page, ok bool, err error) {
	err = a.write(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRow(`SELECT p.id, p.company, p.url, p.role, p.tries, p.held, p.validator_url, p.etag, p.last_modified, c.language, c.name
			FROM page p JOIN company c ON c.id = p.company AND c.listed
			WHERE p.due_at <= ?1 AND NOT p.retired
			AND NOT EXISTS (SELECT 1 FROM page q WHERE q.company = p.company AND q.due_at IS NOT NULL AND NOT q.retired
				AND (q.rank, q.id) < (p.rank, p.id))
			AND NOT EXISTS (SELECT 1 FROM page q WHERE q.leased_until > 0 AND q.leased_until > ?1
				AND (q.host = p.host OR q.company = p.company))
			ORDER BY p.due_at, p.id LIMIT 1`, millis(now)).
			Scan(&p.id, &p.company, &p.url, &p.role, &p.tries, &p.held, &p.validator.url, &p.etag, &p.lastModified, &p.language, &p.name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		_, err = tx.Exec(`UPDATE page SET leased_until = ? WHERE id = ?`, millis(now.Add(leaseFor)), p.id)
		return err
	})
	return p, ok, err
}

// nextDue returns the next moment at which a page may be leased that cannot be
// now: because it waits for another try, or because a lease runs out. ok is
// false if there is none.
func (a *Archive) nextDue(ctx context.Context, now time.Time) (at time.Time, ok bool, err error) {
	var due sql.NullInt64
	err = a.db.QueryRowContext(ctx, `SELECT min(max(p.due_at, p.leased_until)) FROM page p JOIN company c ON c.id = p.company AND c.listed
		WHERE p.due_at IS NOT NULL AND NOT p.retired AND max(p.due_at, p.leased_until) > ?`, millis(now)).Scan(&due)
	if err != nil {
		return time.Time{}, false, err
	}
	if !due.Valid {
		return now.Add(leaseFor), false, nil
	}
	return time.UnixMilli(due.Int64), true, nil
}

// left reports whether anything of a company is still to be asked for.
func (a *Archive) left(ctx context.Context, company string) (yes bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM page WHERE company = ? AND due_at IS NOT NULL AND NOT retired)`, company).Scan(&yes)
	return yes, err
}

// release gives a page back as it was.
func (a *Archive) release(ctx context.Context, p page) error {
	return a.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE page SET leased_until = 0 WHERE id = ?`, p.id)
		return err
	})
}

// retry gives a page back to be tried again later.
func (a *Archive) retry(ctx context.Context, p page, at time.Time) error {
	return a.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE page SET leased_until = 0, tries = tries + 1, due_at = ? WHERE id = ?`, millis(at), p.id)
		return err
	})
}

// A tally is where a crawl stands.
type tally struct{ companies, found, unfinished int }

func (a *Archive) tally(ctx context.Context) (t tally, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT count(*),
		count(*) FILTER (WHERE EXISTS (SELECT 1 FROM page p JOIN version v ON v.page = p.id WHERE p.company = c.id AND NOT p.retired)),
		count(*) FILTER (WHERE EXISTS (SELECT 1 FROM page p WHERE p.company = c.id AND NOT p.retired AND p.due_at IS NOT NULL))
		FROM company c WHERE listed`).Scan(&t.companies, &t.found, &t.unfinished)
	return t, err
}

// failed counts the pages of the list whose last attempt failed, by status.
func (a *Archive) failed(ctx context.Context) (map[Status]int, error) {
	rows, err := a.db.QueryContext(ctx, `SELECT status, count(*) FROM page WHERE status <> 'ok' AND NOT retired
		AND company IN (SELECT id FROM company WHERE listed) GROUP BY status`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[Status]int{}
	for rows.Next() {
		var s Status
		var n int
		if err := rows.Scan(&s, &n); err != nil {
			return nil, err
		}
		out[s] = n
	}
	return out, rows.Err()
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}
