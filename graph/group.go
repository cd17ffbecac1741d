package graph

import (
	"context"
	"slices"
	"time"

	"policygraph/policy"
)

// Group returns the organisation and everything that belongs to it at the
// moment, directly or not, sorted by ID.
func Group(ctx context.Context, s Store, id string, asOf AsOf) ([]string, error) {
	edges, err := s.Ownerships(ctx, nil)
	if err != nil {
		return nil, err
	}
	return below(edges, id, asOf.Moment()), nil
}

// below returns id and everything that the edges put below it at a moment, sorted.
func below(edges []policy.Ownership, id string, at time.Time) []string {
	owned := map[string][]string{}
	for _, e := range edges {
		if e.Holds(at) {
			owned[e.Owner] = append(owned[e.Owner], e.Owned)
		}
	}
	seen := map[string]bool{}
	var out []string
	for todo := []string{id}; len(todo) > 0; {
		id := todo[0]
		todo = todo[1:]
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
			todo = append(todo, owned[id]...)
		}
	}
	slices.Sort(out)
	return out
}
