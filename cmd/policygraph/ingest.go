package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"policygraph/crawler"
	"policygraph/extractor"
	"policygraph/graph"
	"policygraph/graph/sqlite"
	"policygraph/policy"
	"policygraph/vocab"
)

func (p *program) ingest(ctx context.Context, args []string) error {
	var l places
	f := p.flags("ingest")
	p.placeFlags(f, &l, true)
	llm := f.String("llm", "off", "`off`: this version asks no language model")
	paths, err := p.parse(f, args)
	if err != nil {
		return err
	}
	if *llm != "off" {
		return usagef("--llm %q: this version asks no language model; choose off", *llm)
	}
	if len(paths) == 0 && !archiveExists(l.data) {
		return usagef("%s holds no crawl: run `policygraph crawl` first, or name files or folders", l.data)
	}
	x, err := extractor.New()
	if err != nil {
		return err
	}
	return p.withStore(ctx, l, sqlite.Create, func(s graph.Store) error {
		in := &ingestion{program: p, store: s, extractor: x, rules: extractor.Version()}
		if len(paths) > 0 {
			inputs, errs := p.fileInputs(paths)
			return in.run(ctx, inputs, errs)
		}
		archive, err := crawler.ReadArchive(l.data)
		if err != nil {
			return err
		}
		defer archive.Close()
		inputs, err := p.archiveInputs(ctx, archive)
		if err != nil {
			return err
		}
		return in.run(ctx, inputs, nil)
	})
}

// An ingestion extracts policies and puts them into a store: each in one
// transaction, in the order of the inputs, so that one that is interrupted and
// run again ends with the same graph.
type ingestion struct {
	*program
	store     graph.Store
	extractor *extractor.Extractor
	rules     string

	changed, notAssessed int
	failed               []error
}

// run ingests the inputs; errs are those that could not be opened. It does all
// that can be done and then fails if something could not.
func (in *ingestion) run(ctx context.Context, inputs []input, errs []error) error {
	for _, err := range errs {
		in.fail(err)
	}
	again, err := in.reread(ctx)
	if err != nil {
		return err
	}
	bar := in.progress("ingested", len(inputs))
	for r := range in.readAll(ctx, inputs) {
		if err := in.put(ctx, r); err != nil {
			return err
		}
		bar.step()
	}
	bar.done()
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Fprintf(in.stderr, "%d policies read, %d changed, %d read again by new rules, %d in a language without rules\n",
		len(inputs), in.changed, again, in.notAssessed)
	if n := len(in.failed); n > 0 {
		return fmt.Errorf("%d inputs could not be read; the others are in the graph", n)
	}
	return nil
}

// fail reports an input that cannot be had and goes on.
func (in *ingestion) fail(err error) {
	in.failed = append(in.failed, err)
	fmt.Fprintln(in.stderr, err)
}

// A readInput is an input with what it says, or why it could not be read.
type readInput struct {
	input
	doc     *policy.Document
	reading *policy.Reading
	err     error
}

// readAll reads and extracts the inputs on all processors and yields them in
// their order.
func (in *ingestion) readAll(ctx context.Context, inputs []input) func(yield func(readInput) bool) {
	return func(yield func(readInput) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		// Each job is a channel for its result; the queue bounds how many wait.
		queue := make(chan chan readInput, runtime.GOMAXPROCS(0))
		go func() {
			defer close(queue)
			for _, i := range inputs {
				result := make(chan readInput, 1)
				select {
				case queue <- result:
					go func() { result <- in.read(ctx, i) }()
				case <-ctx.Done():
					return
				}
			}
		}()
		for result := range queue {
			if r := <-result; ctx.Err() != nil || !yield(r) {
				return
			}
		}
	}
}

func (in *ingestion) read(ctx context.Context, i input) readInput {
	r := readInput{input: i}
	if r.doc, r.err = i.read(ctx); r.err != nil {
		return r
	}
	r.reading = in.extractor.Extract(r.doc, subjectOf(i.company))
	if i.company.Name == "" {
		r.company = companyNamedIn(r.reading, i.policy.URL)
	}
	return r
}

