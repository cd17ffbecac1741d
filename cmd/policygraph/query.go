package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"policygraph/api"
	"policygraph/graph"
	"policygraph/graph/sqlite"
)

// maxQuery bounds a query that is read from a file or stdin.
const maxQuery = 1 << 20

func (p *program) query(ctx context.Context, args []string) error {
	var l places
	f := p.flags("query")
	p.placeFlags(f, &l, true)
	vars := f.String("vars", "", "variables of the query, as a `JSON` object")
	rest, err := p.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("give one query, one file or - for stdin, not %d arguments", len(rest))
	}
	text, err := p.queryText(rest[0])
	if err != nil {
		return err
	}
	var variables map[string]any
	if *vars != "" {
		d := json.NewDecoder(strings.NewReader(*vars))
		d.UseNumber()
		if err := d.Decode(&variables); err != nil {
			return usagef("--vars is not a JSON object: %w", err)
		}
	}
	return p.withStore(ctx, l, sqlite.ReadOnly, func(s graph.Store) error {
		answer, err := api.Execute(ctx, s, text, "", variables)
		if len(answer) > 0 {
			fmt.Fprintf(p.stdout, "%s\n", answer)
		}
		if err != nil {
			return fmt.Errorf("the query has errors: %w", err)
		}
		return nil
	})
}

// queryText returns the query that an argument stands for: stdin, a file, or
// the query itself.
func (p *program) queryText(arg string) (string, error) {
	if arg == "-" {
		return readQuery("stdin", p.stdin)
	}
	if strings.ContainsAny(arg, "{\n") {
		return arg, nil
	}
	file, err := os.Open(arg)
	if errors.Is(err, os.ErrNotExist) {
		return "", usagef("%q is neither a query, which has braces, nor a file", arg)
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	return readQuery(arg, file)
}

func readQuery(name string, r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxQuery+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read the query from %s: %w", name, err)
	case len(text) > maxQuery:
		return "", fmt.Errorf("the query in %s is longer than %d bytes", name, maxQuery)
	}
	return string(text), nil
}
