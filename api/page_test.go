package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"policygraph/graph"
)

// A connection is what every list answers.
type connection struct {
	TotalCount int
	Edges      []struct{ Cursor string }
	PageInfo   struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

func (c connection) cursors() []string {
	out := []string{}
	for _, e := range c.Edges {
		out = append(out, e.Cursor)
	}
	return out
}

// A pagedField is a field that lists something in pages.
type pagedField struct {
	parent    string // query of what has it, with a %s for the field
	name      string
	arguments string // beside those of paging
	backward  bool   // can be read from its end
}

var pagedFields = []pagedField{
	{"{ %s }", "companies", "", true},
	{"{ %s }", "processors", "", true},
	{"{ %s }", "practices", "orderBy: COMPANY", true},
	{"{ %s }", "practices", "orderBy: LONGEST_RETENTION", true},
	{"{ %s }", "practices", "orderBy: NEWEST, filter: {stance: STATED}", true},
	{"{ %s }", "practices", `asOf: "2024-12"`, true},
	{"{ %s }", "search", `text: "crowd company"`, false},
	{`{ organization(by: {name: "Google"}) { %s } }`, "owns", "", false},
	{`{ organization(by: {name: "Google"}) { %s } }`, "sharedBy", "includeSubsidiaries: true", false},
	{`{ organization(by: {name: "Cedar Games"}) { %s } }`, "practices", "orderBy: NEWEST", false},
	{`{ organization(by: {name: "Acorn Market"}) { %s } }`, "sharesWith", "", false},
	{`{ organization(by: {name: "Acorn Market"}) { policies { %s } } }`, "versions", "", false},
	{`{ organization(by: {name: "Supplier 0"}) { sharedBy { edges { %s } } } }`, "practices", "", false},
}

func (f pagedField) String() string {
	return strings.Fields(f.parent + " root")[1] + " " + f.name + " " + f.arguments
}

// query returns the query of a page of the list.
func (f pagedField) query(format string, args ...any) string {
	field := fmt.Sprintf("list: %s(%s) { totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }",
		f.name, strings.Trim(f.arguments+", "+fmt.Sprintf(format, args...), ", "))
	return fmt.Sprintf(f.parent, field)
}

// page returns a page of the list.
func (f pagedField) page(t *testing.T, s graph.Store, format string, args ...any) (c connection) {
	t.Helper()
	answer := execute(t, s, f.query(format, args...), nil)
	_, list, found := strings.Cut(string(answer), `"list":`)
	if !found {
		t.Fatalf("no list in %s", answer)
	}
	if err := json.NewDecoder(strings.NewReader(list)).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// many returns a store in which every list of pagedFields has several items,
// which tests share and only read.
func many(t *testing.T) graph.Store {
	t.Helper()
	s, err := sharedMany()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var sharedMany = sync.OnceValues(func() (graph.Store, error) {
	all := append(sites(), crowd(3)...)
	addresses := company("Twice Named", "FR", "retail")
	said := func(what, dataType string) sentence {
		return names("Supplier 0", "Supplier 0 gets your "+what+".", shares("supplier-0", dataType))
	}
	all = append(all, site{company: addresses, path: "privacy", kind: "privacy", language: "en", texts: []text{{"2025-01-01", []sentence{
		said("name", "pd:Name"), said("address", "pd:PhysicalAddress"), said("e-mail address", "pd:EmailAddress"),
	}}}})
	return open(captures(all))
})

// Pages follow each other without gaps or repetitions, forwards and backwards,
// and tell whether there are further ones.
func TestPaging(t *testing.T) {
	s := many(t)
	for _, f := range pagedFields {
		t.Run(f.String(), func(t *testing.T) {
			whole := f.page(t, s, "first: 100")
			want := whole.cursors()
			if len(want) < 2 || whole.TotalCount != len(want) || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
				t.Fatalf("the whole list is %+v, want at least two items", whole)
			}
			if sorted := slices.Clone(want); len(slices.Compact(sorted)) != len(want) {
				t.Errorf("the cursors %v are not different", want)
			}
			var got []string
			arguments := "first: 1"
			for range want {
				p := f.page(t, s, "%s", arguments)
				checkPage(t, p, len(want), len(got) > 0, len(got)+1 < len(want))
				got = append(got, p.cursors()...)
				arguments = fmt.Sprintf("first: 1, after: %q", *p.PageInfo.EndCursor)
			}
			if !slices.Equal(got, want) {
				t.Errorf("forwards %v, want %v", got, want)
			}
			end := f.page(t, s, "%s", arguments)
			if len(end.Edges) != 0 || end.PageInfo.HasNextPage || end.PageInfo.EndCursor != nil || end.TotalCount != len(want) {
				t.Errorf("after the end comes %+v", end)
			}
			if f.backward {
				f.backwards(t, s, want)
			}
		})
	}
}

func (f pagedField) backwards(t *testing.T, s graph.Store, want []string) {
	var got []string
	arguments := "last: 1"
	for range want {
		p := f.page(t, s, "%s", arguments)
		checkPage(t, p, len(want), len(got)+1 < len(want), len(got) > 0)
		got = append(p.cursors(), got...)
		arguments = fmt.Sprintf("last: 1, before: %q", *p.PageInfo.StartCursor)
	}
	if !slices.Equal(got, want) {
		t.Errorf("backwards %v, want %v", got, want)
	}
	if two := f.page(t, s, "last: 2").cursors(); !slices.Equal(two, want[len(want)-2:]) {
		t.Errorf("the last two are %v, want %v", two, want[len(want)-2:])
	}
}

// checkPage checks a page of one item.
func checkPage(t *testing.T, p connection, total int, previous, next bool) {
	t.Helper()
	if len(p.Edges) != 1 || p.TotalCount != total || p.PageInfo.HasPreviousPage != previous || p.PageInfo.HasNextPage != next ||
		*p.PageInfo.StartCursor != p.Edges[0].Cursor || *p.PageInfo.EndCursor != p.Edges[0].Cursor {
		t.Errorf("the page is %+v, want one item of %d, previous %v, next %v", p, total, previous, next)
	}
}

func TestPagingArguments(t *testing.T) {
	s := many(t)
	for _, f := range pagedFields {
		cursor := f.page(t, s, "first: 1").Edges[0].Cursor
		other := listOf("another list").cursor(graph.Position{Sort: "a", ID: "b"})
		for _, tt := range []struct {
			arguments, code string
			backward        bool // only where lists can be read from their end
		}{
			{"first: 0", codeBadInput, false},
			{"first: -1", codeBadInput, false},
			{"first: 101", codeBadInput, false},
			{"first: 99999999999999999999", "", false},
			{"last: 0", codeBadInput, true},
			{"last: -1", codeBadInput, true},
			{"last: 101", codeBadInput, true},
			{"first: 1, last: 1", codeBadInput, true},
			{fmt.Sprintf("first: 1, before: %q", cursor), codeBadInput, true},
			{fmt.Sprintf("last: 1, after: %q", cursor), codeBadInput, true},
			{fmt.Sprintf("before: %q", cursor), codeBadInput, true},
			{`after: ""`, codeBadCursor, false},
			{`after: "!"`, codeBadCursor, false},
			{`after: "AAAA"`, codeBadCursor, false},
			{fmt.Sprintf("after: %q", cursor+"\n"), codeBadCursor, false},
			{fmt.Sprintf("after: %q", cursor[:12]), codeBadCursor, false},
			{fmt.Sprintf("after: %q", other), codeBadCursor, false},
			{fmt.Sprintf("last: 1, before: %q", other), codeBadCursor, true},
		} {
			if tt.backward && !f.backward {
				continue
			}
			answer, err := Execute(t.Context(), s, f.query("%s", tt.arguments), "", nil)
			if err == nil {
				t.Errorf("%s(%s): %s", f, tt.arguments, answer)
				continue
			}
			if code, message := firstError(t, answer); tt.code != "" && code != tt.code || code == codeInternal {
				t.Errorf("%s(%s): %s %q, want %s", f, tt.arguments, code, message, tt.code)
			}
		}
	}
}

// A cursor is good for its list only: the same field with another filter, order
// or moment is another list.
func TestCursorsBelongToTheirList(t *testing.T) {
	s := many(t)
	cursors := map[string]string{}
	for _, f := range pagedFields {
		cursor := f.page(t, s, "first: 1").Edges[0].Cursor
		b, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil {
			t.Fatal(err)
		}
		list := string(b[:8])
		if other, ok := cursors[list]; ok {
			t.Errorf("%s and %s have the same cursors", f, other)
		}
		cursors[list] = f.String()
	}
	companies, processors := listOf("companies", "null"), listOf("processors", "null")
	if _, err := processors.position(companies.cursor(graph.Position{Sort: "a", ID: "a"})); err == nil || !strings.Contains(err.Error(), "of another list") {
		t.Errorf("the error is %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	list := listOf("companies")
	f.Add(list.cursor(graph.Position{Sort: "acorn market", ID: "acorn-market"}))
	f.Add(list.cursor(graph.Position{}))
	f.Add(listOf("processors").cursor(graph.Position{Sort: "x", ID: "y"}))
	f.Add("")
	f.Add("AAAAAAAAAAD_")
	f.Fuzz(func(t *testing.T, cursor string) {
		p, err := list.position(cursor)
		if err != nil {
			return
		}
		again, err := list.position(list.cursor(*p))
		if err != nil || *again != *p {
			t.Errorf("%q is %+v, and its cursor %+v (%v)", cursor, p, again, err)
		}
	})
}
