package crawler

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"policygraph/policy"
)

// A Capture is a time during which a policy had one wording. A wording that
// comes back has several.
type Capture struct {
	Company    Company
	URL        string // by which the policy is known: the first address that led to it
	FinalURL   string // where redirects ended when the version was new
	Kind       policy.Kind
	Language   string // BCP 47, or ""
	Region     string // ISO 3166, or "" if the address does not say
	MediaType  string // as the server sent it, with parameters; for document.Parse
	FetchedAt  time.Time
	LastSeenAt time.Time
	RawSHA256  string // of the bytes, for Archive.Raw
	TextSHA256 string // of the text, for Archive.Text
}

// Captures yields the time line of every policy in the archive: its captures by
// company, address and time. An error is the last that it yields.
func (a *Archive) Captures(ctx context.Context) iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		err := a.captures(ctx, func(c Capture) bool { return yield(c, nil) })
		if err != nil {
			yield(Capture{}, err)
		}
	}
}

func (a *Archive) captures(ctx context.Context, yield func(Capture) bool) error {
	rows, err := a.db.QueryContext(ctx, `SELECT c.name, c.domain, c.country, c.language, c.sector, c.lei,
			p.url, v.final_url, v.kind, v.language, v.region, v.content_type, k.fetched_at, k.last_seen_at, v.raw_sha256, v.text_sha256
		FROM capture k JOIN version v ON v.page = k.page AND v.number = k.version
			JOIN page p ON p.id = k.page JOIN company c ON c.id = p.company
		ORDER BY c.id, p.url, k.fetched_at, k.version`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var kept []Capture // of one policy
	for rows.Next() {
		var c Capture
		var fetched, seen int64
		if err := rows.Scan(&c.Company.Name, &c.Company.Domain, &c.Company.Country, &c.Company.Language, &c.Company.Sector, &c.Company.LEI,
			&c.URL, &c.FinalURL, &c.Kind, &c.Language, &c.Region, &c.MediaType, &fetched, &seen, &c.RawSHA256, &c.TextSHA256); err != nil {
			return err
		}
		c.FetchedAt, c.LastSeenAt = time.UnixMilli(fetched).UTC(), time.UnixMilli(seen).UTC()
		if len(kept) > 0 && (kept[0].URL != c.URL || kept[0].Company.ID() != c.Company.ID()) {
			if !yieldAll(timeline(kept), yield) {
				return nil
			}
			kept = kept[:0]
		}
		kept = append(kept, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	yieldAll(timeline(kept), yield)
	return nil
}

func yieldAll(all []Capture, yield func(Capture) bool) bool {
	for _, c := range all {
		if !yield(c) {
			return false
		}
	}
	return true
}

// timeline orders what was kept of one policy at different times, by crawls and
// by imports: a capture in which another wording was seen becomes two, and those
// of one wording that follow each other become one.
func timeline(kept []Capture) []Capture {
	type moment struct {
		at      time.Time
		capture int
	}
	var moments []moment
	for i, c := range kept {
		moments = append(moments, moment{c.FetchedAt, i}, moment{c.LastSeenAt, i})
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	var out []Capture
	for _, m := range moments {
		c := kept[m.capture]
		if last := len(out) - 1; last >= 0 && out[last].TextSHA256 == c.TextSHA256 {
			out[last].LastSeenAt = m.at
			continue
		}
		c.FetchedAt, c.LastSeenAt = m.at, m.at
		out = append(out, c)
	}
	return out
}

// A Document is a line of what the archive holds: a version of a policy, or an
// address whose last attempt failed.
type Document struct {
	Company       string
	URL           string
	FinalURL      string
	Kind          policy.Kind
	Language      string
	Region        string
	Status        Status
	Reason        string
	FetchedAt     time.Time // of the version's first capture, or of the attempt
	LastSeenAt    time.Time
	EffectiveDate policy.Date
	Version       int // from 1; 0 for a failure
	Minor         bool
	ContentType   string
	RawSHA256     string
	TextSHA256    string
}

// TextPath returns where the text is, relative to the archive's folder, or "".
func (d Document) TextPath() string {
	if d.TextSHA256 == "" {
		return ""
	}
	return textPath(d.TextSHA256)
}

// MarshalJSON writes every field; what there is nothing to say of is null.
func (d Document) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Company       string     `json:"company"`
		URL           *string    `json:"url"`
		FinalURL      *string    `json:"finalUrl"`
		Kind          *string    `json:"kind"`
		Language      *string    `json:"language"`
		Region        *string    `json:"region"`
		Status        Status     `json:"status"`
		Reason        *string    `json:"reason"`
		FetchedAt     *time.Time `json:"fetchedAt"`
		LastSeenAt    *time.Time `json:"lastSeenAt"`
		EffectiveDate *string    `json:"effectiveDate"`
		Version       *int       `json:"version"`
		Minor         bool       `json:"minor"`
		ContentType   *string    `json:"contentType"`
		RawSHA256     *string    `json:"rawSha256"`
		TextSHA256    *string    `json:"textSha256"`
		TextPath      *string    `json:"textPath"`
	}{
		d.Company, orNull(d.URL), orNull(d.FinalURL), orNull(string(d.Kind)), orNull(d.Language), orNull(d.Region),
		d.Status, orNull(d.Reason), orNull(d.FetchedAt), orNull(d.LastSeenAt), orNull(string(d.EffectiveDate)), orNull(d.Version), d.Minor,
		orNull(d.ContentType), orNull(d.RawSHA256), orNull(d.TextSHA256), orNull(d.TextPath()),
	})
}

func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Documents yields every version and every failure by company, address and
// version; the failure of an address comes after its versions. An error is the
// last that it yields.
func (a *Archive) Documents(ctx context.Context) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		err := a.documents(ctx, func(d Document) bool { return yield(d, nil) })
		if err != nil {
			yield(Document{}, err)
		}
	}
}

