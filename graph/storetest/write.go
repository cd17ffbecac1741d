package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

func roundTrip(t *testing.T, s graph.Store) {
	c := capture(company("Acme Ltd"), "https://acme.example/privacy", day(3), sentence{words: "Nous aimons la crème brûlée."},
		sentence{words: "Acme Ltd, France, is responsible. Write to privacy@acme.example. You may access your data."},
		share("google", "Google", "pd:Name"))
	c.Policy.Aliases = []string{"https://acme.example/de", "https://www.acme.example/privacy"}
	c.Policy.Language, c.Policy.Region, c.Policy.Kind = "en", "EEA", policy.ForCandidates
	at := func(words string) policy.Evidence {
		start := strings.Index(c.Document.Text, words)
		return evidence(c.Document.Text, policy.Finding{Spans: []policy.Span{{Start: start, End: start + len(words)}},
			Party: "Acme", Method: policy.ByModel, Rule: "a model", Confidence: 0.125})
	}
	c.Document.Blocks[1].Path, c.Document.Blocks[1].Cells = []int{0}, []policy.Span{{Start: 1, End: 2}}
	c.Document.Links = []policy.Link{{Span: policy.Span{Start: 0, End: 4}, URL: "https://acme.example/?a=b&c"}}
	c.Reading.Effective = "2020-11"
	c.Reading.Controller = &policy.Controller{Name: "Acme Ltd", Country: "FR", Evidence: at("Acme Ltd, France")}
	c.Reading.Contacts = []policy.Contact{{Email: "privacy@acme.example", Evidence: at("privacy@acme.example")}}
	c.Reading.Rights = []policy.Right{{ID: "eu-gdpr:A15", Evidence: at("You may access your data")}}
	put(t, s, c)

	spells := []policy.Spell{{VersionID: versionID(c), From: day(3), To: policy.Forever}}
	equal(t, "policies", shown(must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))),
		shown([]graph.Policy{{Policy: c.Policy, Spells: spells}}))
	want := graph.Version{
		Version: policy.Version{ID: versionID(c), PolicyID: c.Policy.ID, Hash: policy.HashText(c.Document.Text), Language: "en", Assessed: true},
		Rules:   rules, Spells: spells, Effective: "2020-11",
		Controller: c.Reading.Controller, Contacts: c.Reading.Contacts, Rights: c.Reading.Rights,
	}
	equal(t, "versions", shown(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{}))), shown([]graph.Version{want}))
	want.Document = c.Document
	equal(t, "versions with text", shown(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{WithText: true}))), shown([]graph.Version{want}))
}

func facets(t *testing.T, s graph.Store) {
	everything := policy.Statement{
		Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: "quiet-mailer", Role: "x:MarketingProviders"},
		Source: "northwind-analytics", DataTypes: []string{"pd:EmailAddress", "pd:Name"}, Purposes: []string{"dpv:CustomerCare", "dpv:DirectMarketing"},
		LegalBases: []string{"eu-gdpr:A6-1-a", "eu-gdpr:A6-1-f"}, Places: []policy.Place{"FR", policy.NonEEA, "US"}, PlaceRole: policy.Transfer,
		Safeguards: []string{"eu-gdpr:A46-2-c", "x:EU-US-DPF"}, Conditions: []policy.Condition{policy.WithConsent, policy.UnlessObjected},
		Retention: &policy.Retention{Min: period("P1M"), Max: period("P13M"), Criterion: "x:AsNecessary", Start: "x:Collection", Scope: "vos données"},
	}
	category := policy.Statement{Action: policy.Sell, Stance: policy.Denied, Recipient: policy.Recipient{Category: "x:AdvertisingPartners"}}
	c := capture(company("Acme"), "https://acme.example/", day(0),
		sentence{words: "Quiet Mailer gets what Northwind gave us — außerdem.", states: []policy.Statement{everything}, party: "Quiet Mailer", under: "2. Who gets data", method: policy.ByImport},
		sentence{words: "Nothing is sold.", states: []policy.Statement{category}},
		sentence{words: "Quiet Mailer, again.", states: []policy.Statement{everything}, party: "Quiet-Mailer", method: policy.ByModel})
	put(t, s, c)
	m := NewModel(c)
	for _, order := range []graph.PracticeOrder{graph.ByCompany, graph.ByRetention, graph.ByValidFrom} {
		got := must[graph.List[graph.Practice]](t)(s.Practices(ctx, graph.PracticeFilter{}, graph.AsOf{}, order, graph.Page{}))
		equal(t, "practices", answer(got, nil), answer(m.Practices(graph.PracticeFilter{}, graph.AsOf{}, order, graph.Page{}), nil))
		equal(t, "number", len(got.Items), 2)
	}
	byKey := practices(t, s, graph.PracticeFilter{Keys: []string{everything.Key(c.Policy.ID)}}, graph.AsOf{})
	if len(byKey) != 1 || len(byKey[0].Evidence) != 2 {
		t.Fatalf("got %s, want one practice with two pieces of evidence", shown(byKey))
	}
	for _, e := range byKey[0].Evidence {
		equal(t, "ID", e.ID, e.Evidence.ID(byKey[0].Key, versionID(c)))
	}
}

