package neo4j

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

// The benchmarks work on made-up policies of about the size of real ones: 204
// policies with some 150 practices and 200 pieces of evidence each.
const (
	benchPolicies  = 204
	benchPractices = 150
)

func BenchmarkPut(b *testing.B) {
	address, options := server(b)
	s := fresh(b, address, options)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		c := benchCapture(b, i)
		b.StartTimer()
		mustPut(b, s, c)
	}
}

// BenchmarkPutAgain puts what is held: the cost of an ingest that changes nothing.
func BenchmarkPutAgain(b *testing.B) {
	address, options := server(b)
	s := fresh(b, address, options)
	c := benchCapture(b, 0)
	mustPut(b, s, c)
	b.ReportAllocs()
	for b.Loop() {
		if changed, err := s.Put(context.Background(), c); err != nil || changed {
			b.Fatalf("put again: changed %v, %v", changed, err)
		}
	}
}

func BenchmarkSharedBy(b *testing.B) {
	s := benchStore(b)
	for _, limit := range []int{20, 0} {
		b.Run(fmt.Sprintf("limit=%d", limit), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l, err := s.Sharing(context.Background(), graph.SharingQuery{Organizations: []string{"google"}}, graph.Page{Limit: limit, Total: true})
				if err != nil || len(l.Items) == 0 {
					b.Fatalf("%d edges, %v", len(l.Items), err)
				}
			}
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	s := benchStore(b)
	google := &graph.OrganizationFilter{IDs: []string{"google"}}
	for _, tt := range []struct {
		name   string
		filter graph.PracticeFilter
		order  graph.PracticeOrder
	}{
		{"all", graph.PracticeFilter{}, graph.ByCompany},
		{"recipient", graph.PracticeFilter{Recipient: google}, graph.ByCompany},
		{"four facets", graph.PracticeFilter{Recipient: google, DataTypes: []string{"pd:EmailAddress"}, Purposes: []string{"dpv:DirectMarketing"},
			Place: &graph.PlaceFilter{In: []policy.Place{"US"}}}, graph.ByCompany},
		{"data type", graph.PracticeFilter{DataTypes: []string{"pd:EmailAddress"}}, graph.ByCompany},
		{"company", graph.PracticeFilter{Company: &graph.OrganizationFilter{IDs: []string{"company-7"}}}, graph.ByCompany},
		{"retention", graph.PracticeFilter{Retention: &graph.RetentionFilter{AtLeast: benchPeriod("P1Y")}}, graph.ByRetention},
		{"method", graph.PracticeFilter{Method: policy.ByModel}, graph.ByValidFrom},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l, err := s.Practices(context.Background(), tt.filter, graph.AsOf{}, tt.order, graph.Page{Limit: 20, Total: true})
				if err != nil || len(l.Items) == 0 {
					b.Fatalf("%d practices, %v", len(l.Items), err)
				}
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	s := benchStore(b)
	b.ReportAllocs()
	for b.Loop() {
		l, err := s.Search(context.Background(), graph.SearchQuery{Text: "goog"}, graph.Page{Limit: 20, Total: true})
		if err != nil || len(l.Items) == 0 {
			b.Fatalf("%d hits, %v", len(l.Items), err)
		}
	}
}

// benchStore returns the store that holds all made-up policies. Filling it
// takes a while, so benchmarks leave it for the next one.
func benchStore(b *testing.B) graph.Store {
	address, options := server(b)
	reading := options
	reading.ReadOnly = true
	if s, err := Open(context.Background(), address, reading); err == nil {
		b.Cleanup(func() { s.Close() })
		if n, err := s.Counts(context.Background()); err == nil && n.Policies == benchPolicies {
			return s
		}
	}
	s := fresh(b, address, options)
	start := time.Now()
	for i := range benchPolicies {
		mustPut(b, s, benchCapture(b, i))
	}
	n, err := s.Counts(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("put %d policies with %d practices and %d pieces of evidence in %v", n.Policies, n.Practices, n.Evidence, time.Since(start))
	return s
}

func mustPut(b *testing.B, s graph.Store, c graph.Capture) {
	b.Helper()
	if changed, err := s.Put(context.Background(), c); err != nil || !changed {
		b.Fatalf("put: changed %v, %v", changed, err)
	}
}

// benchCapture returns the capture of the n-th policy: the same n, the same capture.
func benchCapture(b *testing.B, n int) graph.Capture {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	id := fmt.Sprintf("company-%d", n)
	d := &policy.Document{Language: "en"}
	var text strings.Builder
	type found struct {
		says policy.Statement
		span policy.Span
	}
	var all []found
	for i := range benchPractices {
		says := benchStatement(r)
		for range 1 + r.IntN(3)/2 { // a third is said twice
			start := text.Len()
			fmt.Fprintf(&text, "%d. We %s %s with %s for %s, as this sentence of an ordinary length says.", i, says.Action,
				strings.Join(says.DataTypes, ", "), says.Recipient.Organization, strings.Join(says.Purposes, " and "))
			span := policy.Span{Start: start, End: text.Len()}
			text.WriteString("\n\n")
			d.Blocks = append(d.Blocks, policy.Block{Kind: policy.Paragraph, Span: span, LeadIn: -1})
			all = append(all, found{says, span})
		}
	}
	d.Text = text.String()
	reading := &policy.Reading{Language: "en", Assessed: true}
	for _, f := range all {
		method := []policy.Method{policy.ByRule, policy.ByModel}[r.IntN(20)/19]
		e, err := policy.NewEvidence(d.Text, policy.Finding{Spans: []policy.Span{f.span}, Party: f.says.Recipient.Organization, Method: method, Rule: "bench", Confidence: 0.5})
		if err != nil {
			b.Fatal(err)
		}
		p, err := policy.NewPractice(f.says, e)
		if err != nil {
			b.Fatal(err)
		}
		reading.Practices = append(reading.Practices, p)
	}
	url := "https://" + id + ".example/privacy"
	return graph.Capture{
		Company:  policy.Organization{ID: id, Name: fmt.Sprintf("Company %d", n), Kind: policy.LegalEntity, Country: "FR"},
		Policy:   policy.Policy{ID: policy.PolicyID(id, url), CompanyID: id, Kind: policy.PrivacyPolicy, URL: url, Language: "en"},
		At:       time.Date(2024, 1, 1+n%300, 0, 0, 0, 0, time.UTC),
		Document: d, Reading: reading, Rules: "bench",
	}
}

// benchStatement returns a statement whose facets are as uneven as in real
// policies: a few terms and recipients are everywhere, most are rare.
func benchStatement(r *rand.Rand) policy.Statement {
	types, purposes := vocab.DataTypes().Terms(), vocab.Purposes().Terms()
	organizations := vocab.Organizations().All()
	uneven := func(n int) int { x := r.Float64(); return int(x * x * x * float64(n)) }
	s := policy.Statement{Action: policy.Actions()[r.IntN(5)], Stance: policy.Stated}
	s.DataTypes = []string{"pd:EmailAddress", types[uneven(len(types))].ID, types[uneven(len(types))].ID}[r.IntN(2):]
	s.Purposes = []string{"dpv:DirectMarketing", purposes[uneven(len(purposes))].ID}[r.IntN(2):]
	switch r.IntN(6) {
	case 0, 1:
		s.Recipient.Organization = organizations[uneven(len(organizations))].ID
	case 2:
		s.Recipient.Organization = "google"
	case 3:
		s.Recipient.Organization = fmt.Sprintf("vendor-%d", uneven(3000))
	}
	if r.IntN(3) == 0 {
		s.Places, s.PlaceRole = []policy.Place{"US", policy.Countries()[uneven(200)]}, policy.Transfer
	}
	if r.IntN(8) == 0 {
		s.Retention = &policy.Retention{Max: benchPeriod(fmt.Sprintf("P%dM", 1+r.IntN(48))), Scope: "the account"}
	}
	return s
}

func benchPeriod(iso string) policy.Period {
	p, err := policy.ParsePeriod(iso)
	if err != nil {
		panic(err) // the periods are ours
	}
	return p
}
