package api

import (
	"encoding/json"
	"fmt"
	"testing"
)

// What is asked of many organisations at once is what each answers alone.
func TestPartsAreWholes(t *testing.T) {
	s := many(t)
	const practices = "{ totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
	sharing := "{ totalCount edges { cursor node { name } via { name } dataTypes { id } firstSeen practices(first: 2) " + practices + " } pageInfo { hasNextPage endCursor } }"
	fields := `name
		practices(first: 2) ` + practices + `
		newest: practices(first: 2, orderBy: NEWEST, filter: {action: SHARE}) ` + practices + `
		sharesWith(first: 2) ` + sharing + `
		sharesWithAll: sharesWith(includeSubsidiaries: true, filter: {purpose: {in: "dpv:Marketing"}}) ` + sharing + `
		sharedBy(first: 2) ` + sharing + `
		sharedByAll: sharedBy(first: 2, includeSubsidiaries: true) ` + sharing
	type organizations struct {
		List struct{ Nodes []map[string]any }
	}
	n := 0
	for _, list := range []string{"companies", "processors"} {
		together := ask[organizations](t, s, "{ list: "+list+"(first: 100) { nodes { "+fields+" } } }", nil).List.Nodes
		for _, o := range together {
			n++
			alone := ask[struct{ Organization map[string]any }](t, s, fmt.Sprintf("{ organization(by: {name: %q}) { %s } }", o["name"], fields), nil).Organization
			a, b := encoded(t, o), encoded(t, alone)
			if a != b {
				t.Errorf("among many:\n%s\nalone:\n%s", a, b)
			}
		}
	}
	if n < 10 {
		t.Errorf("%d organisations", n)
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// An edge tells by which product or subsidiary it leads to the organisation
// asked for, if not directly; denials are edges only where they are asked for.
func TestSharing(t *testing.T) {
	type answer struct {
		Organization struct {
			SharedBy struct {
				Edges []struct {
					Node struct{ Name string }
					Via  *struct{ Name string }
				}
			}
		}
	}
	s := fixture(t)
	for _, tt := range []struct{ name, arguments, want string }{
		{"Google", "", ""},
		{"Google", "filter: {stance: DENIED}", "Dahlia Bank directly; "},
		{"Google", "includeSubsidiaries: true", "Acorn Market via Google Ads; Acorn Market via Google Analytics; Birch Clinique via Google Cloud; Cedar Games via Google Analytics; "},
		{"Google", `includeSubsidiaries: true, filter: {dataType: {in: "pd:Health"}}`, "Birch Clinique via Google Cloud; "},
		{"Google", `includeSubsidiaries: true, asOf: "2024"`, "Acorn Market via Google Analytics; "},
		{"Google Analytics", "includeSubsidiaries: true", "Acorn Market directly; Cedar Games directly; "},
		{"Alphabet", `includeSubsidiaries: true, filter: {company: {country: "FR"}}`, "Birch Clinique via Google Cloud; "},
		{"Stripe", "", "Acorn Market directly; "},
		{"Experian", "", ""},
	} {
		arguments := "(first: 100, " + tt.arguments + ")"
		got := ""
		for _, e := range ask[answer](t, s, fmt.Sprintf("{ organization(by: {name: %q}) { sharedBy%s { edges { node { name } via { name } } } } }", tt.name, arguments), nil).Organization.SharedBy.Edges {
			if e.Via == nil {
				got += e.Node.Name + " directly; "
			} else {
				got += e.Node.Name + " via " + e.Via.Name + "; "
			}
		}
		if got != tt.want {
			t.Errorf("%s%s: %q, want %q", tt.name, arguments, got, tt.want)
		}
	}
}