func again(t *testing.T, s graph.Store) {
	puts := Captures()
	put(t, s, puts...)
	before, counted := dump(t, s), must[graph.Counts](t)(s.Counts(ctx))
	for _, c := range puts {
		if changed, err := s.Put(ctx, c); err != nil || changed {
			t.Errorf("put again: changed %v, %v", changed, err)
		}
	}
	equal(t, "counts", must[graph.Counts](t)(s.Counts(ctx)), counted)
	if after := dump(t, s); after != before {
		t.Errorf("the dump changed: %s", difference(after, before))
	}
}

func refused(t *testing.T, s graph.Store) {
	good := func() graph.Capture {
		return capture(company("Acme"), "https://acme.example/", day(0), share("google", "Google", "pd:Name"))
	}
	before := dump(t, s)
	for _, tt := range []struct {
		name  string
		spoil func(*graph.Capture)
	}{
		{"no reading", func(c *graph.Capture) { c.Reading = nil }},
		{"no document", func(c *graph.Capture) { c.Document = nil }},
		{"no rules", func(c *graph.Capture) { c.Rules = "" }},
		{"no moment", func(c *graph.Capture) { c.At = time.Time{} }},
		{"part of a second", func(c *graph.Capture) { c.At = c.At.Add(time.Millisecond) }},
		{"no policy", func(c *graph.Capture) { c.Policy.ID = "" }},
		{"policy of another company", func(c *graph.Capture) { c.Policy.CompanyID = "bellwether" }},
		{"company without a name", func(c *graph.Capture) { c.Company.Name = "" }},
		{"quote of another text", func(c *graph.Capture) { c.Document = &policy.Document{Text: strings.ToUpper(c.Document.Text)} }},
		{"quote outside of the text", func(c *graph.Capture) { c.Document = &policy.Document{Text: "short"} }},
	} {
		c := good()
		tt.spoil(&c)
		if changed, err := s.Put(ctx, c); err == nil || changed {
			t.Errorf("%s: changed %v, error %v, want an error", tt.name, changed, err)
		}
	}
	equal(t, "dump", dump(t, s), before)
	put(t, s, good())
}

func goesOn(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	a := share("google", "Google", "pd:Name")
	put(t, s, capture(acme, url, day(10), a))
	before := dump(t, s)
	put(t, s, capture(acme, url, day(20), a))
	equal(t, "dump after a later capture", dump(t, s), before)
	equal(t, "newest", must[graph.Counts](t)(s.Counts(ctx)).Newest, day(20))

	put(t, s, capture(acme, url, day(5), a))
	p := practices(t, s, graph.PracticeFilter{}, graph.AsOf{})[0]
	equal(t, "run after an earlier capture", p.Run, policy.Run{From: day(5), To: policy.Forever})

	// A text between two captures of another cuts its spell: all moments are kept.
	put(t, s, capture(acme, url, day(15), share("stripe", "Stripe", "pd:Name")))
	got := must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))[0].Spells
	equal(t, "spells", len(got), 3)
	equal(t, "last spell", got[2].From, day(20))
}

