package sqlite

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"policygraph/graph"
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
		more := page // so that the whole list knows of more
		if more.Limit > 0 {
			more.Limit++
		}
		list, err = paged(t, q, q.hits(words, sq.Kinds), `SELECT kind, id, matched, class, sort FROM page`, more, scanHit)
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

// hits returns the query for what has all words: of each thing the text that
// matches best, by the rules of graph.Class and graph.HitSort. SQLite takes
// other columns from the row of the only min.
func (q *query) hits(words string, kinds []graph.SearchKind) string {
	c := conditions{"search MATCH " + q.bind(match(words))}
	in(q, &c, "s.kind", kinds)
	return `
		SELECT kind, ref AS id, text AS matched, class, class || sort AS sort
		FROM (
			SELECT s.kind, s.ref, s.text, s.sort, CASE
				WHEN s.words = ` + q.bind(words) + ` THEN 0
				WHEN substr(s.words, 1, length(` + q.bind(words) + `)) = ` + q.bind(words) + ` THEN 1
				ELSE 2 END AS class
			FROM search JOIN searchable s ON s.id = search.rowid WHERE ` + c.String() + `)
		GROUP BY ref HAVING min(class || sort || char(9) || text) IS NOT NULL`
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

// index makes texts searchable; those of a policy are its quotes.
func (t tx) index(texts []graph.Searchable, policyID string) error {
	err := insert(t, `INSERT INTO searchable (kind, ref, policy_id, text, words, sort) VALUES (?, ?, ?, ?, ?, ?)`,
		texts, func(s graph.Searchable) []any {
			return []any{s.Kind, s.ID, policyID, s.Text, graph.SearchText(s.Text), graph.HitSort(0, s.Text)[len("0"):]}
		})
	if err != nil || len(texts) == 0 {
		return err
	}
	return t.exec(`
		INSERT INTO search (rowid, words)
		SELECT id, words FROM (SELECT id, words FROM searchable ORDER BY id DESC LIMIT ?) ORDER BY id`, len(texts))
}

// indexQuotes makes the quotes of the version that stands, and of no other one
// of the policy, searchable.
func (t tx) indexQuotes(policyID, versionID string) error {
	if err := t.exec(`DELETE FROM search WHERE rowid IN (SELECT id FROM searchable WHERE policy_id <> '' AND policy_id = ?)`, policyID); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM searchable WHERE policy_id <> '' AND policy_id = ?`, policyID); err != nil {
		return err
	}
	evidence, err := rows(t, scanEvidence, `
		SELECT `+evidenceColumns+` FROM evidence e JOIN practice p ON p.id = e.practice_id WHERE e.version_id = ?`, versionID)
	if err != nil {
		return err
	}
	return t.index(graph.SearchableQuotes(evidence), policyID)
}
