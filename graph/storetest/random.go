package storetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"policygraph/graph"
	"policygraph/policy"
)

// An asker asks a store or a model one question and shows the answer.
type asker func(t testing.TB, s graph.Store) string

// A question is one random question, in words and as it is put.
type question struct {
	words string
	store asker
	model func(*Model) string
}

// chooser makes random filters from what a model holds.
type chooser struct {
	*rand.Rand
	keys, policies, versions, organizations []string
	moments                                 []graph.AsOf
}

func newChooser(r *rand.Rand, m *Model) *chooser {
	c := &chooser{Rand: r, moments: m.moments()}
	for _, s := range m.stated() {
		c.keys, c.policies = append(c.keys, s.key), append(c.policies, s.policyID)
	}
	for _, put := range m.puts {
		c.versions = append(c.versions, versionID(put))
	}
	for _, o := range companies {
		c.organizations = append(c.organizations, o.ID)
	}
	for _, o := range recipients {
		c.organizations = append(c.organizations, o.id)
	}
	return c
}

// some returns one or two of the values, and none most of the time.
func some[T any](c *chooser, values []T) []T {
	if c.IntN(6) > 0 {
		return nil
	}
	return []T{values[c.IntN(len(values))], values[c.IntN(len(values))]}[:1+c.IntN(2)]
}

func maybe[T any](c *chooser, v T) (zero T) {
	if c.IntN(6) > 0 {
		return zero
	}
	return v
}

// practices returns a random filter with at most depth levels below it.
func (c *chooser) practices(depth int) graph.PracticeFilter {
	f := graph.PracticeFilter{
		Categories: some(c, categories), DataTypes: some(c, dataTypes), Purposes: some(c, purposes), LegalBases: some(c, bases),
		Safeguards: some(c, safeguards), Actions: some(c, policy.Actions()),
		Stance: maybe(c, []policy.Stance{policy.Stated, policy.Denied}[c.IntN(2)]),
		Method: maybe(c, []policy.Method{policy.ByRule, policy.ByModel}[c.IntN(2)]),
	}
	if c.IntN(4) == 0 {
		f.Keys, f.PolicyIDs, f.VersionIDs = some(c, c.keys), some(c, c.policies), some(c, c.versions)
	}
	for _, o := range []**graph.OrganizationFilter{&f.Company, &f.Recipient, &f.Source} {
		if c.IntN(8) == 0 {
			filter := c.organization(1)
			*o = &filter
		}
	}
	if c.IntN(6) == 0 {
		f.Place = &graph.PlaceFilter{In: some(c, places), Role: maybe(c, policy.Transfer)}
	}
	if c.IntN(6) == 0 {
		f.Retention = &graph.RetentionFilter{Criteria: some(c, criteria),
			AtLeast: maybe(c, period(periods[c.IntN(len(periods))])), AtMost: maybe(c, period(periods[c.IntN(len(periods))]))}
	}
	if depth > 0 {
		for range c.IntN(3) {
			f.Or = append(f.Or, c.practices(depth-1))
		}
		for range c.IntN(2) {
			f.And = append(f.And, c.practices(depth-1))
		}
		if c.IntN(3) == 0 {
			not := c.practices(depth - 1)
			f.Not = &not
		}
	}
	return f
}

func (c *chooser) organization(depth int) graph.OrganizationFilter {
	f := graph.OrganizationFilter{
		IDs:     some(c, c.organizations),
		Names:   some(c, []string{"GOOGLE inc", "heron cloud", "Acme-Retail", "nobody"}),
		Domains: maybe(c, []string{"Acme.example"}), LEIs: maybe(c, []string{companies[1].LEI}),
		Kinds:     some(c, []policy.OrganizationKind{policy.LegalEntity, policy.Brand}),
		Countries: some(c, []policy.Place{"US", "FR"}), Sectors: some(c, []string{"retail", "food"}),
		Company: c.IntN(6) == 0, Processor: c.IntN(6) == 0,
	}
	if depth > 0 {
		for range c.IntN(3) {
			f.Or = append(f.Or, c.organization(depth-1))
		}
		for range c.IntN(2) {
			f.And = append(f.And, c.organization(depth-1))
		}
		if c.IntN(3) == 0 {
			not := c.organization(depth - 1)
			f.Not = &not
		}
	}
	return f
}