func returns(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	a, b := share("google", "Google", "pd:Name"), share("stripe", "Stripe", "pd:Name")
	first, second := capture(acme, url, day(0), a), capture(acme, url, day(10), a, b)
	third, fourth := capture(acme, url, day(20), b), capture(acme, url, day(30), a, b)
	put(t, s, first, second, third, fourth)
	equal(t, "spells", fmt.Sprint(must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))[0].Spells), fmt.Sprint([]policy.Spell{
		{VersionID: versionID(first), From: day(0), To: day(10)}, {VersionID: versionID(second), From: day(10), To: day(20)},
		{VersionID: versionID(third), From: day(20), To: day(30)}, {VersionID: versionID(second), From: day(30), To: policy.Forever}}))
	versions := must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{IDs: []string{versionID(second)}}))
	equal(t, "spells of the text that returned", len(versions[0].Spells), 2)
	for _, tt := range []struct {
		day  int
		want string // runs by recipient
	}{
		{0, "google 0-20 first"}, {15, "google 0-20 first, stripe 10-9999"}, {25, "stripe 10-9999"}, {40, "google 30-9999, stripe 10-9999"},
	} {
		var got []string
		for _, p := range practices(t, s, graph.PracticeFilter{}, graph.AsOf{Time: day(tt.day)}) {
			to := int(p.Run.To.Sub(day(0)).Hours()) / 24
			line := fmt.Sprintf("%s %d-%d", p.Recipient.Organization, int(p.Run.From.Sub(day(0)).Hours())/24, min(to, 9999))
			if p.SinceFirst {
				line += " first"
			}
			got = append(got, line)
		}
		if len(got) == 2 && got[0] > got[1] {
			got[0], got[1] = got[1], got[0]
		}
		equal(t, fmt.Sprintf("runs on day %d", tt.day), strings.Join(got, ", "), tt.want)
	}
}

func halfOpen(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	put(t, s, capture(acme, url, day(0), share("google", "Google", "pd:Name")), capture(acme, url, day(10), share("stripe", "Stripe", "pd:Name")))
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{day(0).Add(-time.Second), ""}, {day(0), "google"}, {day(10).Add(-time.Second), "google"}, {day(10), "stripe"}, {time.Time{}, "stripe"},
	} {
		var got string
		for _, p := range practices(t, s, graph.PracticeFilter{}, graph.AsOf{Time: tt.at}) {
			got += p.Recipient.Organization
		}
		equal(t, fmt.Sprintf("recipients at %v", tt.at), got, tt.want)
	}
}

func neverStood(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	a, b := capture(acme, url, day(0), share("google", "Google", "pd:Name")), capture(acme, url, day(0), share("quiet-mailer", "Quiet Mailer", "pd:Name"))
	put(t, s, a, b)
	m := NewModel(a, b)
	equal(t, "counts", must[graph.Counts](t)(s.Counts(ctx)), m.Counts())
	for _, v := range must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{})) {
		f := graph.PracticeFilter{VersionIDs: []string{v.ID}}
		got := practices(t, s, f, graph.AsOf{})
		equal(t, "practices of a version", shown(got), shown(m.Practices(f, graph.AsOf{}, graph.ByCompany, graph.Page{}).Items))
		equal(t, "stood", got[0].Run.From.IsZero(), len(v.Spells) == 0)
	}
	equal(t, "practices", len(practices(t, s, graph.PracticeFilter{}, graph.AsOf{})), 1)
	equal(t, "processors", answer(s.Organizations(ctx, graph.OrganizationFilter{Processor: true}, graph.Page{})),
		answer(m.Organizations(graph.OrganizationFilter{Processor: true}, graph.Page{}), nil))
}

