package storetest

import (
	"slices"
	"testing"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

func companyTold(t *testing.T, s graph.Store) {
	tell := func(page string, change func(*policy.Organization)) graph.Capture {
		c := company("Acme")
		change(&c)
		return capture(c, "https://acme.example/"+page, day(0), share("google", "Google", "pd:Name"))
	}
	put(t, s,
		tell("1", func(c *policy.Organization) { c.Domains, c.Name = []string{"Acme.example", "acme.test"}, "Acme Ltd" }),
		tell("2", func(c *policy.Organization) {
			c.Domains, c.Sector, c.Country, c.LEI = []string{"acme.example"}, "retail", "FR", "529900T8BM49AURSDO55"
		}),
		tell("3", func(c *policy.Organization) {
			c.Aliases, c.Sector, c.Kind = []string{"Acme & Sons"}, "food", policy.Brand
		}),
		capture(company("Bellwether"), "https://bellwether.example/", day(0), share("acme", "ACME", "pd:Name")))
	o, _ := organization(t, s, "acme")
	equal(t, "company", Show(o), Show(graph.Organization{Company: true, Processor: true, Organization: policy.Organization{
		ID: "acme", Name: "Acme", Kind: policy.LegalEntity, Aliases: []string{"ACME", "Acme & Sons", "Acme Ltd"},
		Domains: []string{"acme.example", "acme.test"}, Country: "FR", Sector: "food", LEI: "529900T8BM49AURSDO55"}}))
	// The same capture with news of the company is no new capture.
	put(t, s, tell("3", func(c *policy.Organization) { c.Domains = []string{"acme.shop"} }))
	if o, _ = organization(t, s, "acme"); !slices.Contains(o.Domains, "acme.shop") {
		t.Errorf("got domains %v, want acme.shop among them", o.Domains)
	}
}

func policyTold(t *testing.T, s graph.Store) {
	tell := func(day_ int, kind policy.Kind, language string, aliases ...string) graph.Capture {
		c := capture(company("Acme"), "https://acme.example/", day(day_), share("google", "Google", "pd:Name"))
		c.Policy.Kind, c.Policy.Language, c.Policy.Aliases = kind, language, aliases
		return c
	}
	put(t, s, tell(5, policy.PrivacyPolicy, "en", "https://acme.example/b"), tell(2, policy.OtherDocument, "fr", "https://acme.example/a"))
	want := policy.Policy{CompanyID: "acme", Kind: policy.PrivacyPolicy, URL: "https://acme.example/", Language: "en",
		Aliases: []string{"https://acme.example/a", "https://acme.example/b"}}
	want.ID = policy.PolicyID("acme", want.URL)
	equal(t, "policy", Show(must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))[0].Policy), Show(want))
	// The latest capture may correct itself.
	put(t, s, tell(5, policy.ForChildren, "en"))
	want.Kind = policy.ForChildren
	equal(t, "policy", Show(must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))[0].Policy), Show(want))
}

func unlistedNames(t *testing.T, s graph.Store) {
	c := capture(company("Acme"), "https://acme.example/", day(0),
		share("north-wind", "North Wind", "pd:Name"), share("north-wind", "Northwind", "pd:EmailAddress"),
		share("north-wind", "North Wind", "pd:BirthDate"), share("north-wind", "NORTH WIND Ltd", "pd:Name"),
		share("heron", "", "pd:Name"), share("egret", "", "pd:Name"), share("tie", "Tie B", "pd:Name"), share("tie", "Tie A", "pd:Name"))
	c.Reading.Organizations = []policy.Organization{
		{ID: "heron", Name: "Heron", Kind: policy.Brand}, {ID: "north-wind", Name: "North Wind", Kind: policy.LegalEntity}}
	put(t, s, c)
	for id, want := range map[string]policy.Organization{
		"north-wind": {Name: "North Wind", Kind: policy.LegalEntity, Aliases: []string{"NORTH WIND Ltd", "Northwind"}},
		"heron":      {Name: "Heron", Kind: policy.Brand},
		"egret":      {Name: "egret", Kind: policy.LegalEntity},
		"tie":        {Name: "Tie A", Kind: policy.LegalEntity, Aliases: []string{"Tie B"}},
	} {
		want.ID = id
		o, _ := organization(t, s, id)
		equal(t, "organization", Show(o), Show(graph.Organization{Organization: want, Processor: true}))
	}
}

