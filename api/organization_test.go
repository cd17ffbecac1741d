package api

import (
	"testing"
)

func TestOrganizationBy(t *testing.T) {
	s := fixture(t)
	type answer struct{ Organization *struct{ Name string } }
	const query = "query($by: OrganizationBy!) { organization(by: $by) { name } }"
	for _, tt := range []struct{ field, value, want string }{
		{"name", "Google", "Google"},
		{"name", "google LLC", "Google"},
		{"name", "GA4", "Google Analytics"},
		{"name", "Acorn Market Ltd.", "Acorn Market"},
		{"name", "nobody", ""},
		{"name", "", ""},
		{"domain", "Google.com", "Google"},
		{"domain", "dahliabank.example", "Dahlia Bank"},
		{"domain", "nobody.example", ""},
		{"lei", "529900T8BM49AURSDO55", ""},
		{"id", nodeID(organizationKind, "cedar-games"), "Cedar Games"},
		{"id", nodeID(organizationKind, "nobody"), ""},
	} {
		got := ask[answer](t, s, query, map[string]any{"by": map[string]any{tt.field: tt.value}}).Organization
		if tt.want == "" && got != nil || tt.want != "" && (got == nil || got.Name != tt.want) {
			t.Errorf("by %s %q: %v, want %q", tt.field, tt.value, got, tt.want)
		}
	}
}

// Exactly one field must be given and not be null, in whatever way the argument
// comes: gqlparser checks no variables.
func TestOneOf(t *testing.T) {
	s := fixture(t)
	type fields = map[string]any
	const (
		whole = "query($by: OrganizationBy!) { organization(by: $by) { name } }"
		parts = "query($n: String, $d: String) { organization(by: {name: $n, domain: $d}) { name } }"
		one   = "query($n: String) { organization(by: {name: $n}) { name } }"
	)
	for _, tt := range []struct {
		query     string
		variables fields
	}{
		{"{ organization(by: {}) { name } }", nil},
		{`{ organization(by: {name: "Google", domain: "google.com"}) { name } }`, nil},
		{"{ organization(by: {name: null}) { name } }", nil},
		{`{ organization(by: {name: "Google", id: null}) { name } }`, nil},
		{"{ organization(by: null) { name } }", nil},
		{whole, fields{"by": fields{}}},
		{whole, fields{"by": fields{"name": "Google", "domain": "google.com"}}},
		{whole, fields{"by": fields{"name": nil}}},
		{whole, fields{"by": fields{"name": "Google", "lei": nil}}},
		{whole, fields{"by": nil}},
		{whole, nil},
		{parts, fields{"n": "Google", "d": "google.com"}},
		{parts, fields{"n": "Google", "d": nil}},
		{parts, fields{}},
		{one, fields{"n": nil}},
		{one, fields{}},
		{whole, fields{"by": fields{"id": "no ID"}}},
		{whole, fields{"by": fields{"id": nodeID(policyKind, "x")}}},
	} {
		if code, message := refused(t, s, tt.query, tt.variables); code != codeBadInput && code != codeInvalidQuery {
			t.Errorf("%s with %v: %s %q", tt.query, tt.variables, code, message)
		}
	}
	execute(t, s, "query($n: String!) { organization(by: {name: $n}) { name } }", fields{"n": "Google"})
}

// What a variable holds for a scalar is checked, and the client told so.
func TestWrongTypes(t *testing.T) {
	s := fixture(t)
	for _, tt := range []struct {
		query string
		value any
	}{
		{"query($v: Date) { practices(asOf: $v) { totalCount } }", map[string]any{}},
		{"query($v: Duration) { practices(filter: {retention: {maxAtLeast: $v}}) { totalCount } }", []any{}},
		{"query($v: CountryCode!) { practices(filter: {place: {in: [$v]}}) { totalCount } }", map[string]any{}},
		{"query($v: ID!) { node(id: $v) { id } }", map[string]any{}},
		{"query($v: Int) { companies(first: $v) { totalCount } }", "many"},
		{"query($v: PracticeFilter) { practices(filter: $v) { totalCount } }", map[string]any{"stance": "maybe"}},
		{"query($v: PracticeFilter) { practices(filter: $v) { totalCount } }", map[string]any{"nothing": 1}},
	} {
		if code, message := refused(t, s, tt.query, map[string]any{"v": tt.value}); code != codeBadInput && code != codeInvalidQuery {
			t.Errorf("%s with %v: %s %q", tt.query, tt.value, code, message)
		}
	}
}

// Ownership is followed at the moment asked for.
func TestGroups(t *testing.T) {
	type answer struct {
		Organization struct {
			Then, Now struct{ Name string }
			Owns      struct{ TotalCount int }
		}
	}
	s := fixture(t)
	got := ask[answer](t, s, `{ organization(by: {name: "Google"}) { then: group(asOf: "2010") { name } now: group { name } owns(first: 1) { totalCount } } }`, nil).Organization
	if got.Then.Name != "Google" || got.Now.Name != "Alphabet" || got.Owns.TotalCount < 20 {
		t.Errorf("%+v", got)
	}
}
