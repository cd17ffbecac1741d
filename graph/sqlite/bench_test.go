package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// Of a synthetic graph, about as large as the one that is built of real policies.
const (
	syntheticPolicies  = 200
	syntheticPractices = 150 // of each policy, with two pieces of evidence each
)

// synthetic returns the capture of the n-th of many policies that share their
// vocabulary and recipients, a few of them very often.
func synthetic(n int) graph.Capture {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	often := func(of int) int { return int(float64(of) * r.Float64() * r.Float64() * r.Float64()) }
	id := fmt.Sprintf("company-%d", n)
	var text strings.Builder
	var practices []policy.Practice
	var findings []policy.Finding
	var said []policy.Statement
	for i := range syntheticPractices {
		recipient := fmt.Sprintf("vendor-%d", often(800))
		if often(400) == 0 {
			recipient = "google"
		}
		s := policy.Statement{
			Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: recipient},
			DataTypes: []string{fmt.Sprintf("pd:Type-%d", often(60))}, Purposes: []string{fmt.Sprintf("dpv:Purpose-%d", often(25))},
			Places: []policy.Place{[]policy.Place{"US", "FR", "IN", "DE"}[often(4)]}, PlaceRole: policy.Transfer,
		}
		f := policy.Finding{Method: policy.ByRule, Rule: "synthetic", Confidence: 0.9, Party: strings.ToUpper(recipient)}
		for range 2 {
			start := text.Len()
			fmt.Fprintf(&text, "Sentence %d says that we share %s with %s for %s in %s.", i, s.DataTypes[0], recipient, s.Purposes[0], s.Places[0])
			f.Spans = []policy.Span{{Start: start, End: text.Len()}}
			text.WriteString("\n")
			findings, said = append(findings, f), append(said, s)
		}
	}
	for i, f := range findings {
		e, err := policy.NewEvidence(text.String(), f)
		if err != nil {
			panic(err) // the text is ours
		}
		p, err := policy.NewPractice(said[i], e)
		if err != nil {
			panic(err) // and so is what it says
		}
		practices = append(practices, p)
	}
	url := "https://" + id + ".example/privacy"
	return graph.Capture{
		Company:  policy.Organization{ID: id, Name: fmt.Sprintf("Company %d", n), Kind: policy.LegalEntity},
		Policy:   policy.Policy{ID: policy.PolicyID(id, url), CompanyID: id, Kind: policy.PrivacyPolicy, URL: url, Language: "en"},
		At:       time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Document: &policy.Document{Language: "en", Text: text.String()},
		Reading:  &policy.Reading{Language: "en", Assessed: true, Practices: practices},
		Rules:    "synthetic",
	}
}

func BenchmarkPut(b *testing.B) {
	s := fresh(b, filepath.Join(b.TempDir(), "graph.db"))
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		c := synthetic(n)
		n++
		b.StartTimer()
		if changed, err := s.Put(context.Background(), c); err != nil || !changed {
			b.Fatal(changed, err)
		}
	}
}

func BenchmarkPutAgain(b *testing.B) {
	s := fresh(b, filepath.Join(b.TempDir(), "graph.db"))
	c := synthetic(0)
	if _, err := s.Put(context.Background(), c); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if changed, err := s.Put(context.Background(), c); err != nil || changed {
			b.Fatal(changed, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	s := fresh(b, filepath.Join(b.TempDir(), "graph.db"))
	for n := range syntheticPolicies {
		if _, err := s.Put(context.Background(), synthetic(n)); err != nil {
			b.Fatal(err)
		}
	}
	google := &graph.OrganizationFilter{IDs: []string{"google"}}
	practices := func(f graph.PracticeFilter, order graph.PracticeOrder, page graph.Page) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			l, err := s.Practices(ctx, f, graph.AsOf{}, order, page)
			return len(l.Items), err
		}
	}
	sharing := func(q graph.SharingQuery, page graph.Page) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			l, err := s.Sharing(ctx, q, page)
			return len(l.Items), err
		}
	}
	search := func(text string) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			l, err := s.Search(ctx, graph.SearchQuery{Text: text}, graph.Page{Limit: 20})
			return len(l.Items), err
		}
	}
	first := graph.Page{Limit: 20}
	hot := graph.PracticeFilter{DataTypes: []string{"pd:Type-0"}, Purposes: []string{"dpv:Purpose-0"}, Place: &graph.PlaceFilter{In: []policy.Place{"US"}}}
	four := hot
	four.Recipient = google
	for _, bb := range []struct {
		name string
		read func(context.Context) (int, error)
	}{
		{"practices of four hot facets", practices(four, graph.ByCompany, first)},
		{"practices of four hot facets, with total", practices(four, graph.ByCompany, graph.Page{Limit: 20, Total: true})},
		{"practices of three hot facets", practices(hot, graph.ByCompany, first)},
		{"practices of one hot facet", practices(graph.PracticeFilter{DataTypes: hot.DataTypes}, graph.ByCompany, first)},
		{"practices of all", practices(graph.PracticeFilter{}, graph.ByCompany, first)},
		{"practices of all, with total", practices(graph.PracticeFilter{}, graph.ByCompany, graph.Page{Limit: 20, Total: true})},
		{"practices of all by start", practices(graph.PracticeFilter{}, graph.ByValidFrom, first)},
		{"practices of one company", practices(graph.PracticeFilter{Company: &graph.OrganizationFilter{IDs: []string{"company-7"}}}, graph.ByCompany, first)},
		{"shared by, of Google", sharing(graph.SharingQuery{Organizations: []string{"google"}}, first)},
		{"shared by, of Google, with total", sharing(graph.SharingQuery{Organizations: []string{"google"}}, graph.Page{Limit: 20, Total: true})},
		{"shared by, of Google, one data type", sharing(graph.SharingQuery{Organizations: []string{"google"}, Filter: graph.PracticeFilter{DataTypes: hot.DataTypes}}, first)},
		{"shares with, of one company", sharing(graph.SharingQuery{Companies: []string{"company-7"}}, first)},
		{"search for a name", search("google")},
		{"search for words of every quote", search("we share")},
		{"search for one letter", search("s")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n, err := bb.read(context.Background()); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
