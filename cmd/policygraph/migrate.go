package main

import (
	"context"
	"fmt"

	"policygraph/graph"
	"policygraph/graph/sqlite"
)

// migrate creates the store, or brings it up to date; doing it again changes nothing.
func (p *program) migrate(ctx context.Context, args []string) error {
	var l places
	f := p.flags("migrate")
	p.placeFlags(f, &l, true)
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	return p.withStore(ctx, l, sqlite.Create, func(s graph.Store) error {
		c, err := s.Counts(ctx)
		if err == nil {
			fmt.Fprintf(p.stderr, "the store is up to date: %d companies, %d practices\n", c.Companies, c.Practices)
		}
		return err
	})
}
