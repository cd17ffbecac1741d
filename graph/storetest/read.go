package storetest

import (
	"fmt"
	"slices"
	"testing"

	"policygraph/graph"
	"policygraph/policy"
)

func denials(t *testing.T, s graph.Store) {
	yes := share("google", "Google", "pd:Name")
	no := share("google", "Google", "pd:Name")
	no.words, no.states = "Never.", []policy.Statement{{Action: policy.Share, Stance: policy.Denied, Recipient: policy.Recipient{Organization: "google"}, DataTypes: []string{"pd:Name"}}}
	put(t, s, capture(company("Acme"), "https://acme.example/", day(0), yes), capture(company("Bellwether"), "https://bellwether.example/", day(0), no))
	for stance, want := range map[policy.Stance]string{"": "acme bellwether ", policy.Stated: "acme ", policy.Denied: "bellwether "} {
		var got string
		for _, p := range practices(t, s, graph.PracticeFilter{Stance: stance, DataTypes: []string{"pd:Name"}}, graph.AsOf{}) {
			got += p.CompanyID + " "
		}
		equal(t, fmt.Sprintf("stance %q", stance), got, want)
		got = ""
		for _, e := range must[graph.List[graph.Sharing]](t)(s.Sharing(ctx, graph.SharingQuery{Organizations: []string{"google"}, Filter: graph.PracticeFilter{Stance: stance}}, graph.Page{})).Items {
			got += e.CompanyID + " "
		}
		if stance == "" {
			want = "acme "
		}
		equal(t, fmt.Sprintf("edges of stance %q", stance), got, want)
	}
	equal(t, "processors", must[graph.Counts](t)(s.Counts(ctx)).Processors, 1)
}

// singles are filters of one field each, which select something of Captures
// and leave something.
func singles(m *Model) map[string]graph.PracticeFilter {
	some := m.stated()
	return map[string]graph.PracticeFilter{
		"keys":                   {Keys: []string{some[0].key, some[1].key}},
		"policies":               {PolicyIDs: []string{some[0].policyID}},
		"versions":               {VersionIDs: []string{some[0].spells[0].VersionID, some[9].spells[0].VersionID}},
		"company":                {Company: &graph.OrganizationFilter{Countries: []policy.Place{"FR"}}},
		"recipient":              {Recipient: &graph.OrganizationFilter{IDs: []string{"google"}}},
		"any recipient":          {Recipient: &graph.OrganizationFilter{}},
		"source":                 {Source: &graph.OrganizationFilter{Names: []string{"heron cloud"}}},
		"any source":             {Source: &graph.OrganizationFilter{}},
		"categories":             {Categories: []string{"x:AnalyticsProviders"}},
		"data types":             {DataTypes: []string{"pd:EmailAddress", "pd:Name"}},
		"purposes":               {Purposes: []string{"dpv:CustomerCare"}},
		"legal bases":            {LegalBases: []string{"eu-gdpr:A6-1-a"}},
		"safeguards":             {Safeguards: []string{"x:EU-US-DPF"}},
		"any place":              {Place: &graph.PlaceFilter{}},
		"places":                 {Place: &graph.PlaceFilter{In: []policy.Place{"US", policy.NonEEA}}},
		"places in a role":       {Place: &graph.PlaceFilter{In: []policy.Place{"US"}, Role: policy.Storage}},
		"actions":                {Actions: []policy.Action{policy.Share, policy.Retain}},
		"stance":                 {Stance: policy.Denied},
		"method":                 {Method: policy.ByModel},
		"any retention":          {Retention: &graph.RetentionFilter{}},
		"retention at least":     {Retention: &graph.RetentionFilter{AtLeast: period("P12M")}},
		"retention at most":      {Retention: &graph.RetentionFilter{AtMost: period("P30D")}},
		"retention between":      {Retention: &graph.RetentionFilter{AtLeast: period("P1M"), AtMost: period("P3Y")}},
		"retention by criterion": {Retention: &graph.RetentionFilter{Criteria: []string{"x:AsNecessary"}}},
	}
}

