package policy

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func period(t testing.TB, iso string) Period {
	t.Helper()
	p, err := ParsePeriod(iso)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func practice(t testing.TB, s Statement, evidence ...Evidence) Practice {
	t.Helper()
	p, err := NewPractice(s, evidence...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// everything returns a statement that fills every facet.
func everything(t testing.TB) Statement {
	return Statement{
		Action: Share, Stance: Stated,
		Recipient: Recipient{Organization: "acme", Role: "x:ServiceProviders"}, Source: "northwind",
		DataTypes:  []string{"pd:EmailAddress", "pd:Name"},
		Purposes:   []string{"dpv:CustomerCare", "dpv:DirectMarketing"},
		LegalBases: []string{"eu-gdpr:A6-1-a", "eu-gdpr:A6-1-f"},
		Places:     []Place{NonEEA, "US"}, PlaceRole: Transfer,
		Safeguards: []string{"eu-gdpr:A46-2-c", "x:EU-US-DPF"},
		Conditions: []Condition{WithConsent, UnlessObjected},
		Retention: &Retention{Min: period(t, "P1M"), Max: period(t, "P1Y"), Criterion: "x:AsNecessary",
			Start: "x:LastContact", Scope: "billing data"},
	}
}

func TestNoPracticeWithoutEvidence(t *testing.T) {
	if p, err := NewPractice(everything(t)); err == nil {
		t.Errorf("got %+v without evidence", p)
	}
	if p, err := NewPractice(everything(t), evidenceAt(t, prose, "e-mail"), Evidence{}); err == nil {
		t.Errorf("got %+v on evidence that is none", p)
	}
}

func TestInvalidStatements(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*Statement)
		want  string // in the error
	}{
		{"no action", func(s *Statement) { s.Action = "" }, "unknown action"},
		{"unknown action", func(s *Statement) { s.Action = "steal" }, "unknown action"},
		{"no stance", func(s *Statement) { s.Stance = "" }, "unknown stance"},
		{"unknown stance", func(s *Statement) { s.Stance = "maybe" }, "unknown stance"},
		{"unknown condition", func(s *Statement) { s.Conditions = []Condition{"full-moon"} }, "unknown condition"},
		{"organisation and category", func(s *Statement) { s.Recipient.Category = "x:ThirdParties" }, "also the category"},
		{"role of nobody", func(s *Statement) { s.Recipient.Organization = "" }, "without an organisation"},
		{"category that is no term", func(s *Statement) { s.Recipient = Recipient{Category: "partners"} }, "recipient category"},
		{"role that is no term", func(s *Statement) { s.Recipient.Role = "host" }, "recipient category"},
		{"recipient that is no slug", func(s *Statement) { s.Recipient.Organization = "Acme Ltd" }, "not a slug"},
		{"source that is no slug", func(s *Statement) { s.Source = "northwind-" }, "not a slug"},
		{"data type that is no term", func(s *Statement) { s.DataTypes = []string{"e-mail"} }, "data type"},
		{"empty data type", func(s *Statement) { s.DataTypes = []string{""} }, "data type"},
		{"data type of two lines", func(s *Statement) { s.DataTypes = []string{"pd:Name\n"} }, "data type"},
		{"purpose that is no term", func(s *Statement) { s.Purposes = []string{"dpv:Direct Marketing"} }, "purpose"},
		{"legal basis that is no term", func(s *Statement) { s.LegalBases = []string{"consent"} }, "legal basis"},
		{"safeguard that is no term", func(s *Statement) { s.Safeguards = []string{"SCC"} }, "safeguard"},
		{"unknown place", func(s *Statement) { s.Places = []Place{"UK"} }, "ISO 3166"},
		{"places without a role", func(s *Statement) { s.PlaceRole = "" }, "unknown role"},
		{"places in an unknown role", func(s *Statement) { s.PlaceRole = "establishment" }, "unknown role"},
		{"role without a place", func(s *Statement) { s.Places, s.Safeguards = nil, nil }, "without a place"},
		{"safeguards on storage", func(s *Statement) { s.PlaceRole = Storage }, "no transfer"},
		{"safeguards without places", func(s *Statement) { s.Places, s.PlaceRole = nil, "" }, "no transfer"},
		{"empty retention", func(s *Statement) { s.Retention = &Retention{Scope: "data", Start: "x:LastContact"} }, "without a period"},
		{"retaining for no time", func(s *Statement) { s.Action, s.Retention = Retain, nil }, "without a period"},
		{"criterion that is no term", func(s *Statement) { s.Retention = &Retention{Criterion: "long"} }, "retention criterion"},
		{"start that is no term", func(s *Statement) { s.Retention = &Retention{Criterion: "x:AsNecessary", Start: "now"} }, "retention start"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := everything(t)
			tt.spoil(&s)
			_, err := NewPractice(s, evidenceAt(t, prose, "e-mail"))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestValidStatements(t *testing.T) {
	for name, s := range map[string]Statement{
		"every facet":                   everything(t),
		"bare statement":                {Action: Collect, Stance: Stated},
		"bare denial":                   {Action: Sell, Stance: Denied},
		"denied retention of anything":  {Action: Retain, Stance: Denied, DataTypes: []string{"pd:Name"}},
		"transfer under a safeguard":    {Action: Transfers, Stance: Stated, Safeguards: []string{"eu-gdpr:A46-2-c"}},
		"kept as long as a rule says":   {Action: Retain, Stance: Stated, Retention: &Retention{Criterion: "x:AsNecessary"}},
		"category that is no recipient": {Action: Share, Stance: Denied, Recipient: Recipient{Category: "x:ThirdParties"}},
	} {
		if _, err := NewPractice(s, evidenceAt(t, prose, "e-mail")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range Actions() {
		s := Statement{Action: a, Stance: Denied}
		if _, err := NewPractice(s, evidenceAt(t, prose, "e-mail")); err != nil {
			t.Errorf("%s: %v", a, err)
		}
		if want := slices.Contains([]Action{Share, Sell, Transfers}, a); a.Discloses() != want {
			t.Errorf("%s discloses: %v", a, a.Discloses())
		}
	}
}

// A practice is normal, whatever it is built of, and its own.
func TestPracticeIsNormal(t *testing.T) {
	s := everything(t)
	s.DataTypes = []string{"pd:Name", "pd:EmailAddress", "pd:Name"}
	s.Places = []Place{"US", NonEEA, "US"}
	s.LegalBases = []string{}
	s.Retention.Scope = " billing\n data"
	p := practice(t, s, evidenceAt(t, prose, "e-mail"))
	want := everything(t)
	want.LegalBases = nil
	if got := p.Said(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	s.DataTypes[0], s.Retention.Criterion = "spoilt", "spoilt"
	if got := p.Said(); !reflect.DeepEqual(got, want) {
		t.Errorf("changed with what it was built of: %+v", got)
	}
}

// Every field of what is said is part of the key: a field added to Statement,
// Recipient or Retention must be added to Key, and a change of it here.
func TestKeyDependsOnEverythingSaid(t *testing.T) {
	changes := map[string]func(*Statement){
		"Action":                 func(s *Statement) { s.Action = Sell },
		"Stance":                 func(s *Statement) { s.Stance = Denied },
		"Recipient.Organization": func(s *Statement) { s.Recipient.Organization = "globex" },
		"Recipient.Category":     func(s *Statement) { s.Recipient.Category = "x:ThirdParties" },
		"Recipient.Role":         func(s *Statement) { s.Recipient.Role = "x:AnalyticsProviders" },
		"Source":                 func(s *Statement) { s.Source = "globex" },
		"DataTypes":              func(s *Statement) { s.DataTypes = s.DataTypes[:1] },
		"Purposes":               func(s *Statement) { s.Purposes = s.Purposes[:1] },
		"LegalBases":             func(s *Statement) { s.LegalBases = s.LegalBases[:1] },
		"Places":                 func(s *Statement) { s.Places = s.Places[:1] },
		"PlaceRole":              func(s *Statement) { s.PlaceRole = Storage },
		"Safeguards":             func(s *Statement) { s.Safeguards = s.Safeguards[:1] },
		"Conditions":             func(s *Statement) { s.Conditions = s.Conditions[:1] },
		"Retention":              func(s *Statement) { s.Retention = nil },
		"Retention.Min":          func(s *Statement) { s.Retention.Min = Period{} },
		"Retention.Max":          func(s *Statement) { s.Retention.Max = period(t, "P12M") },
		"Retention.Criterion":    func(s *Statement) { s.Retention.Criterion = "" },
		"Retention.Start":        func(s *Statement) { s.Retention.Start = "" },
		"Retention.Scope":        func(s *Statement) { s.Retention.Scope = "billing" },
	}
	var fields []string
	for _, of := range []struct {
		prefix string
		typ    reflect.Type
	}{{"", reflect.TypeFor[Statement]()}, {"Recipient.", reflect.TypeFor[Recipient]()}, {"Retention.", reflect.TypeFor[Retention]()}} {
		for i := range of.typ.NumField() {
			if name := of.prefix + of.typ.Field(i).Name; name != "Recipient" {
				fields = append(fields, name)
			}
		}
	}
	seen := map[string]string{everything(t).Key("policy"): "nothing"}
	for _, field := range fields {
		change, ok := changes[field]
		if !ok {
			t.Errorf("no change of field %s", field)
			continue
		}
		s := everything(t)
		change(&s)
		key := s.Key("policy")
		if other, ok := seen[key]; ok {
			t.Errorf("changing %s gives the key of changing %s", field, other)
		}
		seen[key] = field
	}
	if everything(t).Key("another policy") == everything(t).Key("policy") {
		t.Error("the key does not depend on the policy")
	}
}

// A term counts for its facet only.
func TestKeyTellsFacetsApart(t *testing.T) {
	keys := map[string]bool{}
	all := []Statement{
		{DataTypes: []string{"x:A", "x:B"}}, {DataTypes: []string{"x:A"}, Purposes: []string{"x:B"}}, {Purposes: []string{"x:A", "x:B"}},
		{LegalBases: []string{"x:A", "x:B"}}, {Safeguards: []string{"x:A", "x:B"}}, {Recipient: Recipient{Category: "x:A"}},
		{Source: "acme"}, {Recipient: Recipient{Organization: "acme"}}, {}, {Retention: &Retention{}},
	}
	for _, s := range all {
		keys[s.Key("")] = true
	}
	if len(keys) != len(all) {
		t.Errorf("%d statements have %d keys", len(all), len(keys))
	}
}

func TestKeyIsIndependentOfOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	want := everything(t).Key("policy")
	for range 20 {
		s := everything(t)
		for _, set := range [][]string{s.DataTypes, s.Purposes, s.LegalBases, s.Safeguards} {
			r.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		}
		slices.Reverse(s.Places)
		slices.Reverse(s.Conditions)
		s.DataTypes = append(s.DataTypes, s.DataTypes[0])
		if got := s.Key("policy"); got != want {
			t.Fatalf("key of %+v is %s, want %s", s, got, want)
		}
		if got := practice(t, s, evidenceAt(t, prose, "e-mail")).Said().Key("policy"); got != want {
			t.Fatalf("key of the practice of %+v is %s, want %s", s, got, want)
		}
	}
}

// The key is part of every address of a practice: it must not change by accident.
func TestKeyIsStable(t *testing.T) {
	if got, want := everything(t).Key("policy"), "0710ac7fc4df1aea637b42b1f7a3baf4"; got != want {
		t.Errorf("key %s, want %s: every kept practice would get another", got, want)
	}
}