func anyOrder(t *testing.T, s graph.Store) {
	puts := Captures()
	r := rand.New(rand.NewPCG(3, 3))
	r.Shuffle(len(puts), func(i, j int) { puts[i], puts[j] = puts[j], puts[i] })
	put(t, s, puts...)
	asModel(t, s, NewModel(Captures()...), 2, 100)
	// The runs and spells of everything, which questions only sample.
	var sorted strings.Builder
	for _, p := range must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{})) {
		fmt.Fprintln(&sorted, p.ID, p.Spells)
		equal(t, "spells of "+p.URL, fmt.Sprint(p.Spells), fmt.Sprint(NewModel(Captures()...).spells(p.ID)))
	}
	if sorted.Len() == 0 {
		t.Error("no policies")
	}
}

func otherRules(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	first := capture(acme, url, day(0), share("northwind", "Northwind", "pd:Name"))
	put(t, s, first)
	better := capture(acme, url, day(0), share("northwind", "Northwind", "pd:Name"))
	better.Rules = "rules-2"
	said := better.Reading.Practices[0].Said()
	said.DataTypes, said.Recipient.Organization = []string{"pd:EmailAddress"}, "north-wind"
	p, err := policy.NewPractice(said, better.Reading.Practices[0].Evidence()...)
	if err != nil {
		t.Fatal(err)
	}
	better.Reading.Practices = []policy.Practice{p}
	put(t, s, better)
	asModel(t, s, NewModel(better), 5, 40)
	equal(t, "counts", must[graph.Counts](t)(s.Counts(ctx)), NewModel(better).Counts())
	if v := must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{NotRules: rules})); len(v) != 1 || v[0].Rules != "rules-2" {
		t.Errorf("got %s, want the version read by rules-2", shown(v))
	}
	if _, ok := organization(t, s, "northwind"); ok {
		t.Error("the recipient that only the first reading knew is still there")
	}
	if changed, err := s.Put(ctx, better); err != nil || changed {
		t.Errorf("put again: changed %v, %v", changed, err)
	}
}

func replaces(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	both := []sentence{share("google", "Google", "pd:Name"), share("stripe", "Stripe", "pd:Name")}
	first, second := capture(acme, url, day(0), both...), capture(acme, url, day(10), append(both, sentence{words: "New."})...)
	other := capture(acme, url+"cookies", day(0), share("google", "Google", "pd:Name"))
	full := first.Reading
	first.Reading = &policy.Reading{Language: "en", Assessed: true, Practices: full.Practices[:1]} // these rules miss Stripe
	put(t, s, first, second, other)
	f := graph.PracticeFilter{Recipient: &graph.OrganizationFilter{IDs: []string{"stripe"}}}
	equal(t, "run before", practices(t, s, f, graph.AsOf{})[0].Run.From, day(10))

	readings := map[string]*policy.Reading{versionID(first): full, versionID(second): second.Reading}
	if err := s.Replace(ctx, first.Policy.ID, "rules-2", readings); err != nil {
		t.Fatal(err)
	}
	p := practices(t, s, f, graph.AsOf{})[0]
	equal(t, "run after", p.Run, policy.Run{From: day(0), To: policy.Forever})
	equal(t, "since first", p.SinceFirst, true)
	for _, v := range must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{WithText: true, PolicyIDs: []string{first.Policy.ID}})) {
		equal(t, "hash of the text", policy.HashText(v.Document.Text), v.Hash)
		equal(t, "rules", v.Rules, "rules-2")
		equal(t, "spells", len(v.Spells), 1)
	}
	m := NewModel(first, second, other)
	m.Replace(readings)
	asModel(t, s, m, 6, 60)
	equal(t, "versions read by older rules", len(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{NotRules: "rules-2"}))), 1)
	before := dump(t, s)
	if err := s.Replace(ctx, first.Policy.ID, "rules-2", readings); err != nil {
		t.Fatal(err)
	}
	equal(t, "dump after replacing again", dump(t, s), before)
}

