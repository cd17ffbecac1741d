package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"policygraph/crawler"
	"policygraph/demo"
	"policygraph/extractor"
	"policygraph/graph"
	"policygraph/graph/sqlite"
	"policygraph/policy"
	"policygraph/vocab"
)

// demo runs the whole pipeline on the built-in sites: it serves them on a
// loopback port, crawls them, extracts, loads a graph into a temporary folder
// and prints three answers; then it serves the graph.
func (p *program) demo(ctx context.Context, args []string) (err error) {
	f := p.flags("demo")
	addr := f.String("addr", defaultAddr, "`HOST:PORT` to serve the answers on")
	once := f.Bool("once", false, "print the answers and exit")
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	var listener net.Listener
	if !*once {
		if listener, err = p.listen(*addr); err != nil {
			return err
		}
		defer listener.Close()
	}
	dir, err := os.MkdirTemp("", "policygraph-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := p.crawlDemo(ctx, dir); err != nil {
		return err
	}
	return p.withStore(ctx, places{data: dir}, sqlite.Create, func(s graph.Store) error {
		if err := p.ingestDemo(ctx, s, dir); err != nil {
			return err
		}
		if err := p.printAnswers(ctx, s); err != nil || *once {
			return err
		}
		fmt.Fprintf(p.stdout, "\nTry it:\n  curl -s http://%s/graphql -H 'Content-Type: application/json' -d '%s'\n", listener.Addr(), demoQuery)
		return p.serveOn(ctx, listener, s, dir)
	})
}

const demoQuery = `{"query":"{ organization(by: {name: \"Google\"}) { name sharedBy(includeSubsidiaries: true, first: 5) { edges { node { name } via { name } dataTypes { label } } } } }"}`

// crawlDemo crawls the built-in sites, which a loopback server plays.
func (p *program) crawlDemo(ctx context.Context, dir string) error {
	sites, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: demo.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(sites) // ends with Close
	defer server.Close()
	companies, err := crawler.ReadCompanies(bytes.NewReader(demo.Companies()), "the built-in companies")
	if err != nil {
		return err
	}
	archive, err := crawler.OpenArchive(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "crawling %d built-in sites\n", len(companies))
	summary, err := crawler.Crawl(ctx, crawler.Options{
		Archive: archive, Companies: companies, HostDelay: time.Millisecond, RetryDelay: 10 * time.Millisecond, Version: programVersion,
		ConnectTo: sites.Addr().String(), Now: p.now,
	})
	p.showSummary(summary)
	return errors.Join(err, archive.Close())
}

func (p *program) ingestDemo(ctx context.Context, s graph.Store, dir string) error {
	x, err := extractor.New()
	if err != nil {
		return err
	}
	archive, err := crawler.ReadArchive(dir)
	if err != nil {
		return err
	}
	defer archive.Close()
	inputs, err := p.archiveInputs(ctx, archive)
	if err != nil {
		return err
	}
	in := &ingestion{program: p, store: s, extractor: x, rules: extractor.Version()}
	return in.run(ctx, inputs, nil)
}

// printAnswers prints the three questions of the demo with their answers.
func (p *program) printAnswers(ctx context.Context, s graph.Store) error {
	for _, answer := range []func(context.Context, graph.Store) error{p.printGoogle, p.printPayments, p.printTransfers} {
		if err := answer(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// printGoogle answers who shares data with Google or what belongs to it.
func (p *program) printGoogle(ctx context.Context, s graph.Store) error {
	group, err := graph.Group(ctx, s, "google", graph.AsOf{})
	if err != nil {
		return err
	}
	return p.printAnswer(ctx, s, "Who shares data with Google and its group?", "VIA", graph.PracticeFilter{
		Recipient: &graph.OrganizationFilter{IDs: group}, Stance: policy.Stated,
		Actions: []policy.Action{policy.Share, policy.Sell, policy.Transfers},
	}, graph.ByCompany, func(pr graph.Practice) (string, string) {
		return pr.Evidence[0].Finding().Party, cmp.Or(termLabels(vocab.DataTypes(), pr.DataTypes), "(not said)")
	})
}

// printPayments answers who keeps payment data for longer than a year.
func (p *program) printPayments(ctx context.Context, s graph.Store) error {
	year, err := policy.ParsePeriod("P366D")
	if err != nil {
		return err
	}
	return p.printAnswer(ctx, s, "Who keeps payment data longer than a year?", "FOR", graph.PracticeFilter{
		DataTypes: vocab.DataTypes().Narrower("pd:PaymentCard", "pd:BankAccount", "pd:Financial", "pd:Purchase"),
		Stance:    policy.Stated, Retention: &graph.RetentionFilter{AtLeast: year},
	}, graph.ByRetention, func(pr graph.Practice) (string, string) {
		r := pr.Retention
		return cmp.Or(r.Max.String(), r.Min.String()+" at least"), termLabels(vocab.DataTypes(), pr.DataTypes)
	})
}

// printTransfers answers who moves data out of the EEA and under which safeguard.
func (p *program) printTransfers(ctx context.Context, s graph.Store) error {
	return p.printAnswer(ctx, s, "Which of them move data out of the EEA, and under which safeguard?", "TO", graph.PracticeFilter{
		Place: &graph.PlaceFilter{In: outsideEEA(), Role: policy.Transfer}, Stance: policy.Stated,
	}, graph.ByCompany, func(pr graph.Practice) (string, string) {
		to := make([]string, len(pr.Places))
		for i, place := range pr.Places {
			to[i] = string(place)
		}
		return strings.Join(to, " "), cmp.Or(termLabels(vocab.Safeguards(), pr.Safeguards), "(none said)")
	})
}

func outsideEEA() []policy.Place {
	all := append(policy.Countries(), policy.NonEEA)
	return slices.DeleteFunc(all, policy.Place.InEEA)
}

// printAnswer prints an answer: per practice the company, two columns of
// its own and the sentence.
func (p *program) printAnswer(ctx context.Context, s graph.Store, question, column string, f graph.PracticeFilter, order graph.PracticeOrder,
	columns func(graph.Practice) (string, string)) error {
	list, err := s.Practices(ctx, f, graph.AsOf{}, order, graph.Page{})
	if err != nil {
		return err
	}
	names, err := companyNames(ctx, s, list.Items)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\n%s\n", question)
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "COMPANY\t%s\tWHAT\tQUOTE\n", column)
	seen := map[string]bool{}
	for _, pr := range list.Items {
		a, b := columns(pr)
		if row := names[pr.CompanyID] + a; !seen[row] {
			seen[row] = true
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", names[pr.CompanyID], a, oneLine(b, 50), oneLine(pr.Evidence[0].Quote(), 110))
		}
	}
	return w.Flush()
}

func companyNames(ctx context.Context, s graph.Store, practices []graph.Practice) (map[string]string, error) {
	names := map[string]string{}
	var ids []string
	for _, pr := range practices {
		if names[pr.CompanyID] == "" {
			names[pr.CompanyID] = pr.CompanyID
			ids = append(ids, pr.CompanyID)
		}
	}
	if len(ids) == 0 {
		return names, nil
	}
	companies, err := s.Organizations(ctx, graph.OrganizationFilter{IDs: ids}, graph.Page{})
	for _, c := range companies.Items {
		names[c.ID] = c.Name
	}
	return names, err
}

func termLabels(v *vocab.Vocabulary, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		t, _ := v.Term(id)
		out[i] = t.Label
	}
	return strings.Join(out, ", ")
}