// companyNamedIn returns the controller that a text names, else one named
// after the file.
func companyNamedIn(r *policy.Reading, file string) policy.Organization {
	if c := r.Controller; c != nil {
		return companyOf(c.Name, "", "")
	}
	return companyOf(file, "", "")
}

func (in *ingestion) put(ctx context.Context, r readInput) error {
	if r.err != nil {
		in.fail(r.err)
		return nil
	}
	if !r.reading.Assessed {
		in.notAssessed++
		fmt.Fprintf(in.stderr, "%s: kept as not assessed: there are no rules for %s\n", r.name, languageName(r.reading.Language))
	}
	if r.policy.Language == "" {
		r.policy.Language = r.reading.Language
	}
	r.policy.CompanyID = r.company.ID
	r.policy.ID = policy.PolicyID(r.company.ID, r.policy.URL)
	changed := false
	for _, at := range in.moments(r) {
		c, err := in.store.Put(ctx, graph.Capture{Company: r.company, Policy: r.policy, At: at, Document: r.doc, Reading: r.reading, Rules: in.rules})
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		changed = changed || c
	}
	if changed {
		in.changed++
	}
	return nil
}

// moments returns when the text was what the policy said: as the input tells,
// else the date that the text gives itself, else that of the file.
func (in *ingestion) moments(r readInput) []time.Time {
	if len(r.at) > 0 {
		return r.at
	}
	if t, ok := r.reading.Effective.Time(); ok {
		return []time.Time{t}
	}
	fmt.Fprintf(in.stderr, "%s: no date in the text and no fetched_at in a %s: the file's own date %s is taken\n",
		r.name, manifestName, r.modTime.Format(time.DateOnly))
	return []time.Time{r.modTime}
}

// reread reads again what other rules have read, policy by policy.
func (in *ingestion) reread(ctx context.Context) (policies int, err error) {
	stale, err := in.store.Versions(ctx, graph.VersionFilter{NotRules: in.rules})
	if err != nil || len(stale) == 0 {
		return 0, err
	}
	var ids []string
	for _, v := range stale {
		if len(ids) == 0 || ids[len(ids)-1] != v.PolicyID {
			ids = append(ids, v.PolicyID)
		}
	}
	bar := in.progress("read again", len(ids))
	for _, id := range ids {
		if err := in.rereadPolicy(ctx, id); err != nil {
			return 0, err
		}
		bar.step()
	}
	bar.done()
	return len(ids), nil
}

func (in *ingestion) rereadPolicy(ctx context.Context, id string) error {
	policies, err := in.store.Policies(ctx, graph.PolicyFilter{IDs: []string{id}})
	if err != nil {
		return err
	}
	if len(policies) != 1 {
		return fmt.Errorf("policy %s: %w", id, graph.ErrNotFound)
	}
	companies, err := in.store.Organizations(ctx, graph.OrganizationFilter{IDs: []string{policies[0].CompanyID}}, graph.Page{Limit: 1})
	if err != nil {
		return err
	}
	var subject extractor.Subject
	if len(companies.Items) == 1 {
		subject = subjectOf(companies.Items[0].Organization)
	}
	versions, err := in.store.Versions(ctx, graph.VersionFilter{PolicyIDs: []string{id}, WithText: true})
	if err != nil {
		return err
	}
	readings := map[string]*policy.Reading{}
	for _, v := range versions {
		readings[v.ID] = in.extractor.Extract(v.Document, subject)
	}
	return in.store.Replace(ctx, id, in.rules, readings)
}

// companyOf returns the organisation that publishes a policy: the one of the
// directory with that name, or a new one.
func companyOf(name, domain, sector string) policy.Organization {
	o, ok := vocab.Organizations().ByName(name)
	if !ok {
		o = policy.Organization{ID: policy.Slug(name), Name: strings.TrimSpace(name), Kind: policy.Brand}
	}
	if domain != "" {
		o.Domains = []string{strings.ToLower(domain)}
	}
	o.Sector = sector
	return o
}

func subjectOf(o policy.Organization) extractor.Subject {
	if o.Name == "" {
		return extractor.Subject{}
	}
	return extractor.Subject{OrganizationID: o.ID, Names: append([]string{o.Name}, o.Aliases...), Domains: o.Domains}
}