func fields(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	all := len(m.Practices(graph.PracticeFilter{}, graph.AsOf{}, graph.ByCompany, graph.Page{}).Items)
	for name, f := range singles(m) {
		want := m.Practices(f, graph.AsOf{}, graph.ByCompany, graph.Page{})
		equal(t, name, answer(s.Practices(ctx, f, graph.AsOf{}, graph.ByCompany, graph.Page{})), answer(want, nil))
		if n := len(want.Items); n == 0 || n == all {
			t.Errorf("%s: selects %d of %d", name, n, all)
		}
	}
}

func joined(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	one := singles(m)
	share, google, email := one["actions"], one["recipient"], one["data types"]
	for name, f := range map[string]graph.PracticeFilter{
		"and":           {And: []graph.PracticeFilter{share, email}},
		"or":            {Or: []graph.PracticeFilter{google, one["any retention"]}},
		"not":           {Not: &email},
		"not or":        {Not: &graph.PracticeFilter{Or: []graph.PracticeFilter{email, google}}},
		"fields and or": {DataTypes: email.DataTypes, Or: []graph.PracticeFilter{google, one["stance"]}},
		"not versions":  {Not: &graph.PracticeFilter{VersionIDs: one["versions"].VersionIDs}},
		"or versions":   {Or: []graph.PracticeFilter{one["versions"], google}},
		"organizations": {Company: &graph.OrganizationFilter{Or: []graph.OrganizationFilter{{Sectors: []string{"retail"}}, {Not: &graph.OrganizationFilter{Countries: []policy.Place{"FR"}}}}}},
	} {
		want := m.Practices(f, graph.AsOf{}, graph.ByCompany, graph.Page{})
		equal(t, name, answer(s.Practices(ctx, f, graph.AsOf{}, graph.ByCompany, graph.Page{})), answer(want, nil))
		if len(want.Items) == 0 {
			t.Errorf("%s: selects nothing", name)
		}
	}
}

func paging(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	for _, order := range []graph.PracticeOrder{graph.ByCompany, graph.ByRetention, graph.ByValidFrom} {
		list := func(p graph.Page) graph.List[graph.Practice] {
			return must[graph.List[graph.Practice]](t)(s.Practices(ctx, graph.PracticeFilter{}, graph.AsOf{}, order, p))
		}
		want := shown(m.Practices(graph.PracticeFilter{}, graph.AsOf{}, order, graph.Page{}).Items)
		walk(t, fmt.Sprintf("practices by %q", order), want, list, func(p graph.Practice) graph.Position { return graph.Position{Sort: p.Sort, ID: p.Key} })
	}
	walk(t, "organizations", shown(m.Organizations(graph.OrganizationFilter{Company: true}, graph.Page{}).Items),
		func(p graph.Page) graph.List[graph.Organization] {
			return must[graph.List[graph.Organization]](t)(s.Organizations(ctx, graph.OrganizationFilter{Company: true}, p))
		}, func(o graph.Organization) graph.Position {
			return graph.Position{Sort: policy.SortKey(o.Name), ID: o.ID}
		})
	q := graph.SharingQuery{Organizations: []string{"google", "northwind-analytics", "stripe"}}
	walk(t, "sharing", shown(m.Sharing(q, graph.Page{}).Items), func(p graph.Page) graph.List[graph.Sharing] {
		return must[graph.List[graph.Sharing]](t)(s.Sharing(ctx, q, p))
	}, func(e graph.Sharing) graph.Position { return graph.Position{Sort: e.Sort, ID: e.ID} })
	find := graph.SearchQuery{Text: "it is"}
	walk(t, "search", shown(m.Search(find, graph.Page{}).Items), func(p graph.Page) graph.List[graph.Hit] {
		return must[graph.List[graph.Hit]](t)(s.Search(ctx, find, p))
	}, func(h graph.Hit) graph.Position { return graph.Position{Sort: h.Sort, ID: h.ID} })
}

