package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"policygraph/policy"
)

// Every object with an ID is found by it again, as the same.
func TestNodes(t *testing.T) {
	s := fixture(t)
	fields := map[string]string{
		"Organization": "name country { code } group { name }",
		"Policy":       "url kind company { name } current { hash }",
		"Version":      "hash text spells { from to } contacts { email evidence { id } }",
		"Practice":     "action stance validFrom validTo sinceFirstCapture dataTypes { id } evidence { id quote }",
		"Evidence":     "quote quotes start end party rule version { hash }",
	}
	var fragments strings.Builder
	for kind, selection := range fields {
		fmt.Fprintf(&fragments, "... on %s { %s } ", kind, selection)
	}
	everything := `{
		companies { nodes { id policies { id versions { nodes { id
			controller { evidence { id } } contacts { evidence { id } } rights { evidence { id } } } } } } }
		processors { nodes { id } }
		practices(first: 100) { nodes { id evidence { id } } }
		then: practices(first: 100, asOf: "2024") { nodes { id evidence { id } } }
	}`
	ids := idsIn(t, execute(t, s, everything, nil))
	kinds := map[string]int{}
	for _, id := range ids {
		kind, _, ok := parseNodeID(id)
		if !ok {
			t.Errorf("%q is no ID", id)
		}
		kinds[kind]++
		answer := ask[struct{ Node map[string]any }](t, s, "query($id: ID!) { node(id: $id) { __typename id "+fragments.String()+"} }", map[string]any{"id": id})
		if answer.Node["__typename"] != kind || answer.Node["id"] != id {
			t.Errorf("%s %s leads to %v", kind, id, answer.Node)
		}
	}
	for kind := range fields {
		if kinds[kind] < 2 {
			t.Errorf("%d IDs of the kind %s", kinds[kind], kind)
		}
	}
	several := ask[struct{ Nodes []map[string]any }](t, s, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": ids})
	for i, node := range several.Nodes {
		if node["id"] != ids[i] {
			t.Errorf("node %d is %v, want %s", i, node["id"], ids[i])
		}
	}
}

// idsIn returns the values of all fields "id" of an answer, once each.
func idsIn(t *testing.T, answer []byte) (ids []string) {
	t.Helper()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				if id, ok := value.(string); ok && name == "id" {
					ids = append(ids, id)
				}
				walk(value)
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		}
	}
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	walk(v)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A practice that is not stated any more is found as it was said last.
func TestNodeOfThePast(t *testing.T) {
	said := func(at, words string) text {
		return text{at, []sentence{names("Stripe", words, shares("stripe", "pd:PaymentCard"))}}
	}
	s := fill(t, captures([]site{{company: company("Fickle Shop", "FR", "retail"), path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{
		said("2024-01-01", "Stripe gets your card number."), said("2024-02-01", "Your card number goes to Stripe."), {"2024-03-01", []sentence{says("We share nothing.")}},
	}}}))
	type practice struct {
		ID, ValidFrom, ValidTo string
		Evidence               []struct{ Quote string }
	}
	then := ask[struct{ Practices struct{ Nodes []practice } }](t, s, `{ practices(asOf: "2024-01-15") { nodes { id validFrom validTo evidence { quote } } } }`, nil).Practices.Nodes
	if len(then) != 1 || fmt.Sprint(then[0].Evidence) != "[{Stripe gets your card number.}]" || then[0].ValidFrom != "2024-01-01" || then[0].ValidTo != "2024-03-01" {
		t.Fatalf("%+v", then)
	}
	last := ask[struct{ Node practice }](t, s, `query($id: ID!) { node(id: $id) { ... on Practice { id validFrom validTo evidence { quote } } } }`, map[string]any{"id": then[0].ID}).Node
	if fmt.Sprint(last.Evidence) != "[{Your card number goes to Stripe.}]" || last.ID != then[0].ID || last.ValidFrom != then[0].ValidFrom || last.ValidTo != then[0].ValidTo {
		t.Errorf("%+v", last)
	}
}

// What identifies nothing is null, and never an error.
func TestNoNodes(t *testing.T) {
	s := fixture(t)
	ids := []string{"", "!", "google", "T3JnYW5pemF0aW9u", nodeID("Organization", ""), nodeID("Term", "pd:Name"), nodeID("Organization", "\xff"), "T3JnYW5pemF0aW9uOmdvb2dsZR"}
	for _, kind := range []string{organizationKind, policyKind, versionKind, practiceKind, evidenceKind} {
		for _, key := range []string{"nothing", "nothing:nothing", ":", "' OR 1=1 --"} {
			ids = append(ids, nodeID(kind, key))
		}
	}
	answer := ask[struct{ Nodes []map[string]any }](t, s, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": ids})
	for i, node := range answer.Nodes {
		if node != nil {
			t.Errorf("%q leads to %v", ids[i], node)
		}
	}
	if len(answer.Nodes) != len(ids) {
		t.Errorf("%d nodes for %d IDs", len(answer.Nodes), len(ids))
	}
	if code, _ := refused(t, s, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": make([]string, maxNodes+1)}); code != codeBadInput {
		t.Errorf("%d IDs: %s", maxNodes+1, code)
	}
}

func FuzzNodeID(f *testing.F) {
	f.Add(nodeID(organizationKind, "google"))
	f.Add(nodeID(practiceKind, "a:b"))
	f.Add("")
	f.Add("T3JnYW5pemF0aW9uOmdvb2dsZR")
	f.Fuzz(func(t *testing.T, id string) {
		kind, key, ok := parseNodeID(id)
		if ok && (nodeID(kind, key) != id || key == "" || strings.Contains(kind, ":")) {
			t.Errorf("%q is %q %q", id, kind, key)
		}
	})
}
