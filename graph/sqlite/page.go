package sqlite

import "policygraph/graph"

// paged returns the page of a list. The query found has a row for each item,
// with its sort and id; details selects from those of the page, which is a
// table of that name, what item makes an item of.
func paged[T any](t tx, q *query, found, details string, page graph.Page, item func(scanner) (T, error)) (graph.List[T], error) {
	var total int
	if page.Total {
		if err := t.QueryRowContext(t.ctx, "SELECT count(*) FROM ("+found+")", q.args...).Scan(&total); err != nil {
			return graph.List[T]{}, err
		}
	}
	order := " ORDER BY page.sort, page.id"
	if page.Backward {
		order = " ORDER BY page.sort DESC, page.id DESC"
	}
	query := "WITH page AS (SELECT * FROM (" + found + ") AS page" + q.window(page, order) + ") " + details + order
	items, err := rows(t, item, query, q.args...)
	if err != nil {
		return graph.List[T]{}, err
	}
	return graph.Paged(items, page, total), nil
}

// window cuts a list to one more item than the page has.
func (q *query) window(page graph.Page, order string) string {
	var c conditions
	if after := page.After; after != nil {
		// The plainer condition is what an index can serve.
		c.add("page.sort >= %[1]s AND (page.sort, page.id) > (%[1]s, %[2]s)", q.bind(after.Sort), q.bind(after.ID))
	}
	if before := page.Before; before != nil {
		c.add("page.sort <= %[1]s AND (page.sort, page.id) < (%[1]s, %[2]s)", q.bind(before.Sort), q.bind(before.ID))
	}
	window := " WHERE " + c.String() + order
	if page.Limit > 0 {
		window += " LIMIT " + q.bind(page.Limit+1)
	}
	return window
}
