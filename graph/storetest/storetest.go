// Package storetest is the contract of graph.Store as tests, which every store
// passes without exception. Random questions are answered by a plain model of
// the captures, too, and compared.
package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"policygraph/graph"
	"policygraph/policy"
)

// Test tests the contract. Each case gets a store of its own from open, without
// captures and with the vocabularies and the directory of organisations.
func Test(t *testing.T, open func(t *testing.T) graph.Store) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, graph.Store)
	}{
		{"an empty store has no answers and no errors", empty},
		{"a capture comes back as it was put", roundTrip},
		{"every facet comes back as it was put", facets},
		{"putting again changes nothing", again},
		{"a malformed capture is refused and leaves nothing", refused},
		{"a later capture of the same text goes on with the spell", goesOn},
		{"a text that returns is a new spell", returns},
		{"times are half-open", halfOpen},
		{"of two texts at one moment one never stood", neverStood},
		{"the order of captures does not matter", anyOrder},
		{"another reading by other rules replaces the first", otherRules},
		{"replacing readings moves dates back and keeps texts", replaces},
		{"replacing what is not held is ErrNotFound and changes nothing", replacesNothing},
		{"organisations that nobody names any more are gone", orphans},
		{"a version that could not be read says nothing", notAssessed},
		{"what captures tell of a company is united", companyTold},
		{"a policy is as its latest capture tells", policyTold},
		{"an unlisted organisation has its most frequent name", unlistedNames},
		{"a listed organisation is as the directory says", listed},
		{"ownerships lead up and down", ownerships},
		{"organisations are found by name, alias, domain and LEI", organizationsBy},
		{"policies and versions are selected and ordered", policiesAndVersions},
		{"evidence is found by ID", evidenceByID},
		{"a denial is no statement", denials},
		{"each field of a filter selects", fields},
		{"filters are joined by and, or, not", joined},
		{"lists are paged in every order and direction", paging},
		{"versions take the place of the moment", ofVersions},
		{"sharing leads both ways", sharing},
		{"sharing without a near end is an error", sharingNothing},
		{"a search ranks by class, sort key and ID", search},
		{"a search finds each thing once", searchOnce},
		{"a search finds only what stands", searchStanding},
		{"counts tell what is held", counts},
		{"random questions have the answers of the model", random},
		{"readers see whole captures during writes", readers},
		{"a write that is cancelled leaves nothing half-written", cancelled},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

var ctx = context.Background()

// must returns v or fails the test: must(t)(f()) is for calls that work.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// shown returns the items as lines.
func shown[T any](items []T) string {
	return answer(graph.List[T]{Items: items}, nil)
}

func practices(t testing.TB, s graph.Store, f graph.PracticeFilter, asOf graph.AsOf) []graph.Practice {
	t.Helper()
	return must[graph.List[graph.Practice]](t)(s.Practices(ctx, f, asOf, graph.ByCompany, graph.Page{})).Items
}

func organization(t testing.TB, s graph.Store, id string) (graph.Organization, bool) {
	t.Helper()
	l := must[graph.List[graph.Organization]](t)(s.Organizations(ctx, graph.OrganizationFilter{IDs: []string{id}}, graph.Page{}))
	if len(l.Items) == 0 {
		return graph.Organization{}, false
	}
	return l.Items[0], true
}

// asModel checks that the store answers n random questions as the model does,
// several at a time. With -short it asks a tenth of them.
func asModel(t *testing.T, s graph.Store, m *Model, seed uint64, n int) {
	t.Helper()
	if testing.Short() {
		n /= 10
	}
	var askers sync.WaitGroup
	next := make(chan question)
	for range 4 {
		askers.Go(func() {
			for q := range next {
				if got, want := q.store(t, s), q.model(m); got != want {
					t.Errorf("%s\n got %s\nwant %s", q.words, got, want)
				}
			}
		})
	}
	for _, q := range questions(m, seed, n) {
		next <- q
	}
	close(next)
	askers.Wait()
}

func empty(t *testing.T, s graph.Store) {
	m := NewModel()
	equal(t, "counts", must[graph.Counts](t)(s.Counts(ctx)), m.Counts())
	equal(t, "policies", len(must[[]graph.Policy](t)(s.Policies(ctx, graph.PolicyFilter{}))), 0)
	equal(t, "versions", len(must[[]graph.Version](t)(s.Versions(ctx, graph.VersionFilter{}))), 0)
	equal(t, "practices", len(practices(t, s, graph.PracticeFilter{}, graph.AsOf{})), 0)
	equal(t, "evidence", len(must[[]graph.Evidence](t)(s.Evidence(ctx, []string{"no such evidence"}))), 0)
	for _, q := range []graph.SharingQuery{{Companies: []string{"nobody"}}, {Organizations: []string{"google"}}} {
		equal(t, "sharing", answer(s.Sharing(ctx, q, graph.Page{Total: true})), answer(graph.List[graph.Sharing]{}, nil))
	}
	all := graph.Page{Total: true}
	equal(t, "organizations", answer(s.Organizations(ctx, graph.OrganizationFilter{}, all)), answer(m.Organizations(graph.OrganizationFilter{}, all), nil))
	if _, ok := organization(t, s, "nobody"); ok {
		t.Error("there is an organisation that nobody knows")
	}
}

func random(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	asModel(t, s, m, 1, 200)
}

func counts(t *testing.T, s graph.Store) {
	m := Fill(t, s)
	got, want := must[graph.Counts](t)(s.Counts(ctx)), m.Counts()
	equal(t, "counts", got, want)
	for name, n := range map[string]int{"companies": want.Companies, "processors": want.Processors, "versions": want.Versions,
		"practices": want.Practices, "evidence": want.Evidence, "not assessed": want.NotAssessed} {
		if n == 0 {
			t.Errorf("the captures have no %s to count", name)
		}
	}
}

func replacesNothing(t *testing.T, s graph.Store) {
	c := capture(company("Acme"), "https://acme.example/", day(0), share("google", "Google", "pd:Name"))
	put(t, s, c)
	before := dump(t, s)
	for _, err := range []error{
		s.Replace(ctx, "no such policy", rules, nil),
		s.Replace(ctx, c.Policy.ID, rules, map[string]*policy.Reading{versionID(c): c.Reading, "no such version": c.Reading}),
	} {
		if !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
	equal(t, "dump", dump(t, s), before)
}
