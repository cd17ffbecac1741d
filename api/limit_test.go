package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// nested returns a query whose innermost field is depth fields deep.
func nested(depth int) string {
	return "{ organization(by: {name: \"Google\"}) { " + groups(depth-2) + " } }"
}

// groups returns n fields within each other and one in the last.
func groups(n int) string {
	return strings.Repeat("group { ", n) + "name" + strings.Repeat(" }", n)
}

// repeated returns a query with a field that stands in it n times.
func repeated(n int, field func(i int) string) string {
	var b strings.Builder
	b.WriteString("{ ")
	for i := range n {
		b.WriteString(field(i) + " ")
	}
	return b.String() + "}"
}

// doubled returns a query of n fragments that each use the next one twice.
func doubled(n int) string {
	var b strings.Builder
	b.WriteString("{ dataset { ...f0 } }")
	for i := range n {
		fmt.Fprintf(&b, " fragment f%d on Dataset { ...f%d ...f%[2]d }", i, i+1)
	}
	fmt.Fprintf(&b, " fragment f%d on Dataset { companies }", n)
	return b.String()
}

// lists returns a query of lists within lists, each of first items.
func lists(levels, first int) string {
	list := fmt.Sprintf("sharesWith(first: %d) { nodes { ", first)
	return fmt.Sprintf("{ companies(first: %d) { nodes { ", first) + strings.Repeat(list, levels-1) + "name" + strings.Repeat(" } }", levels) + " }"
}

func TestLimits(t *testing.T) {
	h := New(fixture(t), Options{Log: quiet()})
	typename := func(int) string { return "__typename" }
	aliased := func(i int) string { return fmt.Sprintf("a%d:dataset{companies}", i) }
	for _, tt := range []struct {
		name, query string
		code        string // or "" if it is answered
	}{
		{"1,500 tokens", "{ a b c d " + repeated(249, aliased)[1:], codeInvalidQuery},
		{"1,501 tokens", "{ a b c d e " + repeated(249, aliased)[1:], codeCost},
		{"a field 50 times", repeated(50, typename), ""},
		{"a field 51 times", repeated(51, typename), codeCost},
		{"a field 51 times, in fragments", "{ " + strings.Repeat("... on Query { __typename } ", 51) + "}", codeCost},
		{"15 fields deep", nested(15), ""},
		{"16 fields deep", nested(16), codeDepth},
		{"16 fields deep, in a fragment", "{ organization(by: {name: \"Google\"}) { ...g } } fragment g on Organization { " + groups(14) + " }", codeDepth},
		{"100,000 braces", strings.Repeat("{a", 50_000), codeCost},
		{"fragments that double", doubled(40), codeCost},
		{"fragments in a circle", "{ dataset { ...a } } fragment a on Dataset { ...b } fragment b on Dataset { ...a }", codeInvalidQuery},
		{"a list of lists", lists(2, 100), ""},
		{"lists of lists of lists", lists(3, 100), codeCost},
		{"the same with fewer items", lists(3, 10), ""},
		{"lists without first count 20", strings.ReplaceAll(lists(4, 1), "(first: 1)", ""), codeCost},
		{"so many that the cost overflows", lists(7, 100), codeCost},
		{"whole texts", "{ companies(first: 100) { nodes { policies { current { text } } } } }", codeCost},
		{"whole vocabularies within each other", "{ dataTypes { narrower { narrower { narrower { id } } } } }", codeCost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := post(t, h, tt.query, nil)
			if code := codeOf(t, w); code != tt.code {
				t.Errorf("code %q, want %q: %.300s", code, tt.code, w.Body)
			}
		})
	}
}

// What a variable asks for is charged, too, and the error tells how much.
func TestCostOfVariables(t *testing.T) {
	h := New(fixture(t), Options{Log: quiet()})
	query := strings.Replace(strings.ReplaceAll(lists(3, 1), "first: 1", "first: $n"), "{", "query($n: Int) {", 1)
	for n, fits := range map[int]bool{10: true, 100: false} {
		b, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"n": n}})
		if err != nil {
			t.Fatal(err)
		}
		w := send(t, h, string(b), nil)
		var answer struct {
			Errors []struct{ Extensions struct{ Cost, Max int } }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if fits != (len(answer.Errors) == 0) {
			t.Fatalf("first %d: %s", n, w.Body)
		}
		if e := answer.Errors; !fits && (e[0].Extensions.Max != openLimits.cost || e[0].Extensions.Cost <= openLimits.cost) {
			t.Errorf("first %d: %s", n, w.Body)
		}
	}
}

// The questions that tools ask about the schema are answered; those that would
// go round in it are not.
func TestIntrospection(t *testing.T) {
	h := New(fixture(t), Options{Log: quiet()})
	standard := readFile(t, "testdata/introspection.graphql")
	if w := post(t, h, standard, nil); w.Code != http.StatusOK || codeOf(t, w) != "" {
		t.Errorf("the standard query: %.300s", w.Body)
	}
	round := func(n int) string {
		return strings.Repeat("fields { type { ", n) + "name" + strings.Repeat(" } }", n)
	}
	schemas := func(n int) string {
		return repeated(n, func(i int) string { return fmt.Sprintf("a%d: __schema { types { %s } }", i, round(2)) })
	}
	for _, tt := range []struct{ name, query, code string }{
		{"types", "{ __schema { types { " + round(5) + " } } }", codeInvalidQuery},
		{"a type", "{ __type(name: \"Query\") { " + round(6) + " } }", codeInvalidQuery},
		{"in a fragment", "{ ...q } fragment q on Query { __schema { types { ...t } } } fragment t on __Type { " + round(5) + " }", codeInvalidQuery},
		{"interfaces", "{ __schema { types { " + strings.Repeat("interfaces { possibleTypes { ", 6) + "name" + strings.Repeat(" } }", 6) + " } } }", codeInvalidQuery},
		{"a few times", schemas(5), ""},
		{"many times", schemas(40), codeCost},
		{"many times in a fragment", "{ ...q } fragment q on Query " + schemas(40), codeCost},
	} {
		w := post(t, h, tt.query, nil)
		if code := codeOf(t, w); code != tt.code {
			t.Errorf("%s: code %q, want %q: %.300s", tt.name, code, tt.code, w.Body)
		}
	}
}

// The command line has no limit of cost, and still none that a slip could use
// up the machine with.
func TestLocalLimits(t *testing.T) {
	s := fixture(t)
	for query, want := range map[string]string{doubled(40): codeCost, nested(16): codeDepth} {
		if code, message := refused(t, s, query, nil); code != want {
			t.Errorf("%.80s: %s %q, want %s", query, code, message, want)
		}
	}
	execute(t, s, lists(3, 100), nil)
}

// Costs that no number holds are still above every limit.
func TestCostOverflow(t *testing.T) {
	cost := 1
	for range 50 {
		if cost = times(maxFirst)(cost); cost < 1 {
			t.Fatalf("the cost is %d", cost)
		}
	}
	if cost <= openLimits.keyCost {
		t.Errorf("the cost is %d", cost)
	}
}
