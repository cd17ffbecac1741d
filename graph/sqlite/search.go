package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
)

// Search implements graph.Store. The index finds what has the words; class and
// order are the domain's. The terms of the vocabulary are few, and are ranked
// without it.
func (s *Store) Search(ctx context.Context, sq graph.SearchQuery, page graph.Page) (list graph.List[graph.Hit], err error) {
	words := graph.SearchText(sq.Text)
	if words == "" {
		return list, nil
	}
	var terms []graph.Hit
	if len(sq.Kinds) == 0 || slices.Contains(sq.Kinds, graph.FindDataType) {
		terms = rank(graph.SearchableTerms(), words)
	}
	err = s.viewing(ctx, "search", func(t tx) (err error) {
		q := &query{}
		found := q.hits(words, sq.Kinds)
		if found == "" {
			return nil
		}
		more := page // so that the whole list knows of more
		if more.Limit > 0 {
			more.Limit++
		}
		list, err = paged(t, q, found, `SELECT kind, id, matched, class, sort FROM page`, more, scanHit)
		return err
	})
	if err != nil {
		return list, err
	}
	total := list.Total
	if page.Total {
		total += len(terms)
	}
	hits := append(list.Items, slices.DeleteFunc(terms, func(h graph.Hit) bool { return !within(h, page) })...)
	slices.SortFunc(hits, func(a, b graph.Hit) int {
		order := cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID))
		if page.Backward {
			return -order
		}
		return order
	})
	return graph.Paged(hits, page, total), nil
}

func scanHit(r scanner) (h graph.Hit, err error) {
	return h, r.Scan(&h.Kind, &h.ID, &h.Matched, &h.Class, &h.Sort)
}

// hits returns the query for what has all words, by the rules of graph.Class
// and graph.HitSort. An organisation has several names, of which the one that
// matches best counts: SQLite takes the other columns from the row of min. A
// quote stands for itself.
func (q *query) hits(words string, kinds []graph.SearchKind) string {
	phrase, query := q.bind(words), q.bind(match(words))
	class := fmt.Sprintf(`CASE WHEN f.words = %[1]s THEN '0' WHEN substr(f.words, 1, length(%[1]s)) = %[1]s THEN '1' ELSE '2' END`, phrase)
	found := map[graph.SearchKind]string{
		graph.FindOrganization: fmt.Sprintf(`
			SELECT '%s' AS kind, ref AS id, text AS matched, class, class || sort AS sort
			FROM (SELECT f.ref, f.text, f.sort, %s AS class FROM name_index i JOIN found_name f ON f.id = i.rowid WHERE name_index MATCH %s)
			GROUP BY ref HAVING min(class || sort || char(9) || text) IS NOT NULL`, graph.FindOrganization, class, query),
		graph.FindQuote: fmt.Sprintf(`
			SELECT '%s' AS kind, f.ref AS id, f.text AS matched, %[2]s AS class, %[2]s || f.sort AS sort
			FROM quote_index i JOIN found_quote f ON f.id = i.rowid WHERE quote_index MATCH %[3]s`, graph.FindQuote, class, query),
	}
	var parts []string
	for _, kind := range []graph.SearchKind{graph.FindOrganization, graph.FindQuote} {
		if len(kinds) == 0 || slices.Contains(kinds, kind) {
			parts = append(parts, found[kind])
		}
	}
	return strings.Join(parts, " UNION ALL ")
}

// match returns the query to the index: all words, the last of which may be
// the beginning of one. A word is letters and digits, and within quotation
// marks none means something.
func match(words string) string {
	return `"` + strings.Join(strings.Fields(words), `" "`) + `" *`
}

// rank returns the hits among texts, of each thing its best.
func rank(texts []graph.Searchable, words string) []graph.Hit {
	best := map[string]graph.Hit{}
	for _, t := range texts {
		class, ok := graph.Class(graph.SearchText(t.Text), words)
		if !ok {
			continue
		}
		hit := graph.Hit{Kind: t.Kind, ID: t.ID, Matched: t.Text, Class: class, Sort: graph.HitSort(class, t.Text)}
		if old, ok := best[t.ID]; !ok || cmp.Or(cmp.Compare(hit.Sort, old.Sort), cmp.Compare(hit.Matched, old.Matched)) < 0 {
			best[t.ID] = hit
		}
	}
	hits := make([]graph.Hit, 0, len(best))
	for _, hit := range best {
		hits = append(hits, hit)
	}
	return hits
}

// within reports whether a hit lies between the bounds of a page.
func within(h graph.Hit, page graph.Page) bool {
	compare := func(p *graph.Position) int { return cmp.Or(cmp.Compare(h.Sort, p.Sort), cmp.Compare(h.ID, p.ID)) }
	return (page.After == nil || compare(page.After) > 0) && (page.Before == nil || compare(page.Before) < 0)
}

// indexNames makes an organisation found by its names.
func (t tx) indexNames(o policy.Organization) error {
	last, err := t.last("found_name")
	if err != nil {
		return err
	}
	err = insert(t, `INSERT INTO found_name (ref, text, words, sort) VALUES (?, ?, ?, ?)`, graph.SearchableNames(o), func(s graph.Searchable) []any {
		return []any{s.ID, s.Text, graph.SearchText(s.Text), sortOfHit(s)}
	})
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO name_index (rowid, words) SELECT id, words FROM found_name WHERE id > ?`, last)
}

// sortOfHit returns the sort value of a hit, without its class.
func sortOfHit(s graph.Searchable) string { return graph.HitSort(0, s.Text)[len("0"):] }

// last returns the greatest row ID of a table.
func (t tx) last(table string) (id int64, err error) {
	return id, t.QueryRowContext(t.ctx, `SELECT coalesce(max(id), 0) FROM `+table).Scan(&id)
}

func (t tx) forgetNames(organizationID string) error {
	if err := t.exec(`DELETE FROM name_index WHERE rowid IN (SELECT id FROM found_name WHERE ref = ?)`, organizationID); err != nil {
		return err
	}
	return t.exec(`DELETE FROM found_name WHERE ref = ?`, organizationID)
}

// indexQuotes makes the quotes of the version that stands, and of no other one
// of the policy, searchable.
func (t tx) indexQuotes(policyID, versionID string) error {
	if err := t.exec(`DELETE FROM quote_index WHERE rowid IN (SELECT id FROM found_quote WHERE policy_id = ?)`, policyID); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM found_quote WHERE policy_id = ?`, policyID); err != nil {
		return err
	}
	evidence, err := rows(t, scanEvidence, `
		SELECT `+evidenceColumns+` FROM evidence e JOIN practice p ON p.id = e.practice_id WHERE e.version_id = ?`, versionID)
	if err != nil {
		return err
	}
	last, err := t.last("found_quote")
	if err != nil {
		return err
	}
	err = insert(t, `INSERT INTO found_quote (ref, policy_id, text, words, sort) VALUES (?, ?, ?, ?, ?)`, graph.SearchableQuotes(evidence), func(s graph.Searchable) []any {
		return []any{s.ID, policyID, s.Text, graph.SearchText(s.Text), sortOfHit(s)}
	})
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO quote_index (rowid, words) SELECT id, words FROM found_quote WHERE id > ?`, last)
}
