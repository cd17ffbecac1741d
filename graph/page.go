package graph

import "slices"

// A Position is a place in an ordered list: the sort value of an item and its
// ID, which breaks ties.
type Position struct{ Sort, ID string }

// A Page selects a part of an ordered list by keyset: at most Limit items
// after the position After, or with Backward the last Limit ones before the
// position Before. Items always come in the order of the list.
type Page struct {
	Limit    int       // 0 = no limit
	After    *Position // exclusive
	Before   *Position // exclusive
	Backward bool
	Total    bool // also count the whole list
}

// A List is a part of an ordered list.
type List[T any] struct {
	Items []T
	More  bool // there are further items in the direction of paging
	Total int  // of the whole list, whatever the page; only if the page asked
}

// Paged returns the list of which a store has read items in the direction of
// page: one more than its limit, if there are so many.
func Paged[T any](items []T, page Page, total int) List[T] {
	l := List[T]{Items: items, Total: total}
	if page.Limit > 0 && len(items) > page.Limit {
		l.Items, l.More = items[:page.Limit], true
	}
	if page.Backward {
		slices.Reverse(l.Items)
	}
	return l
}
