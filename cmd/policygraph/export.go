package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"policygraph/api"
	"policygraph/graph"
	"policygraph/graph/sqlite"
	"policygraph/policy"
	"policygraph/vocab"
)

func (p *program) export(ctx context.Context, args []string) error {
	var l places
	f := p.flags("export")
	p.placeFlags(f, &l, true)
	format := f.String("format", "", "`csv` (a row per sharing edge) or jsonl (everything, with evidence)")
	list := f.String("companies", "", "only the companies of this CSV `file` (csv)")
	out := f.String("out", "", "write to this `file` instead of stdout; it appears when it is complete")
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	switch {
	case *format == "graphml":
		return usagef("--format graphml is not written by this version: choose csv or jsonl")
	case *format != "csv" && *format != "jsonl":
		return usagef("--format %q: choose csv or jsonl", *format)
	case *list != "" && *format != "csv":
		return usagef("--companies goes with --format csv")
	}
	var ids []string
	if *list != "" {
		var err error
		if ids, err = p.companyIDs(*list); err != nil {
			return err
		}
	}
	return p.withStore(ctx, l, sqlite.ReadOnly, func(s graph.Store) error {
		return p.writeTo(*out, func(w io.Writer) error {
			if *format == "jsonl" {
				return graph.Dump(ctx, s, w)
			}
			rows, err := api.WriteCSV(ctx, s, w, ids)
			if err == nil {
				fmt.Fprintf(p.stderr, "%d rows\n", rows)
			}
			return err
		})
	})
}

func (p *program) companyIDs(file string) ([]string, error) {
	companies, err := readCompanies(file)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range companies {
		if o, ok := vocab.Organizations().ByName(c.Name); ok {
			ids = append(ids, o.ID)
		} else {
			ids = append(ids, policy.Slug(c.Name))
		}
	}
	return ids, nil
}

// writeTo has write fill stdout, or a file that appears only when it is whole.
func (p *program) writeTo(file string, write func(io.Writer) error) error {
	if file == "" {
		return write(p.stdout)
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already if all went well
	err = write(tmp)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return os.Rename(tmp.Name(), file)
}
