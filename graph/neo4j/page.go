package neo4j

import (
	"context"
	"fmt"
	"strings"

	"policygraph/graph"
)

// A listing is the text of an ordered list of which pages are read.
type listing struct {
	found    string   // binds each item, with its sort and id
	binds    []string // what found binds beside them
	returned string   // the map that is decoded of an item, made for those of the page only
}

// paged returns the page of a list. It is one statement, with the total where
// that is asked for, so that a write in between cannot tear page and total apart.
func paged[T any](ctx context.Context, s *store, q *query, l listing, page graph.Page, row func(record) (T, error)) (graph.List[T], error) {
	items := q.window(page) + "\nRETURN " + l.returned + " AS item " + q.order(page)
	if !page.Total {
		rows, err := read(ctx, s, l.found+items, q.params, func(r record) (T, error) { return row(r.node("item")) })
		return graph.Paged(rows, page, 0), err
	}
	var kept, bound []string
	for _, name := range append(l.binds, "sort", "id") {
		kept = append(kept, fmt.Sprintf("%[1]s: %[1]s", name))
		bound = append(bound, fmt.Sprintf("item.%[1]s AS %[1]s", name))
	}
	cypher := l.found + "\nWITH collect({" + strings.Join(kept, ", ") + "}) AS found\n" +
		"RETURN size(found) AS total, COLLECT {\nUNWIND found AS item\nWITH " + strings.Join(bound, ", ") + items + "\n} AS items"
	lists, err := read(ctx, s, cypher, q.params, func(r record) (graph.List[T], error) {
		rows := make([]T, 0, len(r.maps("items")))
		for _, item := range r.maps("items") {
			v, err := row(item)
			if err != nil {
				return graph.List[T]{}, err
			}
			rows = append(rows, v)
		}
		return graph.Paged(rows, page, r.number("total")), nil
	})
	if err != nil {
		return graph.List[T]{}, err
	}
	return lists[0], nil
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
