package crawler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"policygraph/policy"
	"policygraph/vocab"
)

// ImportOptions say what of an archive of others is wanted.
type ImportOptions struct {
	// Companies are those whose documents are wanted, known by their names or
	// the sites of their domains and addresses. None means everyone's: a company
	// is then called what the archive calls it, or after its site.
	Companies []Company
	// EffectiveDate is that of [Options].
	EffectiveDate func(*policy.Document) policy.Date

	Log *slog.Logger // nil for none
	// Progress is called after each record with how much of the archive is done,
	// in records or bytes; may be nil.
	Progress func(done, total int64)
}

// An ImportSummary counts what an import found.
type ImportSummary struct {
	Documents int            // texts of policies, each at a moment
	Changes   map[Change]int // of these, by what they changed; NoChange where they are kept already
	// PassedOver counts the other records of the companies that are wanted, by
	// what they are instead.
	PassedOver map[Status]int
	// Unwanted counts the records of other companies, or of kinds of documents
	// that say nothing about data.
	Unwanted int
}

// An importer brings what an archive of others holds into ours.
type importer struct {
	ImportOptions
	archive *Archive
	byName  map[string]Company // by ID
	bySite  map[string]Company // by registrable domain
	summary ImportSummary
}

func (a *Archive) newImporter(o ImportOptions) (*importer, error) {
	if a.lock == nil {
		return nil, errors.New("the archive is open for reading only")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	i := &importer{ImportOptions: o, archive: a, byName: map[string]Company{}, bySite: map[string]Company{}}
	i.summary = ImportSummary{Changes: map[Change]int{}, PassedOver: map[Status]int{}}
	for _, c := range o.Companies {
		i.byName[c.ID()] = c
		for _, site := range c.sites() {
			if _, ok := i.bySite[site]; !ok && !policyHosts()[site] {
				i.bySite[site] = c
			}
		}
	}
	return i, nil
}

// sites returns the registrable domains at which the list looks for a company.
func (c Company) sites() []string {
	var out []string
	if c.Domain != "" {
		out = append(out, registrable(c.Domain))
	}
	for _, s := range c.URLs {
		if u, err := url.Parse(s); err == nil {
			out = append(out, registrable(u.Hostname()))
		}
	}
	return out
}

// companyNamed returns the company of a name, if it is wanted.
func (i *importer) companyNamed(name string) (Company, bool) {
	c := Company{Name: name}
	if len(i.Companies) > 0 {
		c = i.byName[c.ID()]
	}
	return c, c.ID() != ""
}

// companyAt returns the company whose site a host belongs to, if it is wanted
// and can be told.
func (i *importer) companyAt(host string) (Company, bool) {
	site := registrable(host)
	if len(i.Companies) > 0 {
		c, ok := i.bySite[site]
		return c, ok
	}
	c := Company{Name: site, Domain: site}
	if o, ok := vocab.Organizations().ByDomain(site); ok {
		c.Name = o.Name
	}
	return c, c.ID() != "" && !policyHosts()[site]
}

// keep puts a text into the time line of the policy that a company has at an address.
func (i *importer) keep(ctx context.Context, c Company, address string, o outcome) error {
	change, err := i.archive.keep(ctx, c, address, o)
	if err != nil {
		return err
	}
	i.summary.Documents++
	i.summary.Changes[change]++
	i.Log.Info("imported", "company", c.Name, "url", address, "at", o.at, "change", change)
	return nil
}

// passOver notes that a record holds no policy.
func (i *importer) passOver(address string, f *failure) {
	i.summary.PassedOver[f.status]++
	i.Log.Info("passed over", "url", address, "status", f.status, "reason", f.reason)
}

func (i *importer) progress(done, total int64) {
	if i.Progress != nil {
		i.Progress(done, total)
	}
}

// keep is [Archive.record] for a text that others captured: it may lie anywhere
// in the time line, and one that is kept already changes nothing. Sudden halves
// and doubles are not held, since what came after is known as well.
func (a *Archive) keep(ctx context.Context, c Company, address string, o outcome) (Change, error) {
	k, err := a.kept(ctx, c, address, o)
	if err != nil || k.captured {
		return NoChange, err
	}
	r := recording{outcome: &o, page: page{id: k.page, company: c.ID()}}
	if k.version == 0 {
		if r.rawSHA, err = a.putRaw(o.raw); err != nil {
			return NoChange, err
		}
		if r.textSHA, err = a.putText(o.text.text); err != nil {
			return NoChange, err
		}
	}
	change := NoChange
	err = a.write(ctx, func(tx *sql.Tx) error {
		r.tx = tx
		if k.page == 0 {
			if err := r.importPage(c, address); err != nil {
				return err
			}
		}
		change, err = r.insert(k)
		return err
	})
	return change, err
}

// A kept tells what the archive has of a text that is to be imported.
type kept struct {
	page     int64 // the policy's, 0 if it is new
	versions int   // of that policy
	version  int   // that has the wording, 0 if it is new
	captured bool  // at that moment
}

func (a *Archive) kept(ctx context.Context, c Company, address string, o outcome) (k kept, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT p.id, (SELECT count(*) FROM version WHERE page = p.id), coalesce(v.number, 0),
			EXISTS (SELECT 1 FROM capture k WHERE k.page = p.id AND k.version = v.number AND k.fetched_at = ?4)
		FROM (SELECT coalesce(alias_of, id) AS id FROM page WHERE company = ?1
				AND (url = ?2 OR EXISTS (SELECT 1 FROM version WHERE version.page = page.id AND version.final_url = ?2))
				ORDER BY url = ?2 DESC, id LIMIT 1) p
			LEFT JOIN version v ON v.page = p.id AND v.fingerprint = ?3`,
		c.ID(), address, o.text.fingerprint, millis(o.at)).Scan(&k.page, &k.versions, &k.version, &k.captured)
	if errors.Is(err, sql.ErrNoRows) {
		return kept{}, nil
	}
	return k, err
}

// importPage adds the page of a policy that no list leads to. A company that
// the archive knows stays as it is.
func (r *recording) importPage(c Company, address string) error {
	_, err := r.tx.Exec(`INSERT INTO company (id, name, domain, country, language, sector, lei, listed, position)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING`,
		r.company, c.Name, c.Domain, string(c.Country), c.Language, c.Sector, c.LEI)
	if err != nil {
		return err
	}
	return r.tx.QueryRow(`INSERT INTO page (company, url, host, role, rank, retired) VALUES (?, ?, '', ?, 0, 1) RETURNING id`,
		r.company, address, string(imported)).Scan(&r.id)
}

// insert puts the text at hand into the time line at its moment.
func (r *recording) insert(k kept) (Change, error) {
	before, err := r.standing(millis(r.at))
	switch {
	case err != nil:
		return NoChange, err
	case k.version == 0 && k.versions == 0:
		return NewPolicy, r.add(nil)
	case k.version == 0:
		return NewVersion, r.add(before)
	case before != nil && before.number == k.version:
		return Unchanged, r.capture(k.version)
	}
	return Returned, r.capture(k.version)
}

// importFault returns why an import ended: with ctx, or at a fault of what path
// names.
func importFault(ctx context.Context, path string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("import %s: %w", path, err)
}
