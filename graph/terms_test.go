package graph

import (
	"regexp"
	"slices"
	"testing"

	"policygraph/policy"
	"policygraph/vocab"
)

func TestVocabularies(t *testing.T) {
	names, hashed := map[string]bool{}, VocabularyHash()
	for _, v := range Vocabularies() {
		if names[v.Name] || len(v.Terms()) == 0 {
			t.Errorf("%q comes twice or has no terms", v.Name)
		}
		names[v.Name] = true
		if policy.SlugOf(v.Name) != v.Name {
			t.Errorf("%q is not the form of a name", v.Name)
		}
	}
	if len(names) != 8 {
		t.Errorf("%d vocabularies, want 8", len(names))
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(hashed) || hashed != VocabularyHash() {
		t.Errorf("hashes %s and %s", hashed, VocabularyHash())
	}
}

func TestSearchableTerms(t *testing.T) {
	label, ok := vocab.DataTypes().Term("pd:EmailAddress")
	if !ok || label.Label == "" || label.LabelFR == "" || label.Label == label.LabelFR {
		t.Fatalf("the term of the test is %+v, %v", label, ok)
	}
	seen := map[Searchable]bool{}
	for _, s := range SearchableTerms() {
		if seen[s] || s.Kind != FindDataType || SearchText(s.Text) == "" {
			t.Errorf("%+v comes twice or cannot be found", s)
		}
		seen[s] = true
	}
	for _, text := range []string{label.Label, label.LabelFR} {
		if !seen[Searchable{FindDataType, "pd:EmailAddress", text}] {
			t.Errorf("an e-mail address is not found as %q", text)
		}
	}
}

func TestSearchableNames(t *testing.T) {
	got := SearchableNames(policy.Organization{ID: "acme", Name: "Acme", Aliases: []string{"ACME", "Acme Shops"}})
	want := []Searchable{{FindOrganization, "acme", "Acme"}, {FindOrganization, "acme", "ACME"}, {FindOrganization, "acme", "Acme Shops"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSearchableQuotes(t *testing.T) {
	const text = "one two"
	one, two := evidence(t, text, policy.Span{Start: 0, End: 3}, ""), evidence(t, text, policy.Span{Start: 4, End: 7}, "")
	all := []Evidence{{Evidence: one, ID: "c"}, {Evidence: two, ID: "b"}, {Evidence: one, ID: "a"}}
	got := SearchableQuotes(all)
	want := []Searchable{{FindQuote, "a", "one"}, {FindQuote, "b", "two"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if all[0].ID != "c" {
		t.Error("the evidence was sorted in place")
	}
}
