package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"policygraph/api/generated"
	"policygraph/graph"
)

const (
	defaultFirst = 20
	maxFirst     = 100
)

// A listID tells one list from another: the field, its parent, its filter, its
// order and its moment. Cursors carry it.
type listID [8]byte

func listOf(parts ...any) listID {
	b, err := json.Marshal(parts)
	if err != nil {
		panic(err) // parts are plain values
	}
	sum := sha256.Sum256(b)
	return listID(sum[:8])
}

// String returns the list's name among loaders.
func (l listID) String() string { return string(l[:]) }

// cursor returns the position of an item of the list, for clients.
func (l listID) cursor(p graph.Position) string {
	b := slices.Clone(l[:])
	b = binary.AppendUvarint(b, uint64(len(p.Sort)))
	b = append(append(b, p.Sort...), p.ID...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// position returns what cursor made a cursor of.
func (l listID) position(cursor string) (*graph.Position, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) <= len(l) {
		return nil, problemf(codeBadCursor, "%q is not a cursor", clip(cursor))
	}
	if listID(b[:len(l)]) != l {
		return nil, problemf(codeBadCursor, "the cursor %q is of another list: field, filter, order and date must be those that it came with", clip(cursor))
	}
	n, size := binary.Uvarint(b[len(l):])
	rest := b[len(l)+max(size, 0):]
	if size <= 0 || n > uint64(len(rest)) {
		return nil, problemf(codeBadCursor, "%q is not a cursor", clip(cursor))
	}
	p := graph.Position{Sort: string(rest[:n]), ID: string(rest[n:])}
	if l.cursor(p) != cursor || !utf8.ValidString(p.Sort) || !utf8.ValidString(p.ID) {
		return nil, problemf(codeBadCursor, "%q is not a cursor", clip(cursor))
	}
	return &p, nil
}

// window holds the paging arguments of a field.
type window struct {
	first, last   *int
	after, before *string
}

// page returns the page of the list that the arguments of the field of ctx ask
// for; the whole list is counted only where the field selects totalCount.
func (w window) page(ctx context.Context, list listID) (graph.Page, error) {
	page := graph.Page{Limit: defaultFirst, Total: selects(ctx, "totalCount")}
	switch {
	case w.first != nil && w.last != nil:
		return page, badInput("first and last exclude each other")
	case w.first != nil && w.before != nil, w.last != nil && w.after != nil, w.last == nil && w.before != nil:
		return page, badInput("first goes with after, and last with before")
	}
	name, limit := "first", w.first
	if w.last != nil {
		name, limit, page.Backward = "last", w.last, true
	}
	if limit != nil {
		if *limit < 1 || *limit > maxFirst {
			return page, badInput("%s is %d, want 1 to %d", name, *limit, maxFirst)
		}
		page.Limit = *limit
	}
	var err error
	if w.after != nil {
		page.After, err = list.position(*w.after)
	} else if w.before != nil {
		page.Before, err = list.position(*w.before)
	}
	return page, err
}

// selects reports whether the selection of the field of ctx holds the given field.
func selects(ctx context.Context, name string) bool {
	fc := graphql.GetFieldContext(ctx)
	on := []string{fc.Field.Definition.Type.Name()}
	return slices.ContainsFunc(graphql.CollectFieldsCtx(ctx, on), func(f graphql.CollectedField) bool { return f.Name == name })
}

// pageInfo tells where a part of a list with the given cursors stands.
func pageInfo(page graph.Page, more bool, cursors []string) *generated.PageInfo {
	info := &generated.PageInfo{HasNextPage: more, HasPreviousPage: page.After != nil}
	if page.Backward {
		info.HasNextPage, info.HasPreviousPage = page.Before != nil, more
	}
	if n := len(cursors); n > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[n-1]
	}
	return info
}

// cursorsOf returns the cursors of items.
func cursorsOf[T any](list listID, items []T, position func(T) graph.Position) []string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = list.cursor(position(item))
	}
	return out
}

// cut returns a part of a list that is at hand whole, for lists that are short
// by nature.
func cut[T any](items []T, page graph.Page, position func(T) graph.Position) (graph.List[T], error) {
	rest := items
	if page.After != nil {
		i := slices.IndexFunc(items, func(item T) bool { return position(item) == *page.After })
		if i < 0 {
			return graph.List[T]{}, problemf(codeBadCursor, "the cursor is of an item that is gone")
		}
		rest = items[i+1:]
	}
	return graph.Paged(rest, page, len(items)), nil
}