func (a *Archive) documents(ctx context.Context, yield func(Document) bool) error {
	rows, err := a.db.QueryContext(ctx, strings.Join([]string{
		`SELECT c.id, c.name, p.url, v.final_url, v.kind, v.language, v.region, 'ok', '',
			(SELECT min(fetched_at) FROM capture k WHERE k.page = v.page AND k.version = v.number),
			(SELECT max(last_seen_at) FROM capture k WHERE k.page = v.page AND k.version = v.number),
			v.effective_date, v.number, v.minor, v.content_type, v.raw_sha256, v.text_sha256, 0 AS failed
		FROM version v JOIN page p ON p.id = v.page JOIN company c ON c.id = p.company`,
		`SELECT c.id, c.name, p.url, p.final_url, '', '', '', p.status, p.reason, p.attempted_at, 0,
			'', 0, 0, p.content_type, p.raw_sha256, p.text_sha256, 1
		FROM page p JOIN company c ON c.id = p.company WHERE p.status <> 'ok' AND NOT p.retired`,
	}, ` UNION ALL `)+` ORDER BY 1, 3, failed, 13`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d Document
		var company string
		var fetched, seen int64
		var failed bool
		if err := rows.Scan(&company, &d.Company, &d.URL, &d.FinalURL, &d.Kind, &d.Language, &d.Region, &d.Status, &d.Reason, &fetched, &seen,
			&d.EffectiveDate, &d.Version, &d.Minor, &d.ContentType, &d.RawSHA256, &d.TextSHA256, &failed); err != nil {
			return err
		}
		d.FetchedAt = time.UnixMilli(fetched).UTC()
		if seen != 0 {
			d.LastSeenAt = time.UnixMilli(seen).UTC()
		}
		if !yield(d) {
			return nil
		}
	}
	return rows.Err()
}
