package api

import (
	"context"
	"fmt"
	"unicode/utf8"

	"policygraph/api/generated"
	"policygraph/graph"
)

// maxSearchText is how many characters a search may have.
const maxSearchText = 200

// Search resolves Query.search.
func (queryResolver) Search(ctx context.Context, text string, kinds []graph.SearchKind, first *int, after *string) (*generated.SearchConnection, error) {
	if n := utf8.RuneCountInString(text); n > maxSearchText {
		return nil, badInput("text has %d characters, at most %d are allowed", n, maxSearchText)
	}
	if err := values("kinds", kinds); err != nil {
		return nil, err
	}
	list := listOf("search", graph.SearchText(text), kinds)
	page, err := window{first: first, after: after}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	part, err := storeOf(ctx).Search(ctx, graph.SearchQuery{Text: text, Kinds: kinds}, page)
	if err != nil {
		return nil, err
	}
	cursors := cursorsOf(list, part.Items, func(h graph.Hit) graph.Position { return graph.Position{Sort: h.Sort, ID: h.ID} })
	c := &generated.SearchConnection{TotalCount: part.Total, PageInfo: pageInfo(page, part.More, cursors),
		Edges: []generated.SearchEdge{}, Nodes: []generated.SearchHit{}}
	for i, h := range part.Items {
		node := generated.SearchHit{Kind: h.Kind, Matched: h.Matched, Match: h.Class, Record: h}
		c.Edges = append(c.Edges, generated.SearchEdge{Cursor: cursors[i], Node: &node})
		c.Nodes = append(c.Nodes, node)
	}
	return c, nil
}

type searchHitResolver struct{}

func (searchHitResolver) Found(ctx context.Context, h *generated.SearchHit) (generated.Found, error) {
	switch h.Record.Kind {
	case graph.FindOrganization:
		return organizationByKey(ctx, h.Record.ID)
	case graph.FindDataType:
		return dataTypesOf([]string{h.Record.ID})[0], nil
	}
	e, ok, err := loaderOf(ctx, "evidence", evidenceByKey).one(ctx, h.Record.ID)
	if err == nil && !ok {
		err = fmt.Errorf("evidence %q: %w", h.Record.ID, graph.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return evidenceOf(e), nil
}
