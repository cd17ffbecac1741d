package graph

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/policy"
)

// day returns midnight of the n-th day of a time of our own.
func day(n int) time.Time { return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// capture returns the capture of a policy of Acme on a day. Each line of the
// text is a sentence; one that begins with the name of a recipient, a colon and
// a data type shares it.
func capture(t testing.TB, d int, text string) Capture {
	t.Helper()
	r := &policy.Reading{Language: "en", Assessed: true}
	start := 0
	for _, line := range strings.Split(text, "\n") {
		if party, dataType, ok := strings.Cut(line, ": "); ok {
			s := policy.Statement{Action: policy.Share, Stance: policy.Stated, DataTypes: []string{dataType},
				Recipient: policy.Recipient{Organization: policy.Slug(party)}}
			e := evidence(t, text, policy.Span{Start: start, End: start + len(line)}, party)
			r.Practices = append(r.Practices, practice(t, s, e))
		}
		start += len(line) + 1
	}
	return Capture{
		Company:  policy.Organization{ID: "acme", Name: "Acme", Kind: policy.LegalEntity},
		Policy:   policy.Policy{ID: policy.PolicyID("acme", "https://acme.example"), CompanyID: "acme", Kind: policy.PrivacyPolicy, URL: "https://acme.example"},
		At:       day(d),
		Document: &policy.Document{Text: text, Language: "en"},
		Reading:  r,
		Rules:    "rules-1",
	}
}

func evidence(t testing.TB, text string, s policy.Span, party string) policy.Evidence {
	t.Helper()
	e, err := policy.NewEvidence(text, policy.Finding{Spans: []policy.Span{s}, Party: party, Method: policy.ByRule, Rule: "test", Confidence: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func practice(t testing.TB, s policy.Statement, e ...policy.Evidence) policy.Practice {
	t.Helper()
	p, err := policy.NewPractice(s, e...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A table holds the rows of one policy as a store does.
type table struct {
	held      Held
	versions  map[string]Version
	practices map[string]policy.Statement
	evidence  map[string]EvidenceRow
	mentions  []Mention
	spells    []policy.Spell
	runs      []RunRow
}

func newTable() *table {
	return &table{Held{Rules: map[string]string{}}, map[string]Version{}, map[string]policy.Statement{}, map[string]EvidenceRow{}, nil, nil, nil}
}

// put puts a capture and reports whether it changed anything.
func (b *table) put(t testing.TB, c Capture) bool {
	t.Helper()
	p, err := PlanPut(b.held, c)
	if err != nil {
		t.Fatal(err)
	}
	if p == nil {
		return false
	}
	b.write(t, p)
	return true
}

func (b *table) write(t testing.TB, p *Plan) {
	t.Helper()
	b.held.Company, b.held.Policy = &p.Company, &p.Policy
	b.held.Captures = append(b.held.Captures, p.Captures...)
	for _, v := range p.Versions {
		old, held := b.versions[v.ID]
		if held != (v.Document == nil) || held != (v.Hash == "") {
			t.Fatalf("version %s, held %v, comes with document %v and hash %q", v.ID, held, v.Document, v.Hash)
		}
		if held {
			v.Hash, v.Document = old.Hash, old.Document
		}
		b.versions[v.ID], b.held.Rules[v.ID] = v, v.Rules
		maps.DeleteFunc(b.evidence, func(_ string, e EvidenceRow) bool { return e.VersionID == v.ID })
		b.mentions = slices.DeleteFunc(b.mentions, func(m Mention) bool { return m.VersionID == v.ID })
	}
	for _, row := range p.Practices {
		if old, ok := b.practices[row.Key]; ok && !reflect.DeepEqual(old, row.Statement) {
			t.Fatalf("practice %s says %+v and %+v", row.Key, old, row.Statement)
		}
		b.practices[row.Key] = row.Statement
	}
	for _, e := range p.Evidence {
		if _, ok := b.evidence[e.ID]; ok {
			t.Fatalf("evidence %s comes twice", e.ID)
		}
		b.evidence[e.ID] = e
	}
	b.mentions = append(b.mentions, p.Mentions...)
	b.spells, b.runs = p.Spells, p.Runs
	for _, key := range p.Gone {
		delete(b.practices, key)
	}
	b.settle(t)
}

// settle derives what is stated, and checks that practices and evidence belong together.
func (b *table) settle(t testing.TB) {
	t.Helper()
	stated := map[Stated]bool{}
	shown := map[string]bool{}
	for _, e := range b.evidence {
		if _, ok := b.practices[e.PracticeID]; !ok {
			t.Fatalf("evidence for practice %s, which is not held", e.PracticeID)
		}
		stated[Stated{e.PracticeID, e.VersionID}], shown[e.PracticeID] = true, true
	}
	if len(shown) != len(b.practices) {
		t.Fatalf("%d practices are held, %d have evidence", len(b.practices), len(shown))
	}
	b.held.Stated = slices.Collect(maps.Keys(stated))
	slices.SortFunc(b.held.Stated, func(a, b Stated) int { return strings.Compare(a.PracticeID+a.VersionID, b.PracticeID+b.VersionID) })
}

// show returns all rows, sorted.
func (b *table) show() string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	add("company %+v, policy %+v", *b.held.Company, *b.held.Policy)
	for _, c := range b.held.Captures {
		add("capture %+v", c)
	}
	for _, v := range b.versions {
		add("version %+v, text %q, controller %v", v.Version, v.Document.Text, v.Controller)
	}
	for key, s := range b.practices {
		kept := policy.Retention{}
		if s.Retention != nil {
			kept, s.Retention = *s.Retention, nil
		}
		add("practice %s %+v %+v", key, s, kept)
	}
	for _, e := range b.evidence {
		add("evidence %+v %q", e, e.Quote())
	}
	for _, m := range b.mentions {
		add("mention %+v", m)
	}
	for _, s := range b.spells {
		add("spell %+v", s)
	}
	for _, r := range b.runs {
		add("run %+v", r)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// showRuns returns the days of the runs of the practice with a recipient.
func (b *table) showRuns(recipient string) string {
	var out []string
	for _, r := range b.runs {
		if b.practices[r.PracticeID].Recipient.Organization == recipient {
			to := "∞"
			if !r.To.Equal(policy.Forever) {
				to = fmt.Sprint(r.To.YearDay() - 1)
			}
			out = append(out, fmt.Sprintf("[%d,%s) %v", r.From.YearDay()-1, to, r.SinceFirst))
		}
	}
	return strings.Join(out, " ")
}

func TestPlanPutTwice(t *testing.T) {
	b := newTable()
	texts := []string{"Google: pd:Name", "Google: pd:Name\nStripe: pd:Name", "Google: pd:Name"}
	for d, text := range texts {
		if !b.put(t, capture(t, d, text)) {
			t.Errorf("putting %q on day %d changes nothing", text, d)
		}
	}
	before := b.show()
	for d, text := range texts {
		if b.put(t, capture(t, d, text)) {
			t.Errorf("putting %q on day %d again changes something:\n%s", text, d, b.show())
		}
	}
	elsewhere := capture(t, 1, texts[1])
	elsewhere.At = elsewhere.At.In(time.FixedZone("east", 3600))
	if b.put(t, elsewhere) {
		t.Error("the same moment in another zone is another one")
	}
	if b.show() != before {
		t.Errorf("rows became\n%s\nwere\n%s", b.show(), before)
	}
	for _, tt := range []struct {
		name   string
		change func(*Capture)
	}{
		{"another domain of the company", func(c *Capture) { c.Company.Domains = []string{"acme.example"} }},
		{"another region of the policy", func(c *Capture) { c.Policy.Region = "EEA" }},
		{"a later moment", func(c *Capture) { c.At = day(3) }},
		{"another text", func(c *Capture) { *c = capture(t, 2, "Nobody.") }},
		{"other rules", func(c *Capture) { c.Rules = "rules-2" }},
	} {
		c := capture(t, 2, texts[2])
		tt.change(&c)
		if before := b.show(); !b.put(t, c) || b.show() == before && tt.name != "other rules" {
			t.Errorf("%s changes nothing", tt.name)
		}
	}
}

func TestMomentsAreUTC(t *testing.T) {
	c := capture(t, 0, "Text.")
	c.At = c.At.In(time.FixedZone("east", 3600))
	p, err := PlanPut(Held{}, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Captures[0].At; got != day(0) || p.Spells[0].From != day(0) {
		t.Errorf("captured at %v, standing since %v; want %v", got, p.Spells[0].From, day(0))
	}
}

func TestRunsOfPlan(t *testing.T) {
	const google, both, neither = "Google: pd:Name", "Stripe: pd:Name\nGoogle: pd:Name", "Nobody gets anything."
	for _, tt := range []struct {
		name     string
		captures []string // one a day
		want     string
	}{
		{"since the first capture, without an end", []string{google, both}, "[0,∞) true"},
		{"from a later one", []string{neither, google, both}, "[1,∞) false"},
		{"ended", []string{google, both, neither}, "[0,2) true"},
		{"returned", []string{google, neither, google}, "[0,1) true [2,∞) false"},
	} {
		b := newTable()
		for d, text := range tt.captures {
			b.put(t, capture(t, d, text))
		}
		if got := b.showRuns("google"); got != tt.want {
			t.Errorf("%s: runs %s, want %s", tt.name, got, tt.want)
		}
	}
}

// randomCaptures returns captures in which texts return, moments coincide and
// what is told of company and policy changes.
func randomCaptures(t testing.TB, r *rand.Rand) []Capture {
	scopes := []string{"Account data", "account data", " Account\tdata"}
	var out []Capture
	for range 2 + r.IntN(7) {
		n, d := r.IntN(4), r.IntN(6)
		text := fmt.Sprintf("Text %d.\nGoogle: pd:Name\nGoogle LLC: pd:Name\nNorthwind %c: pd:Name", n, 'A'+n%2)
		c := capture(t, d, text)
		kept := policy.Statement{Action: policy.Retain, Stance: policy.Stated,
			Retention: &policy.Retention{Criterion: "x:AsNecessary", Scope: scopes[n%3]}}
		c.Reading.Practices = append(c.Reading.Practices, practice(t, kept, evidence(t, text, policy.Span{End: 4}, "")))
		c.Reading.Organizations = []policy.Organization{{ID: "northwind-a", Name: "Northwind A Ltd", Kind: policy.Brand}}
		c.Company.Name = []string{"Acme", "ACME"}[d%2]
		c.Company.Domains = []string{fmt.Sprintf("Acme%d.example", d)}
		c.Company.Country = []policy.Place{"", "US", "FR"}[n%3]
		c.Policy.URL = fmt.Sprintf("https://acme.example/%d/%d", d, n)
		out = append(out, c)
	}
	return out
}

func TestOrderOfCapturesDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		all := randomCaptures(t, r)
		want := newTable()
		for _, c := range all {
			want.put(t, c)
		}
		for range 4 {
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			got := newTable()
			for _, c := range all {
				got.put(t, c)
			}
			if got.show() != want.show() {
				t.Fatalf("rows differ by order\n%s\n\n%s", got.show(), want.show())
			}
			for _, c := range all {
				if got.put(t, c) {
					t.Fatalf("putting %v again changes something", c.At)
				}
			}
		}
		var captures []policy.Capture
		for _, c := range all {
			captures = append(captures, policy.Capture{VersionID: policy.VersionID(c.Policy.ID, policy.HashText(c.Document.Text)), At: c.At})
		}
		if !reflect.DeepEqual(want.spells, policy.Spells(captures)) {
			t.Fatalf("spells %+v, want %+v", want.spells, policy.Spells(captures))
		}
	}
}

// A capture tells what is so at its moment: the latest one stands.
func TestPlanPutTellsThePolicy(t *testing.T) {
	at := func(d int, url, language string) Capture {
		c := capture(t, d, "Text.")
		c.Policy.URL, c.Policy.Language = url, language
		return c
	}
	b := newTable()
	for _, c := range []Capture{at(1, "https://acme.example/1", "de"), at(5, "https://acme.example/5", "en"), at(3, "https://acme.example/3", "fr")} {
		b.put(t, c)
	}
	p := b.held.Policy
	want := []string{"https://acme.example/1", "https://acme.example/3"}
	if p.URL != "https://acme.example/5" || p.Language != "en" || !slices.Equal(p.Aliases, want) {
		t.Errorf("policy %+v, want that of day 5 and aliases %q", *p, want)
	}
}

func TestOtherRules(t *testing.T) {
	b := newTable()
	b.put(t, capture(t, 0, "Google: pd:Name\nStripe: pd:Name"))
	b.put(t, capture(t, 1, "Stripe: pd:Name"))
	better := capture(t, 0, "Google: pd:Name\nStripe: pd:Name")
	better.Rules = "rules-2"
	better.Reading.Practices = better.Reading.Practices[1:]
	if !b.put(t, better) {
		t.Fatal("another reading changes nothing")
	}
	if got := b.showRuns("google"); got != "" || len(b.practices) != 1 {
		t.Errorf("Google still has the runs %s; %d practices", got, len(b.practices))
	}
	if got, want := b.showRuns("stripe"), "[0,∞) true"; got != want {
		t.Errorf("Stripe has the runs %s, want %s", got, want)
	}
	if b.put(t, better) {
		t.Error("putting it again changes something")
	}
}

func TestPlanReplace(t *testing.T) {
	b := newTable()
	first, second := capture(t, 0, "Google: pd:Name\nStripe: pd:Name"), capture(t, 1, "Stripe: pd:Name")
	b.put(t, first)
	b.put(t, second)
	id := policy.VersionID(first.Policy.ID, policy.HashText(first.Document.Text))
	spells, captures, organization, told := slices.Clone(b.spells), slices.Clone(b.held.Captures), *b.held.Company, *b.held.Policy

	reading := &policy.Reading{Language: "fr", Assessed: true, Practices: first.Reading.Practices[:1]}
	p, err := PlanReplace(b.held, "rules-2", map[string]*policy.Reading{id: reading})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Captures) != 0 || len(p.Gone) != 0 {
		t.Errorf("plan adds captures %v, removes practices %v", p.Captures, p.Gone)
	}
	b.write(t, p)
	if got, want := b.showRuns("stripe"), "[1,∞) false"; got != want {
		t.Errorf("Stripe has the runs %s, want %s", got, want)
	}
	if got, want := b.showRuns("google"), "[0,1) true"; got != want {
		t.Errorf("Google has the runs %s, want %s", got, want)
	}
	if v := b.versions[id]; v.Document.Text != first.Document.Text || v.Hash == "" || v.Language != "fr" || b.held.Rules[id] != "rules-2" {
		t.Errorf("the version became %+v by %s", v, b.held.Rules[id])
	}
	if !reflect.DeepEqual(b.spells, spells) || !reflect.DeepEqual(b.held.Captures, captures) ||
		!reflect.DeepEqual(*b.held.Company, organization) || !reflect.DeepEqual(*b.held.Policy, told) {
		t.Errorf("spells, captures, company or policy changed:\n%s", b.show())
	}

	p, err = PlanReplace(b.held, "rules-3", map[string]*policy.Reading{id: {Language: "fr"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Gone) != 1 || b.practices[p.Gone[0]].Recipient.Organization != "google" {
		t.Errorf("gone are %v, want what only the first version said", p.Gone)
	}
	b.write(t, p)
}

func TestPlanReplaceRefuses(t *testing.T) {
	b := newTable()
	c := capture(t, 0, "Google: pd:Name")
	b.put(t, c)
	id := policy.VersionID(c.Policy.ID, policy.HashText(c.Document.Text))
	for _, tt := range []struct {
		name     string
		held     Held
		readings map[string]*policy.Reading
		notFound bool
	}{
		{"a policy that is not held", Held{}, nil, true},
		{"a version that is not held", b.held, map[string]*policy.Reading{id: c.Reading, "another": c.Reading}, true},
		{"no reading", b.held, map[string]*policy.Reading{id: nil}, false},
		{"a right without evidence", b.held, map[string]*policy.Reading{id: {Rights: []policy.Right{{ID: "eu-gdpr:A15"}}}}, false},
	} {
		if p, err := PlanReplace(tt.held, "rules-2", tt.readings); err == nil || p != nil || errors.Is(err, ErrNotFound) != tt.notFound {
			t.Errorf("%s: plan %+v, error %v", tt.name, p, err)
		}
	}
}

func TestPlanPutRefuses(t *testing.T) {
	const text = "Google: pd:Name"
	other := evidence(t, "another text altogether", policy.Span{Start: 0, End: 7}, "")
	long := evidence(t, strings.Repeat("x", 99), policy.Span{Start: 90, End: 99}, "")
	further, err := policy.NewEvidence("Google? Heading", policy.Finding{Spans: []policy.Span{{Start: 0, End: 6}, {Start: 8, End: 15}}, Method: policy.ByRule, Rule: "test"})
	if err != nil {
		t.Fatal(err)
	}
	said := policy.Statement{Action: policy.Collect, Stance: policy.Stated}
	for _, tt := range []struct {
		name  string
		spoil func(*Capture)
		want  string // in the error
	}{
		{"policy without an ID", func(c *Capture) { c.Policy.ID = "" }, "of company"},
		{"policy of another company", func(c *Capture) { c.Policy.CompanyID = "globex" }, "of company"},
		{"no moment", func(c *Capture) { c.At = time.Time{} }, "whole seconds"},
		{"part of a second", func(c *Capture) { c.At = c.At.Add(time.Millisecond) }, "whole seconds"},
		{"at the end of time", func(c *Capture) { c.At = policy.Forever }, "whole seconds"},
		{"no document", func(c *Capture) { c.Document = nil }, "without document"},
		{"no reading", func(c *Capture) { c.Reading = nil }, "without document"},
		{"no rules", func(c *Capture) { c.Rules = "" }, "without document"},
		{"invalid company", func(c *Capture) { c.Company.Kind = "" }, "unknown kind"},
		{"evidence of another text", func(c *Capture) { c.Reading.Practices[0] = practice(t, said, other) }, "is not the text"},
		{"evidence behind the text", func(c *Capture) { c.Reading.Practices[0] = practice(t, said, long) }, "is not the text"},
		{"further evidence of another text", func(c *Capture) { c.Reading.Practices[0] = practice(t, said, further) }, "is not the text"},
		{"controller without evidence", func(c *Capture) { c.Reading.Controller = &policy.Controller{Name: "Acme"} }, "without evidence"},
		{"contact of another text", func(c *Capture) { c.Reading.Contacts = []policy.Contact{{Email: "a@acme.example", Evidence: other}} }, "is not the text"},
		{"right of another text", func(c *Capture) { c.Reading.Rights = []policy.Right{{ID: "eu-gdpr:A15", Evidence: other}} }, "is not the text"},
	} {
		c := capture(t, 0, text)
		tt.spoil(&c)
		if p, err := PlanPut(Held{}, c); err == nil || p != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: plan %+v, error %v; want one with %q", tt.name, p, err, tt.want)
		}
	}
}

// Plans are lists of rows in one order, so that equal plans are written equally.
func TestPlansAreSorted(t *testing.T) {
	c := capture(t, 0, "Zeta: pd:Name\nAlpha: pd:Name\nMid: pd:Name\nAlpha Ltd: pd:Name")
	c.Reading.Practices = append(c.Reading.Practices, c.Reading.Practices[0])
	p, err := PlanPut(Held{}, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Practices) != 3 || len(p.Evidence) != 4 || len(p.Mentions) != 4 || len(p.Runs) != 3 {
		t.Errorf("%d practices, %d pieces of evidence, %d mentions, %d runs", len(p.Practices), len(p.Evidence), len(p.Mentions), len(p.Runs))
	}
	for name, sorted := range map[string]bool{
		"practices": slices.IsSortedFunc(p.Practices, func(a, b PracticeRow) int { return strings.Compare(a.Key, b.Key) }),
		"evidence":  slices.IsSortedFunc(p.Evidence, func(a, b EvidenceRow) int { return strings.Compare(a.ID, b.ID) }),
		"mentions": slices.IsSortedFunc(p.Mentions, func(a, b Mention) int {
			return strings.Compare(a.OrganizationID+" "+a.Name, b.OrganizationID+" "+b.Name)
		}),
		"runs": slices.IsSortedFunc(p.Runs, func(a, b RunRow) int { return strings.Compare(a.PracticeID, b.PracticeID) }),
	} {
		if !sorted {
			t.Errorf("%s are not sorted", name)
		}
	}
	held, readings := Held{Company: &p.Company, Policy: &p.Policy, Rules: map[string]string{}}, map[string]*policy.Reading{}
	for _, id := range []string{"c", "a", "e", "b", "d"} {
		held.Rules[id], readings[id] = "rules-1", &policy.Reading{}
	}
	replaced, err := PlanReplace(held, "rules-2", readings)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(replaced.Versions, func(a, b Version) int { return strings.Compare(a.ID, b.ID) }) || len(replaced.Versions) != 5 {
		t.Errorf("versions are not sorted: %+v", replaced.Versions)
	}
	for _, e := range p.Evidence {
		if e.Finding().Party == "Alpha Ltd" && e.Rank != 1 || e.Finding().Party == "Alpha" && e.Rank != 0 {
			t.Errorf("evidence %q has rank %d", e.Quote(), e.Rank)
		}
	}
}
