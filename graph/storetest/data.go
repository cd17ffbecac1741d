package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// rules is the name of the rules that made the readings of the captures.
const rules = "rules-1"

// day returns midnight of the n-th day of the time that the captures tell of.
func day(n int) time.Time { return time.Date(2021, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// A sentence is a piece of a policy written for a test, with what it states.
type sentence struct {
	words  string
	states []policy.Statement
	// party is the name that the sentence writes for its recipient or source.
	party  string
	method policy.Method // "" = by rule
	under  string        // words of its heading, further evidence; or ""
}

// text returns the document that the sentences make, and the practices that
// they state.
func text(sentences ...sentence) (*policy.Document, []policy.Practice) {
	var b strings.Builder
	place := func(words string) policy.Span {
		start := b.Len()
		b.WriteString(words)
		s := policy.Span{Start: start, End: b.Len()}
		b.WriteString("\n\n")
		return s
	}
	d := &policy.Document{Language: "en"}
	var findings []policy.Finding
	for _, s := range sentences {
		f := policy.Finding{Party: s.party, Method: s.method, Rule: "test", Confidence: 0.75}
		if f.Method == "" {
			f.Method = policy.ByRule
		}
		heading := policy.Span{}
		if s.under != "" {
			heading = place(s.under)
			d.Blocks = append(d.Blocks, policy.Block{Kind: policy.Heading, Span: heading, Level: 2, LeadIn: -1})
		}
		f.Spans = append(f.Spans, place(s.words))
		d.Blocks = append(d.Blocks, policy.Block{Kind: policy.Paragraph, Span: f.Spans[0], LeadIn: -1})
		if s.under != "" {
			f.Spans = append(f.Spans, heading)
		}
		findings = append(findings, f)
	}
	d.Text = b.String()
	var practices []policy.Practice
	for i, s := range sentences {
		for _, said := range s.states {
			p, err := policy.NewPractice(said, evidence(d.Text, findings[i]))
			if err != nil {
				panic(err) // the sentences are ours
			}
			practices = append(practices, p)
		}
	}
	return d, practices
}

func evidence(text string, f policy.Finding) policy.Evidence {
	e, err := policy.NewEvidence(text, f)
	if err != nil {
		panic(err) // the sentences are ours
	}
	return e
}

// company returns a company of which captures tell nothing but the name.
func company(name string) policy.Organization {
	return policy.Organization{ID: policy.Slug(name), Name: name, Kind: policy.LegalEntity}
}

// capture returns the capture of a policy with the sentences.
func capture(c policy.Organization, url string, at time.Time, sentences ...sentence) graph.Capture {
	d, practices := text(sentences...)
	return graph.Capture{
		Company:  c,
		Policy:   policy.Policy{ID: policy.PolicyID(c.ID, url), CompanyID: c.ID, Kind: policy.PrivacyPolicy, URL: url},
		At:       at,
		Document: d,
		Reading:  &policy.Reading{Language: d.Language, Assessed: true, Practices: practices},
		Rules:    rules,
	}
}

// share returns the plainest sentence that makes a sharing edge.
func share(recipient, name string, dataTypes ...string) sentence {
	return sentence{
		words:  fmt.Sprintf("We share %s with %s.", strings.Join(dataTypes, " and "), name),
		states: []policy.Statement{{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: recipient}, DataTypes: dataTypes}},
		party:  name,
	}
}

// What the captures of Captures are made of.
var (
	dataTypes  = []string{"pd:EmailAddress", "pd:Name", "pd:TelephoneNumber", "pd:PhysicalAddress", "pd:BirthDate", "x:AdvertisingIdentifier", "x:CookieIdentifier"}
	purposes   = []string{"dpv:ServiceProvision", "dpv:AccountManagement", "dpv:PaymentManagement", "dpv:CustomerCare", "dpv:DirectMarketing"}
	bases      = []string{"eu-gdpr:A6-1-a", "eu-gdpr:A6-1-b", "eu-gdpr:A6-1-f"}
	safeguards = []string{"eu-gdpr:A46-2-c", "x:EU-US-DPF"}
	categories = []string{"x:ServiceProviders", "x:AnalyticsProviders", "x:AdvertisingPartners"}
	criteria   = []string{"x:AsNecessary", "x:AccountLifetime", "x:LegalObligation"}
	periods    = []string{"P30D", "P13M", "P1Y", "P3Y", "P10Y", "PT24H"}
	places     = []policy.Place{"US", "FR", "IN", policy.EEA, policy.NonEEA}
	// recipients by ID, with the ways in which texts write them.
	recipients = []struct {
		id    string
		names []string
	}{
		{"google", []string{"Google", "Google LLC"}},
		{"stripe", []string{"Stripe"}},
		{"northwind-analytics", []string{"Northwind Analytics", "Northwind Analytics Ltd", "NORTHWIND ANALYTICS"}},
		{"heron-cloud", []string{"Héron Cloud", "Heron Cloud SAS"}},
		{"quiet-mailer", []string{"Quiet Mailer"}},
		{"acme-retail", []string{"Acme Retail"}},
	}
	companies = []policy.Organization{
		{ID: "acme-retail", Name: "Acme Retail", Kind: policy.LegalEntity, Domains: []string{"acme.example"}, Country: "US", Sector: "retail"},
		{ID: "bellwether-bank", Name: "Bellwether Bank", Kind: policy.LegalEntity, Domains: []string{"bellwether.example"}, Country: "GB", Sector: "finance", LEI: "529900T8BM49AURSDO55"},
		{ID: "creperie-du-port", Name: "Crêperie du Port", Kind: policy.Brand, Country: "FR", Sector: "food"},
		{ID: "delta-airways", Name: "Delta-Airways", Kind: policy.LegalEntity, Domains: []string{"delta-airways.example"}, Country: "FR"},
		{ID: "google", Name: "Google", Kind: policy.LegalEntity, Domains: []string{"google.example"}, Sector: "technology"},
		{ID: "edelweiss-klinik", Name: "Edelweiß Klinik", Kind: policy.LegalEntity, Country: "AT", Sector: "health"},
		{ID: "fern-games", Name: "Fern Games", Kind: policy.LegalEntity, Country: "SE", Sector: "games"},
		{ID: "zebra-zoo", Name: "Zebra Zoo", Kind: policy.LegalEntity},
	}
)

// Captures returns a rich set of captures, always the same: companies with
// several policies, texts that come and go and return, practices with every
// facet, versions that could not be read.
func Captures() []graph.Capture {
	r := rand.New(rand.NewPCG(1, 2))
	var out []graph.Capture
	for _, c := range companies {
		for n := range 1 + r.IntN(2) {
			out = append(out, history(r, c, fmt.Sprintf("https://%s.example/privacy/%d", c.ID, n))...)
		}
	}
	return out
}

// history returns the captures of one policy.
func history(r *rand.Rand, c policy.Organization, url string) []graph.Capture {
	pool := make([]sentence, 8+r.IntN(8))
	for i := range pool {
		pool[i] = randomSentence(r, i)
	}
	versions := make([][]sentence, 1+r.IntN(4))
	for i := range versions {
		for _, s := range pool {
			if r.IntN(4) > 0 {
				versions[i] = append(versions[i], s)
			}
		}
		versions[i] = append(versions[i], sentence{words: fmt.Sprintf("This is text %d.", i)})
	}
	var out []graph.Capture
	at, last := r.IntN(60), -1
	for i := range 1 + r.IntN(6) {
		k := i
		if k >= len(versions) {
			k = r.IntN(len(versions))
		}
		if last == k {
			at++
		}
		last = k
		put := capture(c, url, day(at), versions[k]...)
		put.Policy.Kind = []policy.Kind{policy.PrivacyPolicy, policy.CookiePolicy}[len(url)%2]
		put.Policy.Language, put.Policy.Region = "en", "EEA"
		if k == 2 && c.ID == "zebra-zoo" {
			put.Reading = &policy.Reading{Language: "fi"}
		}
		out = append(out, put)
		at += r.IntN(4) * 20 // now and then two on the same day
	}
	return out
}

func randomSentence(r *rand.Rand, n int) sentence {
	s := sentence{method: []policy.Method{policy.ByRule, policy.ByRule, policy.ByModel, policy.ByImport}[r.IntN(4)]}
	if r.IntN(3) == 0 {
		s.under = fmt.Sprintf("%d. What happens", n)
	}
	said := randomStatement(r)
	if id := said.Recipient.Organization + said.Source; id != "" {
		for _, p := range recipients {
			if p.id == id {
				s.party = p.names[r.IntN(len(p.names))]
			}
		}
	}
	s.states = append(s.states, said)
	if r.IntN(4) == 0 { // a sentence that says two things
		other := said
		other.DataTypes = pick(r, dataTypes, 2)
		s.states = append(s.states, other)
	}
	s.words = fmt.Sprintf("%d. It is %s: we %s %s with %s for %s.", n, said.Stance, said.Action,
		strings.Join(said.DataTypes, ", "), s.party+said.Recipient.Category, strings.Join(said.Purposes, " and "))
	return s
}

func randomStatement(r *rand.Rand) policy.Statement {
	s := policy.Statement{
		Action:     policy.Actions()[r.IntN(len(policy.Actions()))],
		Stance:     policy.Stated,
		DataTypes:  pick(r, dataTypes, 4),
		Purposes:   pick(r, purposes, 3),
		LegalBases: pick(r, bases, 1),
	}
	if r.IntN(5) == 0 {
		s.Stance = policy.Denied
	}
	switch r.IntN(5) {
	case 0:
		s.Recipient.Category = categories[r.IntN(len(categories))]
	case 1:
		s.Source = recipients[r.IntN(len(recipients))].id
	default:
		s.Recipient.Organization = recipients[r.IntN(len(recipients))].id
		if r.IntN(3) == 0 {
			s.Recipient.Role = categories[r.IntN(len(categories))]
		}
	}
	if s.Places = pick(r, places, 2); len(s.Places) > 0 {
		s.PlaceRole = []policy.PlaceRole{policy.Storage, policy.Transfer}[r.IntN(2)]
	}
	if s.PlaceRole == policy.Transfer {
		s.Safeguards = pick(r, safeguards, 2)
	}
	if r.IntN(3) == 0 {
		s.Conditions = []policy.Condition{policy.WithConsent}
	}
	if s.Action == policy.Retain || r.IntN(5) == 0 {
		s.Retention = randomRetention(r)
	}
	return s
}

func randomRetention(r *rand.Rand) *policy.Retention {
	t := policy.Retention{Scope: "the account", Start: "x:Collection"}
	switch r.IntN(3) {
	case 0:
		t.Criterion = criteria[r.IntN(len(criteria))]
	case 1:
		t.Min = period(periods[r.IntN(len(periods))])
	default:
		t.Max = period(periods[r.IntN(len(periods))])
	}
	return &t
}

func period(iso string) policy.Period {
	p, err := policy.ParsePeriod(iso)
	if err != nil {
		panic(err) // the periods are ours
	}
	return p
}

// pick returns at most n of the values.
func pick[T any](r *rand.Rand, values []T, n int) []T {
	var out []T
	for _, i := range r.Perm(len(values))[:r.IntN(n+1)] {
		out = append(out, values[i])
	}
	return out
}

// Fill puts the captures of Captures into the store and returns their model.
func Fill(t testing.TB, s graph.Store) *Model {
	t.Helper()
	puts := Captures()
	put(t, s, puts...)
	return NewModel(puts...)
}

// put puts captures; each must change something.
func put(t testing.TB, s graph.Store, captures ...graph.Capture) {
	t.Helper()
	for _, c := range captures {
		if changed, err := s.Put(context.Background(), c); err != nil || !changed {
			t.Fatalf("put %s of %s at %v: changed %v, %v", c.Policy.URL, c.Company.ID, c.At, changed, err)
		}
	}
}

// moments returns the beginnings and ends of all spells, and moments around them.
func (m *Model) moments() []graph.AsOf {
	out := []graph.AsOf{{}, {Time: day(-1)}}
	for _, c := range m.puts {
		out = append(out, graph.AsOf{Time: c.At}, graph.AsOf{Time: c.At.Add(-time.Second)}, graph.AsOf{Time: c.At.Add(36 * time.Hour)})
	}
	slices.SortFunc(out, func(a, b graph.AsOf) int { return a.Compare(b.Time) })
	return slices.CompactFunc(out, func(a, b graph.AsOf) bool { return a.Equal(b.Time) })
}
