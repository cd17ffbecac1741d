package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"policygraph/graph"
	"policygraph/graph/neo4j"
	"policygraph/graph/sqlite"
)

const defaultData = "./policygraph-data"

// places are the flags that say where things are kept.
type places struct{ data, store string }

func (p *program) placeFlags(f *flag.FlagSet, l *places, store bool) {
	data := p.getenv("POLICYGRAPH_DATA")
	if data == "" {
		data = defaultData
	}
	f.StringVar(&l.data, "data", data, "`folder` of captures, texts and versions (POLICYGRAPH_DATA)")
	if store {
		f.StringVar(&l.store, "store", p.getenv("POLICYGRAPH_STORE"),
			"`URL` of the graph: sqlite:PATH, neo4j://…, neo4j+s://… or bolt://… (POLICYGRAPH_STORE; default sqlite:DIR/graph.db)")
	}
}

// access is what a command wants of a store.
type access = sqlite.Mode

// open opens the store. Only commands that write create one.
func (p *program) open(ctx context.Context, l places, mode access) (graph.Store, error) {
	url := l.store
	if url == "" {
		url = "sqlite:" + filepath.Join(l.data, "graph.db")
	}
	scheme, path, ok := strings.Cut(url, ":")
	if !ok {
		return nil, usagef("--store %q has no scheme: write sqlite:PATH, neo4j://HOST:PORT or bolt://HOST:PORT", url)
	}
	switch scheme {
	case "sqlite":
		if path == "" || strings.HasPrefix(path, "//") {
			return nil, usagef("--store %q: write sqlite:PATH, such as sqlite:./graph.db", url)
		}
		s, err := sqlite.Open(ctx, path, mode)
		if err != nil {
			return nil, err
		}
		return s, nil
	case "neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc":
		s, err := neo4j.Open(ctx, url, neo4j.Options{
			Username: p.getenv("NEO4J_USERNAME"), Password: p.getenv("NEO4J_PASSWORD"), Database: p.getenv("NEO4J_DATABASE"),
			ReadOnly: mode == sqlite.ReadOnly,
		})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return nil, usagef("--store %q: unknown scheme %q: write sqlite:PATH, neo4j://HOST:PORT or bolt://HOST:PORT", url, scheme)
}

// withStore opens the store, has f work on it and closes it.
func (p *program) withStore(ctx context.Context, l places, mode access, f func(graph.Store) error) error {
	s, err := p.open(ctx, l, mode)
	if err != nil {
		return err
	}
	return errors.Join(f(s), wrapClose(s.Close()))
}

func wrapClose(err error) error {
	if err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}