// page returns a random page of a list with the given positions.
func (c *chooser) page(positions []graph.Position) graph.Page {
	p := graph.Page{Limit: c.IntN(6), Backward: c.IntN(2) == 0, Total: c.IntN(2) == 0}
	if len(positions) > 0 && c.IntN(2) == 0 {
		p.After = &positions[c.IntN(len(positions))]
	}
	if len(positions) > 0 && c.IntN(2) == 0 {
		p.Before = &positions[c.IntN(len(positions))]
	}
	return p
}

// questions returns n random questions about what m holds, always the same for
// a seed.
func questions(m *Model, seed uint64, n int) []question {
	c := newChooser(rand.New(rand.NewPCG(seed, 1)), m)
	var out []question
	for i := range n {
		switch i % 8 {
		case 0:
			out = append(out, c.askOrganizations(m))
		case 1, 2:
			out = append(out, c.askSharing(m))
		default:
			out = append(out, c.askPractices(m))
		}
	}
	return out
}

func (c *chooser) askPractices(m *Model) question {
	f, asOf := c.practices(2), c.moments[c.IntN(len(c.moments))]
	order := []graph.PracticeOrder{graph.ByCompany, graph.ByRetention, graph.ByValidFrom}[c.IntN(3)]
	var positions []graph.Position
	for _, p := range m.Practices(f, asOf, order, graph.Page{}).Items {
		positions = append(positions, graph.Position{Sort: p.Sort, ID: p.Key})
	}
	page := c.page(positions)
	return question{
		words: fmt.Sprintf("practices %s as of %v by %q, page %s", Show(f), asOf, order, Show(page)),
		store: func(t testing.TB, s graph.Store) string {
			l, err := s.Practices(context.Background(), f, asOf, order, page)
			return answer(l, err)
		},
		model: func(m *Model) string { return answer(m.Practices(f, asOf, order, page), nil) },
	}
}

func (c *chooser) askOrganizations(m *Model) question {
	f := c.organization(2)
	var positions []graph.Position
	for _, o := range m.Organizations(f, graph.Page{}).Items {
		positions = append(positions, graph.Position{Sort: policy.SortKey(o.Name), ID: o.ID})
	}
	page := c.page(positions)
	return question{
		words: fmt.Sprintf("organizations %s, page %s", Show(f), Show(page)),
		store: func(t testing.TB, s graph.Store) string {
			l, err := s.Organizations(context.Background(), f, page)
			return answer(l, err)
		},
		model: func(m *Model) string { return answer(m.Organizations(f, page), nil) },
	}
}

func (c *chooser) askSharing(m *Model) question {
	q := graph.SharingQuery{AsOf: c.moments[c.IntN(len(c.moments))]}
	near := []string{c.organizations[c.IntN(len(c.organizations))], c.organizations[c.IntN(len(c.organizations))]}
	if c.IntN(2) == 0 {
		q.Companies = near
	} else {
		q.Organizations = near
	}
	if c.IntN(3) > 0 {
		q.Filter = c.practices(1)
	}
	var positions []graph.Position
	for _, e := range m.Sharing(q, graph.Page{}).Items {
		positions = append(positions, graph.Position{Sort: e.Sort, ID: e.ID})
	}
	page := c.page(positions)
	return question{
		words: fmt.Sprintf("sharing %s, page %s", Show(q), Show(page)),
		store: func(t testing.TB, s graph.Store) string {
			l, err := s.Sharing(context.Background(), q, page)
			return answer(l, err)
		},
		model: func(m *Model) string { return answer(m.Sharing(q, page), nil) },
	}
}

// answer shows a list.
func answer[T any](l graph.List[T], err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d items, more %v, total %d\n", len(l.Items), l.More, l.Total)
	for _, item := range l.Items {
		b.WriteString(Show(item) + "\n")
	}
	return b.String()
}

// Compare asks both stores n random questions about the captures of Captures,
// which both must hold, and compares the answers and the dumps.
func Compare(t *testing.T, a, b graph.Store, n int) {
	for _, q := range questions(NewModel(Captures()...), 7, n) {
		if got, want := q.store(t, a), q.store(t, b); got != want {
			t.Errorf("%s\nfirst store:\n%s\nsecond store:\n%s", q.words, got, want)
		}
	}
	if got, want := dump(t, a), dump(t, b); got != want {
		t.Errorf("dumps differ: %s", difference(got, want))
	}
}

func dump(t testing.TB, s graph.Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := graph.Dump(context.Background(), s, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// difference shows the first line in which two texts differ.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d:\n got %s\nwant %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
