package graph

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"policygraph/policy"
	"policygraph/vocab"
)

func TestOrganizationOf(t *testing.T) {
	told := &policy.Organization{ID: "acme", Name: "Acme", Kind: policy.Brand, Aliases: []string{"ACME"}, Domains: []string{"acme.example"},
		Country: "FR", Sector: "retail", LEI: "529900T8BM49AURSDO55"}
	for _, tt := range []struct {
		name     string
		told     *policy.Organization
		mentions []Mention
		want     policy.Organization
		kept     bool
	}{
		{"nobody knows it", nil, nil, policy.Organization{}, false},
		{"a company", told, nil, *told, true},
		{
			"the most frequent name stands, others are aliases", nil,
			[]Mention{{Name: "ACME", Count: 2}, {Name: "Acme", Count: 1}, {Name: "Acme", Count: 2}, {Name: "acme", Count: 1}},
			policy.Organization{ID: "acme", Name: "Acme", Kind: policy.LegalEntity, Aliases: []string{"ACME", "acme"}}, true,
		},
		{
			"of equals the first in ASCII order", nil, []Mention{{Name: "acme", Count: 1}, {Name: "ACME", Count: 1}},
			policy.Organization{ID: "acme", Name: "ACME", Kind: policy.LegalEntity, Aliases: []string{"acme"}}, true,
		},
		{
			"a name that evidence does not write stands in", nil, []Mention{{Name: "Acme Ltd"}},
			policy.Organization{ID: "acme", Name: "Acme Ltd", Kind: policy.LegalEntity}, true,
		},
		{"without a name it has its ID", nil, []Mention{{}}, policy.Organization{ID: "acme", Name: "acme", Kind: policy.LegalEntity}, true},
		{
			"it is what some version takes it for", nil, []Mention{{Name: "Acme", Kind: policy.Product, Count: 1}, {Name: "Acme", Kind: policy.Brand, Count: 1}, {Name: "Acme"}},
			policy.Organization{ID: "acme", Name: "Acme", Kind: policy.Brand}, true,
		},
		{
			"a legal entity, if one says so", nil, []Mention{{Name: "Acme", Kind: policy.Brand, Count: 1}, {Name: "Acme", Kind: policy.LegalEntity, Count: 1}},
			policy.Organization{ID: "acme", Name: "Acme", Kind: policy.LegalEntity}, true,
		},
		{
			"a company that others name", told, []Mention{{Name: "Acme Shops", Count: 9, Kind: policy.LegalEntity}},
			policy.Organization{ID: "acme", Name: "Acme", Kind: policy.Brand, Aliases: []string{"ACME", "Acme Shops"}, Domains: []string{"acme.example"},
				Country: "FR", Sector: "retail", LEI: "529900T8BM49AURSDO55"}, true,
		},
	} {
		got, kept := OrganizationOf("acme", tt.told, tt.mentions)
		if kept != tt.kept || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, %v\nwant %+v, %v", tt.name, got, kept, tt.want, tt.kept)
		}
		slices.Reverse(tt.mentions)
		if again, _ := OrganizationOf("acme", tt.told, tt.mentions); !reflect.DeepEqual(again, got) {
			t.Errorf("%s: got %+v\nin another order %+v", tt.name, got, again)
		}
	}
}

