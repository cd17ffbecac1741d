package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

// maxGenerations bounds how far ownership is followed, up or down.
const maxGenerations = 10

// ownershipsOf returns the loader of the edges that touch an organisation.
func ownershipsOf(ctx context.Context) *loader[string, []policy.Ownership] {
	return loaderOf(ctx, "ownerships", func(ctx context.Context, ids []string) (map[string][]policy.Ownership, error) {
		edges, err := storeOf(ctx).Ownerships(ctx, ids)
		if err != nil {
			return nil, err
		}
		touching := map[string][]policy.Ownership{}
		for _, e := range edges {
			touching[e.Owned] = append(touching[e.Owned], e)
			if e.Owner != e.Owned {
				touching[e.Owner] = append(touching[e.Owner], e)
			}
		}
		return touching, nil
	})
}

// A families maps each of the organisations asked for to itself and all that
// it owns, directly or not.
type families map[string][]string

// familiesOf returns the families at a moment.
func familiesOf(ctx context.Context, ids []string, at time.Time) (families, error) {
	owned := map[string][]string{}
	seen := map[string]bool{}
	for next := ids; len(next) > 0 && len(owned) < maxGenerations*maxBatch; {
		for _, id := range next {
			seen[id] = true
		}
		edges, err := ownershipsOf(ctx).many(ctx, next)
		if err != nil {
			return nil, err
		}
		var found []string
		for _, id := range next {
			for _, e := range edges[id] {
				if e.Owner == id && e.Holds(at) {
					owned[id] = append(owned[id], e.Owned)
					if !seen[e.Owned] {
						seen[e.Owned] = true
						found = append(found, e.Owned)
					}
				}
			}
		}
		next = found
	}
	out := families{}
	for _, id := range ids {
		out[id] = closure(id, owned)
	}
	return out, nil
}

// members returns the members of all families, sorted, once each.
func (f families) members() []string {
	all := slices.Concat(slices.Collect(maps.Values(f))...)
	slices.Sort(all)
	return slices.Compact(all)
}

// of returns the organisations whose family id is in, sorted.
func (f families) of(id string) []string {
	var out []string
	for _, head := range slices.Sorted(maps.Keys(f)) {
		if slices.Contains(f[head], id) {
			out = append(out, head)
		}
	}
	return out
}

// closure returns id and all that next leads to.
func closure(id string, next map[string][]string) []string {
	out := []string{id}
	for i := 0; i < len(out); i++ {
		for _, n := range next[out[i]] {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// groupOf returns the top of those who own id at a moment.
func groupOf(ctx context.Context, id string, at time.Time) (string, error) {
	seen := []string{id}
	for len(seen) <= maxGenerations {
		edges, _, err := ownershipsOf(ctx).one(ctx, id)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(edges, func(e policy.Ownership) bool {
			return e.Owned == id && e.Holds(at) && !slices.Contains(seen, e.Owner)
		})
		if i < 0 {
			break
		}
		id = edges[i].Owner
		seen = append(seen, id)
	}
	return id, nil
}

func ownershipOf(o policy.Ownership) generated.Ownership {
	return generated.Ownership{
		From: optional(o.From), To: optional(o.To), Source: o.Source, Verified: o.Verified, Record: o,
	}
}

type ownershipResolver struct{}

func (ownershipResolver) Owned(ctx context.Context, o *generated.Ownership) (*generated.Organization, error) {
	return organizationByKey(ctx, o.Record.Owned)
}

func (ownershipResolver) Owner(ctx context.Context, o *generated.Ownership) (*generated.Organization, error) {
	return organizationByKey(ctx, o.Record.Owner)
}

func (organizationResolver) OwnedBy(ctx context.Context, o *generated.Organization, asOf *string) ([]generated.Ownership, error) {
	at, err := parseAsOf(asOf)
	if err != nil {
		return nil, err
	}
	edges, _, err := ownershipsOf(ctx).one(ctx, o.Record.ID)
	out := []generated.Ownership{}
	for _, e := range edges {
		if e.Owned == o.Record.ID && e.Holds(at.Moment()) {
			out = append(out, ownershipOf(e))
		}
	}
	return out, err
}

func (organizationResolver) Owns(ctx context.Context, o *generated.Organization, asOf *string, first *int, after *string) (*generated.OwnershipConnection, error) {
	at, err := parseAsOf(asOf)
	if err != nil {
		return nil, err
	}
	list := listOf("Organization.owns", o.Record.ID, at)
	page, err := window{first: first, after: after}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	edges, _, err := ownershipsOf(ctx).one(ctx, o.Record.ID)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(slices.Clone(edges), func(e policy.Ownership) bool {
		return e.Owner != o.Record.ID || !e.Holds(at.Moment())
	})
	position := func(e policy.Ownership) graph.Position { return graph.Position{Sort: e.Owned, ID: string(e.From)} }
	part, err := cut(held, page, position)
	if err != nil {
		return nil, err
	}
	c := &generated.OwnershipConnection{TotalCount: part.Total, Edges: []generated.OwnershipEdge{}, Nodes: []generated.Ownership{}}
	cursors := cursorsOf(list, part.Items, position)
	for i, e := range part.Items {
		node := ownershipOf(e)
		c.Edges = append(c.Edges, generated.OwnershipEdge{Cursor: cursors[i], Node: &node})
		c.Nodes = append(c.Nodes, node)
	}
	c.PageInfo = pageInfo(page, part.More, cursors)
	return c, nil
}

func (organizationResolver) Group(ctx context.Context, o *generated.Organization, asOf *string) (*generated.Organization, error) {
	at, err := parseAsOf(asOf)
	if err != nil {
		return nil, err
	}
	top, err := groupOf(ctx, o.Record.ID, at.Moment())
	if err != nil {
		return nil, err
	}
	return organizationByKey(ctx, top)
}