// someListed returns an organisation of the directory with aliases and an owner.
func someListed(t *testing.T) policy.Organization {
	t.Helper()
	for _, o := range vocab.Organizations().All() {
		if len(o.Aliases) > 0 && len(vocab.Organizations().Owners(o.ID)) > 0 {
			return o
		}
	}
	t.Fatal("the directory lists no organisation with aliases and an owner")
	return policy.Organization{}
}

func listed(t *testing.T, s graph.Store) {
	want := graph.Organization{Organization: someListed(t)}
	want.Listed = true
	o, ok := organization(t, s, want.ID)
	equal(t, "listed", ok, true)
	equal(t, "before any capture", Show(o), Show(want))

	told := policy.Organization{ID: want.ID, Name: "Another Name Ltd", Kind: policy.Brand, Domains: []string{"another.example"}, Sector: "media"}
	put(t, s, capture(told, "https://another.example/", day(0), share(want.ID, "Yet Another Name", "pd:Name")))
	want.Company, want.Processor = true, true
	want.Aliases = without(append([]string{"Another Name Ltd"}, want.Aliases...), want.Name)
	want.Domains = without(append([]string{"another.example"}, want.Domains...), "")
	want.Sector = "media"
	o, _ = organization(t, s, want.ID)
	equal(t, "as a company", Show(o), Show(want))
}

func ownerships(t *testing.T, s graph.Store) {
	all := vocab.Organizations().Ownerships()
	equal(t, "all", shown(must[[]policy.Ownership](t)(s.Ownerships(ctx, nil))), shown(all))
	id := someListed(t).ID
	id = vocab.Organizations().Owners(id)[0]
	var want []policy.Ownership
	for _, o := range all {
		if o.Owned == id || o.Owner == id {
			want = append(want, o)
		}
	}
	if len(want) == 0 {
		t.Fatalf("no ownership of %s", id)
	}
	equal(t, "of one", shown(must[[]policy.Ownership](t)(s.Ownerships(ctx, []string{id, "nobody", id}))), shown(want))
}

func organizationsBy(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	for _, tt := range []struct {
		name string
		f    graph.OrganizationFilter
		want string // ID, or "" for none
	}{
		{"name", graph.OrganizationFilter{Names: []string{"Delta Airways"}}, "delta-airways"},
		{"name whatever its case, accents and legal form", graph.OrganizationFilter{Names: []string{"HERON cloud S.A.S."}}, "heron-cloud"},
		{"alias", graph.OrganizationFilter{Names: []string{"crêperie du port"}}, "creperie-du-port"},
		{"domain", graph.OrganizationFilter{Domains: []string{"BELLWETHER.example"}}, "bellwether-bank"},
		{"LEI", graph.OrganizationFilter{LEIs: []string{"529900T8BM49AURSDO55"}}, "bellwether-bank"},
		{"part of a name", graph.OrganizationFilter{Names: []string{"Bellwether"}}, ""},
		{"no name", graph.OrganizationFilter{Names: []string{"!!!"}}, ""},
		{"domain and another name", graph.OrganizationFilter{Domains: []string{"acme.example"}, Names: []string{"Fern Games"}}, ""},
		{"kind and country", graph.OrganizationFilter{Kinds: []policy.OrganizationKind{policy.Brand}, Countries: []policy.Place{"FR"}, Company: true}, "creperie-du-port"},
		{"sector", graph.OrganizationFilter{Sectors: []string{"games"}}, "fern-games"},
	} {
		l := must[graph.List[graph.Organization]](t)(s.Organizations(ctx, tt.f, graph.Page{}))
		var got string
		for _, o := range l.Items {
			got += o.ID
		}
		equal(t, tt.name, got, tt.want)
	}
	for _, f := range []graph.OrganizationFilter{{Company: true}, {Processor: true}, {Company: true, Processor: true}, {Not: &graph.OrganizationFilter{Company: true}}} {
		want := m.Organizations(f, graph.Page{})
		equal(t, "organizations "+Show(f), answer(s.Organizations(ctx, f, graph.Page{})), answer(want, nil))
		if len(want.Items) == 0 {
			t.Errorf("organizations %s: none to find", Show(f))
		}
	}
}

