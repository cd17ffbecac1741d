package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"policygraph/api"
)

// key manages the API keys of a data folder.
func (p *program) key(_ context.Context, args []string) error {
	var l places
	f := p.flags("key")
	p.placeFlags(f, &l, false)
	rest, err := p.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usagef("say create NAME, list or revoke ID")
	}
	keys := api.KeyFile(l.data)
	switch verb := rest[0]; {
	case verb == "create" && len(rest) == 2:
		id, secret, err := keys.Create(rest[1], p.now())
		if err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, secret)
		fmt.Fprintf(p.stderr, "key %s for %s; it is shown this once: send it as `Authorization: Bearer KEY`\n", id, rest[1])
		return nil
	case verb == "list" && len(rest) == 1:
		all, err := keys.All()
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tNAME\tCREATED")
		for _, k := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", k.ID, k.Name, k.Created.Format(time.DateOnly))
		}
		return w.Flush()
	case verb == "revoke" && len(rest) == 2:
		if err := keys.Revoke(rest[1]); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "key %s is revoked\n", rest[1])
		return nil
	}
	return usagef("%q: say create NAME, list or revoke ID", rest[0])
}