// walk reads a list in pages of 3, forwards and backwards.
func walk[T any](t *testing.T, what, want string, list func(graph.Page) graph.List[T], position func(T) graph.Position) {
	t.Helper()
	for _, backward := range []bool{false, true} {
		var all []T
		page := graph.Page{Limit: 3, Backward: backward, Total: true}
		for n := 0; ; n++ {
			l := list(page)
			if n > 1000 || l.More && len(l.Items) != 3 || len(l.Items) == 0 {
				t.Fatalf("%s: page %d has %d items, more %v", what, n, len(l.Items), l.More)
			}
			first, last := position(l.Items[0]), position(l.Items[len(l.Items)-1])
			if backward {
				all, page.Before = append(slices.Clone(l.Items), all...), &first
			} else {
				all, page.After = append(all, l.Items...), &last
			}
			if l.More {
				continue
			}
			equal(t, what+": total", l.Total, len(all))
			break
		}
		if len(all) < 4 {
			t.Errorf("%s: %d items are no test of paging", what, len(all))
		}
		equal(t, fmt.Sprintf("%s, backward %v", what, backward), shown(all), want)
	}
}

func ofVersions(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	a, b := share("google", "Google", "pd:Name"), share("stripe", "Stripe", "pd:Name")
	first, second, third := capture(acme, url, day(0), a), capture(acme, url, day(10), b), capture(acme, url, day(20), a, b)
	put(t, s, first, second, third)
	get := func(ids ...string) string {
		var out string
		for _, p := range practices(t, s, graph.PracticeFilter{VersionIDs: ids}, graph.AsOf{Time: day(500)}) {
			out += fmt.Sprintf("%s from %d with %d;", p.Recipient.Organization, int(p.Run.From.Sub(day(0)).Hours())/24, len(p.Evidence))
			for _, e := range p.Evidence {
				if !slices.Contains(ids, e.VersionID) {
					t.Errorf("evidence of version %s, want one of %v", e.VersionID, ids)
				}
			}
		}
		return out
	}
	equal(t, "first", get(versionID(first)), "google from 0 with 1;")
	equal(t, "second", get(versionID(second)), "stripe from 10 with 1;")
	m := NewModel(first, second, third)
	f := graph.PracticeFilter{VersionIDs: []string{versionID(third), versionID(first), versionID(third)}}
	equal(t, "both", shown(practices(t, s, f, graph.AsOf{})), shown(m.Practices(f, graph.AsOf{}, graph.ByCompany, graph.Page{}).Items))
	equal(t, "none", get("no such version"), "")
}

func sharing(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	for _, tt := range []struct {
		name string
		q    graph.SharingQuery
	}{
		{"shares with", graph.SharingQuery{Companies: []string{"acme-retail"}}},
		{"shared by", graph.SharingQuery{Organizations: []string{"google"}}},
		{"shares with, several", graph.SharingQuery{Companies: []string{"fern-games", "delta-airways"}}},
		{"shared by, several", graph.SharingQuery{Organizations: []string{"stripe", "northwind-analytics", "acme-retail"}}},
		{"only some practices", graph.SharingQuery{Organizations: []string{"google"}, Filter: graph.PracticeFilter{DataTypes: []string{"pd:EmailAddress"}}}},
		{"once", graph.SharingQuery{Organizations: []string{"google"}, AsOf: graph.AsOf{Time: day(70)}}},
		{"denials", graph.SharingQuery{Organizations: []string{"google", "stripe", "heron-cloud"}, Filter: graph.PracticeFilter{Stance: policy.Denied}}},
	} {
		want := m.Sharing(tt.q, graph.Page{Total: true})
		equal(t, tt.name, answer(s.Sharing(ctx, tt.q, graph.Page{Total: true})), answer(want, nil))
		if len(want.Items) == 0 {
			t.Errorf("%s: no edges to find", tt.name)
		}
	}

	acme, url := company("Acme Two"), "https://acme-two.example/"
	put(t, s, capture(acme, url, day(0), share("new-one", "New One", "pd:Name")), capture(acme, url, day(9), sentence{words: "Nobody gets anything."}))
	then := graph.SharingQuery{Companies: []string{"acme-two"}, AsOf: graph.AsOf{Time: day(4)}}
	e := must[graph.List[graph.Sharing]](t)(s.Sharing(ctx, then, graph.Page{})).Items[0]
	equal(t, "first seen", e.FirstSeen, day(0))
	equal(t, "last seen", e.LastSeen, day(9))
	o, _ := organization(t, s, "new-one")
	equal(t, "processor once", o.Processor, true)
}