func orphans(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	c := capture(acme, url, day(0), share("northwind", "Northwind", "pd:Name"), share("acme", "ACME", "pd:Name"))
	c.Reading.Organizations = []policy.Organization{{ID: "acme-group", Name: "Acme Group", Kind: policy.LegalEntity}}
	put(t, s, c)
	if _, ok := organization(t, s, "northwind"); !ok {
		t.Error("a recipient is no organisation")
	}
	if _, ok := organization(t, s, "acme-group"); ok {
		t.Error("there is an organisation that no practice names")
	}
	if err := s.Replace(ctx, c.Policy.ID, "rules-2", map[string]*policy.Reading{versionID(c): {Language: "en", Assessed: true}}); err != nil {
		t.Fatal(err)
	}
	if o, ok := organization(t, s, "northwind"); ok {
		t.Errorf("an organisation that nobody names any more is there: %+v", o)
	}
	o, ok := organization(t, s, "acme")
	if !ok || o.Processor || !o.Company || len(o.Aliases) != 0 {
		t.Errorf("got %+v, %v, want the company as the capture tells it", o, ok)
	}
	equal(t, "search for it", len(must[graph.List[graph.Hit]](t)(s.Search(ctx, graph.SearchQuery{Text: "northwind"}, graph.Page{})).Items), 0)
}

func notAssessed(t *testing.T, s graph.Store) {
	c := capture(company("Sauna"), "https://sauna.example/", day(0), sentence{words: "Emme myy tietojasi."})
	c.Reading = &policy.Reading{Language: "fi"}
	put(t, s, c)
	v := must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{WithText: true}))[0]
	equal(t, "assessed", v.Assessed, false)
	equal(t, "language", v.Language, "fi")
	equal(t, "text", v.Document.Text, c.Document.Text)
	equal(t, "not assessed", must[graph.Counts](t)(s.Counts(ctx)).NotAssessed, 1)
}

func readers(t *testing.T, s graph.Store) {
	const n = 12
	acme := company("Acme")
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				l, err := s.Practices(ctx, graph.PracticeFilter{}, graph.AsOf{}, graph.ByCompany, graph.Page{Total: true})
				if err != nil {
					t.Error(err)
					return
				}
				// Each capture has three practices with one piece of evidence.
				if len(l.Items)%3 != 0 || l.Total != len(l.Items) {
					t.Errorf("got %d practices, total %d: a part of a capture", len(l.Items), l.Total)
				}
				for _, p := range l.Items {
					if len(p.Evidence) != 1 {
						t.Errorf("practice with %d pieces of evidence", len(p.Evidence))
					}
				}
			}
		})
	}
	for i := range n {
		put(t, s, capture(acme, fmt.Sprintf("https://acme.example/%d", i), day(i),
			share("google", "Google", "pd:Name"), share("stripe", "Stripe", "pd:Name"), share("northwind", "Northwind", "pd:Name")))
	}
	close(done)
	wg.Wait()
	equal(t, "practices", len(practices(t, s, graph.PracticeFilter{}, graph.AsOf{})), 3*n)
}

func cancelled(t *testing.T, s graph.Store) {
	var sentences []sentence
	for i := range 300 {
		sentences = append(sentences, share(fmt.Sprintf("vendor-%d", i), fmt.Sprintf("Vendor %d", i), dataTypes...))
	}
	c := capture(company("Acme"), "https://acme.example/", day(0), sentences...)
	dead, cancel := context.WithCancel(ctx)
	cancel()
	before := dump(t, s)
	if changed, err := s.Put(dead, c); err == nil || changed {
		t.Errorf("put with a cancelled context: changed %v, error %v", changed, err)
	}
	equal(t, "dump", dump(t, s), before)
	interrupted := 0
	for wait := time.Millisecond; ; wait *= 2 {
		short, cancel := context.WithTimeout(ctx, wait)
		_, err := s.Put(short, c)
		cancel()
		if err == nil {
			break
		}
		interrupted++
		equal(t, "dump after an interrupted put", dump(t, s), before)
	}
	if interrupted == 0 {
		t.Error("no put was interrupted")
	}
	equal(t, "practices after all", must[graph.Counts](t)(s.Counts(ctx)).Practices, 300)
}