func policiesAndVersions(t *testing.T, s graph.Store) {
	Fill(t, s)
	all := must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))
	var ids []string
	for i, p := range all {
		ids = append(ids, p.ID)
		if i > 0 && (all[i-1].CompanyID > p.CompanyID || all[i-1].CompanyID == p.CompanyID && all[i-1].URL >= p.URL) {
			t.Errorf("policy %s of %s comes after that of %s", p.URL, p.CompanyID, all[i-1].CompanyID)
		}
	}
	only := func(selects func(graph.Policy) bool) []graph.Policy {
		return slices.DeleteFunc(slices.Clone(all), func(p graph.Policy) bool { return !selects(p) })
	}
	for _, tt := range []struct {
		f    graph.PolicyFilter
		want []graph.Policy
	}{
		{graph.PolicyFilter{IDs: []string{ids[3], ids[1], "none"}}, only(func(p graph.Policy) bool { return p.ID == ids[1] || p.ID == ids[3] })},
		{graph.PolicyFilter{CompanyIDs: []string{"google"}}, only(func(p graph.Policy) bool { return p.CompanyID == "google" })},
		{graph.PolicyFilter{CompanyIDs: []string{"google"}, IDs: []string{ids[0]}}, nil},
	} {
		equal(t, "policies "+Show(tt.f), shown(must[[]graph.Policy](t)(s.Policies(ctx, tt.f))), shown(tt.want))
	}
	versions := must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{PolicyIDs: ids[:3]}))
	for i, v := range versions {
		if i == 0 {
			continue
		}
		before := versions[i-1]
		if before.PolicyID > v.PolicyID || before.PolicyID == v.PolicyID && len(v.Spells) > 0 && len(before.Spells) > 0 && before.Spells[0].From.After(v.Spells[0].From) {
			t.Errorf("version %s comes after %s", v.ID, before.ID)
		}
	}
	equal(t, "no version read by other rules", len(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{NotRules: rules}))), 0)
	equal(t, "all versions", len(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{NotRules: "others"}))), must[graph.Counts](t)(s.Counts(ctx)).Versions)
	one := must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{IDs: []string{versions[0].ID}, PolicyIDs: []string{versions[0].PolicyID}, WithText: true}))
	if len(one) != 1 || policy.HashText(one[0].Document.Text) != versions[0].Hash {
		t.Errorf("got %d versions, want one with its text", len(one))
	}
	equal(t, "version of another policy", len(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{IDs: []string{versions[0].ID}, PolicyIDs: []string{"none"}}))), 0)
}

func evidenceByID(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	var ids, want []string
	for _, p := range m.stated() {
		for _, evidence := range p.evidence {
			for _, e := range evidence {
				if len(ids) < 20 {
					ids, want = append(ids, e.ID), append(want, Show(e))
				}
			}
		}
	}
	var got []string
	for _, e := range must[[]graph.Evidence](t)(s.Evidence(ctx, append(ids, "no such evidence"))) {
		got = append(got, Show(e))
	}
	slices.Sort(got)
	slices.Sort(want)
	equal(t, "evidence", shown(got), shown(want))
}
