package neo4j

import (
	"context"

	"policygraph/graph"
)

// paged returns the page of a list. The text found binds each item with its
// sort and id; returned is what row decodes of it, computed for the items of
// the page only.
func paged[T any](ctx context.Context, s *store, q *query, found, returned string, page graph.Page, row func(record) (T, error)) (graph.List[T], error) {
	var total int
	if page.Total {
		counts, err := read(ctx, s, found+"\nRETURN count(*) AS total", q.params, func(r record) (int, error) {
			return r.number("total"), nil
		})
		if err != nil {
			return graph.List[T]{}, err
		}
		total = counts[0]
	}
	items, err := read(ctx, s, found+q.window(page)+"\nRETURN "+returned+"\n"+q.order(page), q.params, row)
	if err != nil {
		return graph.List[T]{}, err
	}
	return graph.Paged(items, page, total), nil
}

// window cuts a list to one more item than the page has.
func (q *query) window(page graph.Page) string {
	var c conditions
	if after := page.After; after != nil {
		c.add("(sort > %[1]s OR sort = %[1]s AND id > %[2]s)", q.bind(after.Sort), q.bind(after.ID))
	}
	if before := page.Before; before != nil {
		c.add("(sort < %[1]s OR sort = %[1]s AND id < %[2]s)", q.bind(before.Sort), q.bind(before.ID))
	}
	window := " WHERE " + c.String() + "\nWITH *\n" + q.order(page)
	if page.Limit > 0 {
		window += " LIMIT " + q.bind(page.Limit+1)
	}
	return window
}

// order is the order in which a page is read.
func (q *query) order(page graph.Page) string {
	if page.Backward {
		return "ORDER BY sort DESC, id DESC"
	}
	return "ORDER BY sort, id"
}
