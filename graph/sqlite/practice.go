package sqlite

import (
	"context"
	"fmt"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// Practices implements graph.Store.
func (s *Store) Practices(ctx context.Context, f graph.PracticeFilter, asOf graph.AsOf, order graph.PracticeOrder, page graph.Page) (list graph.List[graph.Practice], err error) {
	err = s.viewing(ctx, "practices", func(t tx) (err error) {
		q := &query{}
		from, c := q.practices(f, asOf)
		if q.anchored || order != graph.ByCompany {
			from += " CROSS JOIN organization c ON c.id = p.company_id"
		} else { // walk through the companies, to the end of the page only
			from = "organization c CROSS JOIN " + from
			c.add("p.company_id = c.id")
		}
		found := `SELECT p.id AS practice, ` + sortOf(order) + ` AS sort, p.key AS id, r.valid_from, r.valid_to, coalesce(r.since_first, 0) AS since_first
			FROM ` + from + ` WHERE ` + c.String()
		list, err = paged(t, q, found, `
			SELECT page.sort, page.valid_from, page.valid_to, page.since_first, p.key, p.policy_id, p.company_id, `+statementColumns+`
			FROM page JOIN practice p ON p.id = page.practice`, page, scanPractice)
		if err != nil {
			return err
		}
		return t.prove(list.Items, f, asOf)
	})
	return list, err
}

// practices returns the tables and the conditions that select the practices p
// with their run r in the scope of f: its versions, else what stands at asOf.
// SQLite keeps the order of tables in a CROSS JOIN.
func (q *query) practices(f graph.PracticeFilter, asOf graph.AsOf) (from string, c conditions) {
	q.within(f, asOf)
	if len(f.VersionIDs) == 0 {
		moment := q.bind(asOf.Moment().Unix())
		from = fmt.Sprintf("practice p CROSS JOIN run r ON r.practice_id = p.id AND r.valid_from <= %[1]s AND r.valid_to > %[1]s", moment)
	} else {
		// The latest run in which one of the versions stood is that of their latest spell.
		from = fmt.Sprintf(`practice p LEFT JOIN run r ON r.practice_id = p.id AND r.valid_from = (
			SELECT max(x.valid_from)
			FROM evidence e JOIN spell s ON s.version_id = e.version_id JOIN run x ON x.practice_id = e.practice_id AND x.valid_from <= s.valid_from
			WHERE e.practice_id = p.id AND %s)`, q.scope)
	}
	return from, conditions{q.practice(f)}
}

// within sets the scope of the evidence that is asked about.
func (q *query) within(f graph.PracticeFilter, asOf graph.AsOf) {
	if len(f.VersionIDs) > 0 {
		q.scope = "e.version_id IN " + values(q, f.VersionIDs)
		return
	}
	q.scope = fmt.Sprintf(`e.version_id = (
		SELECT s.version_id FROM spell s WHERE s.policy_id = p.policy_id AND s.valid_from <= %[1]s AND s.valid_to > %[1]s)`, q.bind(asOf.Moment().Unix()))
}

// sortOf returns the sort value of an order.
func sortOf(order graph.PracticeOrder) string {
	switch order {
	case graph.ByRetention: // graph.LengthSort
		return "printf('%015d', 999999999999998 - p.retention_seconds)"
	case graph.ByValidFrom: // graph.ValidFromSort
		return fmt.Sprintf("printf('%%015d', %d - coalesce(r.valid_from, %d))", policy.Forever.Unix(), time.Time{}.Unix())
	}
	return "c.company_sort"
}

func scanPractice(r scanner) (p graph.Practice, err error) {
	from, to := run(&p.Run)
	err = r.Scan(append([]any{&p.Sort, from, to, &p.SinceFirst, &p.Key, &p.PolicyID, &p.CompanyID}, statementFields(&p.Statement)...)...)
	return p, err
}

// prove adds to the practices their evidence in the scope of f.
func (t tx) prove(practices []graph.Practice, f graph.PracticeFilter, asOf graph.AsOf) error {
	q := &query{}
	q.within(f, asOf)
	keys := each(practices, func(p graph.Practice) string { return p.Key })
	wanted := values(q, keys)
	evidence, err := rows(t, scanEvidence, `
		SELECT `+evidenceColumns+` FROM practice p JOIN evidence e ON e.practice_id = p.id
		WHERE p.key IN `+wanted+` AND `+q.scope+` ORDER BY e.version_id, e.rank`, q.args...)
	if err != nil {
		return err
	}
	of := map[string][]graph.Evidence{}
	for _, e := range evidence {
		of[e.PracticeID] = append(of[e.PracticeID], e)
	}
	for i := range practices {
		practices[i].Evidence = of[practices[i].Key]
	}
	return nil
}

// Evidence implements graph.Store.
func (s *Store) Evidence(ctx context.Context, ids []string) (out []graph.Evidence, err error) {
	err = s.viewing(ctx, "evidence", func(t tx) (err error) {
		out, err = rows(t, scanEvidence, `
			SELECT `+evidenceColumns+` FROM evidence e JOIN practice p ON p.id = e.practice_id
			WHERE e.id IN (SELECT value FROM json_each(?))`, array(ids))
		return err
	})
	return out, err
}
