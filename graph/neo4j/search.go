package neo4j

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"policygraph/graph"
)

// Search implements graph.Store. The full-text indexes find what has the
// words; class and order are the domain's, and no score of theirs is seen.
func (s *store) Search(ctx context.Context, sq graph.SearchQuery, page graph.Page) (graph.List[graph.Hit], error) {
	words := graph.SearchText(sq.Text)
	if words == "" {
		return graph.List[graph.Hit]{}, nil
	}
	wanted := func(k graph.SearchKind) bool { return len(sq.Kinds) == 0 || slices.Contains(sq.Kinds, k) }
	var hits []graph.Hit
	if wanted(graph.FindDataType) {
		hits = append(hits, rank(graph.SearchableTerms(), words)...)
	}
	if wanted(graph.FindOrganization) {
		names, err := s.names(ctx, words)
		if err != nil {
			return graph.List[graph.Hit]{}, fmt.Errorf("search organisations: %w", err)
		}
		hits = append(hits, rank(names, words)...)
	}
	total := len(hits)
	hits = slices.DeleteFunc(hits, func(h graph.Hit) bool { return !within(h, page) })
	if wanted(graph.FindQuote) {
		quotes, count, err := s.quotes(ctx, words, page)
		if err != nil {
			return graph.List[graph.Hit]{}, fmt.Errorf("search quotes: %w", err)
		}
		hits, total = append(hits, quotes...), total+count
	}
	slices.SortFunc(hits, func(a, b graph.Hit) int {
		order := cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID))
		if page.Backward {
			return -order
		}
		return order
	})
	if !page.Total {
		total = 0
	}
	return graph.Paged(hits, page, total), nil
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
	var hits []graph.Hit
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

// names returns the names of the organisations that have all words among them.
func (s *store) names(ctx context.Context, words string) ([]graph.Searchable, error) {
	const cypher = `
		CALL db.index.fulltext.queryNodes('organization_words', $query) YIELD node
		RETURN node {.id, .name, .aliases} AS o`
	lists, err := read(ctx, s, cypher, params{"query": lucene(words)}, func(r record) ([]graph.Searchable, error) {
		return graph.SearchableNames(organizationOf(r.node("o"))), nil
	})
	return slices.Concat(lists...), err
}

// quotes returns the page of quotes that have all words, in versions that
// stand, and how many there are. There may be very many, so the server ranks
// them, by the rules of graph.Class.
func (s *store) quotes(ctx context.Context, words string, page graph.Page) ([]graph.Hit, int, error) {
	q := newQuery()
	l := listing{binds: []string{"e"}, returned: "{id: id, quote: e.quote, sort: sort}", found: fmt.Sprintf(`
		CALL db.index.fulltext.queryNodes('evidence_words', %s) YIELD node AS e
		MATCH (e)-[:IN_VERSION]->(:Version {standing: true})
		WHERE all(word IN %[3]s WHERE ' ' + e.words + ' ' CONTAINS word)
		WITH e, CASE WHEN e.words = %[2]s THEN '0' WHEN e.words STARTS WITH %[2]s THEN '1' ELSE '2' END AS class
		WITH e, class + e.sort AS sort, e.id AS id`, q.bind(lucene(words)), q.bind(words), q.bind(spaced(words)))}
	if page.Limit > 0 {
		page.Limit++ // so that the whole list knows of more
	}
	list, err := paged(ctx, s, q, l, page, func(r record) (graph.Hit, error) {
		sort := r.text("sort")
		return graph.Hit{Kind: graph.FindQuote, ID: r.text("id"), Matched: r.text("quote"), Class: graph.MatchClass(sort[0] - '0'), Sort: sort}, nil
	})
	return list.Items, list.Total, err
}

// spaced returns what the words of a text, with a space before and after it,
// must contain: each word as a whole, the last as a beginning.
func spaced(words string) []string {
	terms := strings.Fields(words)
	for i, term := range terms {
		terms[i] = " " + term + " "
	}
	last := len(terms) - 1
	terms[last] = strings.TrimSuffix(terms[last], " ")
	return terms
}

// Limits of what the index is asked for. It may return too much, never too little.
const (
	longestTerm = 250 // the analyser cuts words a little above that
	mostTerms   = 100 // the index refuses some ten times as many
)

// lucene returns the query for all words, the last of which may be the
// beginning of one. Words are letters and digits in lower case, so that none
// means something to the query language.
func lucene(words string) string {
	terms := strings.Fields(words)
	terms[len(terms)-1] += "*"
	terms = terms[:min(len(terms), mostTerms)]
	for i, term := range terms {
		if long := []rune(term); len(long) > longestTerm {
			terms[i] = string(long[:longestTerm]) + "*"
		}
	}
	return "+" + strings.Join(terms, " +")
}