func sharingNothing(t *testing.T, s graph.Store) {
	for _, q := range []graph.SharingQuery{{}, {Companies: []string{"acme"}, Organizations: []string{"google"}}} {
		if _, err := s.Sharing(ctx, q, graph.Page{}); err == nil {
			t.Errorf("sharing %s: no error", Show(q))
		}
	}
}

func search(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	for _, text := range []string{"google", "Héron", "cloud", "postal address", "adresse", "acme retail", "retail acme", "it is denied", "we sell", "wind", "zzz", "", "  !", "e", `"google" OR x*`, "Edelweiß"} {
		for _, kinds := range [][]graph.SearchKind{nil, {graph.FindOrganization}, {graph.FindDataType, graph.FindQuote}} {
			for _, page := range []graph.Page{{Total: true}, {Limit: 5, Total: true}} {
				q := graph.SearchQuery{Text: text, Kinds: kinds}
				equal(t, fmt.Sprintf("search %q %v", text, kinds), answer(s.Search(ctx, q, page)), answer(m.Search(q, page), nil))
			}
		}
	}
	top := func(text string) string {
		l := must[graph.List[graph.Hit]](t)(s.Search(ctx, graph.SearchQuery{Text: text}, graph.Page{Limit: 1}))
		if len(l.Items) == 0 {
			return ""
		}
		return fmt.Sprintf("%s %s %d", l.Items[0].Kind, l.Items[0].ID, l.Items[0].Class)
	}
	equal(t, "exact", top("FERN GAMES"), "organization fern-games 0")
	equal(t, "prefix", top("creperie du"), "organization creperie-du-port 1")
	equal(t, "token", top("klinik"), "organization edelweiss-klinik 2")
	equal(t, "label in French", top("adresse electronique"), "data-type pd:EmailAddress 0")
	equal(t, "not all words", top("fern klinik"), "")
}

func searchOnce(t *testing.T, s graph.Store) {
	a := share("twofold", "Twofold Systems", "pd:Name")
	b := share("twofold", "Twofold", "pd:EmailAddress")
	b.words = a.words + " Twice."
	other := a.states[0]
	other.DataTypes = []string{"pd:BirthDate"}
	a.states = append(a.states, other)
	put(t, s, capture(company("Acme"), "https://acme.example/", day(0), a, b))
	l := must[graph.List[graph.Hit]](t)(s.Search(ctx, graph.SearchQuery{Text: "twofold"}, graph.Page{Total: true}))
	var got []string
	for _, h := range l.Items {
		got = append(got, fmt.Sprintf("%s %s", h.Kind, h.Matched))
	}
	equal(t, "hits", fmt.Sprintf("%q", got), fmt.Sprintf("%q", []string{"organization Twofold", "quote " + a.words, "quote " + b.words}))
	equal(t, "total", l.Total, 3)
	equal(t, "evidence of the first quote", len(must[[]graph.Evidence](t)(s.Evidence(ctx, []string{l.Items[1].ID}))), 1)
}

func searchStanding(t *testing.T, s graph.Store) {
	acme, url := company("Acme"), "https://acme.example/"
	old, now := share("google", "Google", "pd:Name"), share("stripe", "Stripe", "pd:Name")
	old.words, now.words = "Yesteryear we shared.", "Nowadays we share."
	find := func(text string) int {
		return len(must[graph.List[graph.Hit]](t)(s.Search(ctx, graph.SearchQuery{Text: text, Kinds: []graph.SearchKind{graph.FindQuote}}, graph.Page{})).Items)
	}
	put(t, s, capture(acme, url, day(0), old))
	equal(t, "before", find("yesteryear"), 1)
	put(t, s, capture(acme, url, day(10), now))
	equal(t, "old after", find("yesteryear"), 0)
	equal(t, "new after", find("nowadays"), 1)
	put(t, s, capture(acme, url, day(20), old)) // it returns
	equal(t, "old returned", find("yesteryear"), 1)
	equal(t, "new gone", find("nowadays"), 0)
}