func TestListedOrganization(t *testing.T) {
	listed, ok := vocab.Organizations().ByID("google")
	if !ok {
		t.Fatal("the directory does not know Google")
	}
	told := &policy.Organization{ID: "google", Name: "Googol", Kind: policy.Product, Domains: []string{"googol.example"}, Country: "FR", Sector: "search"}
	before := slices.Clone(listed.Aliases)
	got, kept := OrganizationOf("google", told, []Mention{{Name: "Gogle", Count: 99}})
	if !kept || !got.Listed || got.Name != listed.Name || got.Kind != listed.Kind || got.Country != listed.Country || got.Sector != "search" {
		t.Errorf("got %+v, %v; want what the directory says, %+v, and the sector", got, kept, listed)
	}
	if !slices.Contains(got.Aliases, "Googol") || !slices.Contains(got.Domains, "googol.example") || slices.Contains(got.Aliases, "Gogle") {
		t.Errorf("aliases %q, domains %q", got.Aliases, got.Domains)
	}
	if again, _ := vocab.Organizations().ByID("google"); !slices.Equal(again.Aliases, before) {
		t.Errorf("the directory changed: %q", again.Aliases)
	}
	if got, kept := OrganizationOf("google", nil, nil); !kept || !got.Listed {
		t.Errorf("without captures it is %+v, %v", got, kept)
	}
}

// What captures tell of a company does not depend on their order, and telling
// it again changes nothing.
func TestTellCompany(t *testing.T) {
	told := []policy.Organization{
		{ID: "acme", Name: "Acme", Kind: policy.Brand, Domains: []string{"ACME.example"}, Country: "US"},
		{ID: "acme", Name: "ACME", Kind: policy.Product, Domains: []string{"acme.example", "acme.test"}, Sector: "retail"},
		{ID: "acme", Name: "Acme Shops", Kind: policy.LegalEntity, Aliases: []string{"Acme"}, Country: "FR", Sector: "food", LEI: "X"},
	}
	want := policy.Organization{ID: "acme", Name: "ACME", Kind: policy.LegalEntity, Aliases: []string{"Acme", "Acme Shops"},
		Domains: []string{"acme.example", "acme.test"}, Country: "FR", Sector: "food", LEI: "X"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(told), func(i, j int) { told[i], told[j] = told[j], told[i] })
		var held *policy.Organization
		for range 2 {
			for _, o := range told {
				domains := slices.Clone(o.Domains)
				next := tellCompany(held, o)
				held = &next
				if !slices.Equal(o.Domains, domains) {
					t.Fatalf("what was told became %q, was %q", o.Domains, domains)
				}
			}
		}
		if !reflect.DeepEqual(*held, want) {
			t.Fatalf("told %+v\ngot %+v\nwant %+v", told, *held, want)
		}
	}
}

func TestMentions(t *testing.T) {
	const text = "Acme gets it. Acme Ltd gets it. Globex gave it. Nobody."
	stating := func(s policy.Statement, start, end int, party string) policy.Practice {
		s.Action, s.Stance = policy.Share, policy.Stated
		return practice(t, s, evidence(t, text, policy.Span{Start: start, End: end}, party))
	}
	acme := policy.Statement{Recipient: policy.Recipient{Organization: "acme"}}
	both := policy.Statement{Recipient: policy.Recipient{Organization: "acme"}, Source: "globex"}
	got := mentions("v", []policy.Practice{
		stating(acme, 0, 4, "Acme"), stating(acme, 14, 22, "Acme Ltd"), stating(both, 0, 4, "Acme"),
		stating(policy.Statement{Source: "initech"}, 32, 38, "Initech"),
		stating(policy.Statement{Recipient: policy.Recipient{Organization: "hooli"}}, 0, 4, ""),
		stating(policy.Statement{Recipient: policy.Recipient{Organization: "silent"}}, 0, 4, ""),
		stating(policy.Statement{}, 0, 4, "Nobody"),
	}, []policy.Organization{
		{ID: "acme", Name: "Acme", Kind: policy.Brand}, {ID: "hooli", Name: "Hooli", Kind: policy.Product}, {ID: "stranger", Name: "Stranger"},
	})
	want := []Mention{
		{"v", "acme", "Acme", policy.Brand, 2},
		{"v", "acme", "Acme Ltd", policy.Brand, 1},
		{"v", "globex", "", "", 0},
		{"v", "hooli", "Hooli", policy.Product, 0},
		{"v", "initech", "Initech", "", 1},
		{"v", "silent", "", "", 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
