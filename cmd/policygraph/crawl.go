package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"policygraph/crawler"
	"policygraph/extractor"
	"policygraph/policy"
)

func (p *program) crawl(ctx context.Context, args []string) error {
	var l places
	f := p.flags("crawl")
	p.placeFlags(f, &l, false)
	file := f.String("companies", "", "CSV `file` of the companies: name, and optionally domain,url,country,language,sector,lei")
	refresh := f.String("refresh", "", "ask again for what was last seen longer ago than this `age` (24h; 0s for everything)")
	delay := f.Duration("host-delay", time.Second, "pause between two requests to one host")
	contact := f.String("contact", "", "`URL` or address that site owners can write to")
	connectTo := f.String("connect-to", "", "send every connection to this `HOST:PORT`, whatever the URL says")
	ca := f.String("ca", "", "PEM `file` of certificate authorities to trust as well")
	browser := f.String("browser", "auto", "`auto` or never; this version starts no browser and reports pages that need one")
	metrics := f.String("metrics", "", "serve counters of the crawl in Prometheus' text format at http://`HOST:PORT`/metrics")
	asJSON := f.Bool("json", false, "print each visit as a line of JSON on stdout")
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	if *file == "" {
		return usagef("--companies is missing: name the CSV file of the companies")
	}
	if *browser != "auto" && *browser != "never" {
		return usagef("--browser %q: choose auto or never", *browser)
	}
	age, err := refreshAge(*refresh)
	if err != nil {
		return err
	}
	companies, err := readCompanies(*file)
	if err != nil {
		return err
	}
	date, err := effectiveDate()
	if err != nil {
		return err
	}
	archive, err := crawler.OpenArchive(l.data)
	if err != nil {
		return err
	}
	defer archive.Close()
	o := crawler.Options{EffectiveDate: date,
		Archive: archive, Companies: companies, Refresh: age, HostDelay: *delay, Version: programVersion, Contact: *contact,
		ConnectTo: *connectTo, CAFile: *ca, Log: p.log(), Now: p.now, Progress: p.showVisit(*asJSON),
	}
	if *metrics != "" {
		listener, err := p.listen(*metrics)
		if err != nil {
			return err
		}
		defer listener.Close()
		o.Progress = countVisits(listener, o.Progress)
	}
	summary, err := crawler.Crawl(ctx, o)
	p.showSummary(summary)
	if err != nil {
		return err
	}
	if summary.Unfinished > 0 {
		return fmt.Errorf("%d companies have no recorded outcome; run it again to go on", summary.Unfinished)
	}
	return nil
}

// effectiveDate returns what reads the date that a document gives itself.
func effectiveDate() (func(*policy.Document) policy.Date, error) {
	x, err := extractor.New()
	if err != nil {
		return nil, err
	}
	return func(doc *policy.Document) policy.Date { return x.Extract(doc, extractor.Subject{}).Effective }, nil
}

// refreshAge returns the age beyond which things are visited again; 0 is never,
// and the least age of all stands for everything.
func refreshAge(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	age, err := time.ParseDuration(s)
	if err != nil || age < 0 {
		return 0, usagef("--refresh %q is no age: write 24h or 0s", s)
	}
	return max(age, 1), nil
}

func readCompanies(file string) ([]crawler.Company, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return crawler.ReadCompanies(f, file)
}

// showVisit returns what is called after each page: a line of JSON on stdout,
// or one for people on stderr.
func (p *program) showVisit(asJSON bool) func(crawler.Progress) {
	if asJSON {
		e := json.NewEncoder(p.stdout)
		return func(v crawler.Progress) {
			err := e.Encode(map[string]any{"company": v.Company, "url": v.URL, "status": v.Status, "reason": v.Reason, "change": v.Change})
			if err != nil {
				fmt.Fprintln(p.stderr, err)
			}
		}
	}
	return func(v crawler.Progress) {
		note := string(v.Status)
		if v.Reason != "" {
			note += " (" + v.Reason + ")"
		} else if v.Change != "" {
			note += " " + string(v.Change)
		}
		fmt.Fprintf(p.stderr, "%d of %d companies  %s  %s\n", v.Done, v.Companies, v.URL, note)
	}
}

func (p *program) showSummary(s crawler.Summary) {
	fmt.Fprintf(p.stderr, "%d companies, %d with a policy; %d requests", s.Companies, s.Found, s.Requests)
	for _, change := range sortedKeys(s.Changes) {
		fmt.Fprintf(p.stderr, ", %d %s", s.Changes[change], cmp.Or(change, "as before"))
	}
	for _, status := range sortedKeys(s.Failures) {
		fmt.Fprintf(p.stderr, ", %d %s", s.Failures[status], status)
	}
	fmt.Fprintln(p.stderr)
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// documents lists what a crawl kept, and what it could not get and why.
func (p *program) documents(ctx context.Context, args []string) error {
	var l places
	f := p.flags("documents")
	p.placeFlags(f, &l, false)
	format := f.String("format", "table", "`table` or jsonl")
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	if *format != "table" && *format != "jsonl" {
		return usagef("--format %q: choose table or jsonl", *format)
	}
	if !archiveExists(l.data) {
		return fmt.Errorf("%s holds no crawl: run `policygraph crawl` first, or name its folder with --data", l.data)
	}
	archive, err := crawler.ReadArchive(l.data)
	if err != nil {
		return err
	}
	defer archive.Close()
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	if *format == "table" {
		fmt.Fprintln(w, "COMPANY\tKIND\tLANGUAGE\tVERSION\tFETCHED\tSTATUS\tURL")
	}
	for d, err := range archive.Documents(ctx) {
		if err != nil {
			return err
		}
		if *format == "jsonl" {
			if err := p.printJSON(d); err != nil {
				return err
			}
			continue
		}
		status := string(d.Status)
		if d.Reason != "" {
			status += ": " + d.Reason
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", d.Company, d.Kind, d.Language, d.Version, d.FetchedAt.Format(time.DateOnly), status, d.URL)
	}
	return w.Flush()
}
