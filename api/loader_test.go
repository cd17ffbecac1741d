package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"policygraph/graph"
	"policygraph/policy"
)

// A counter counts the calls of a store.
type counter struct {
	graph.Store
	mu    sync.Mutex
	calls map[string]int
}

func (c *counter) count(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[method]++
}

func (c *counter) Policies(ctx context.Context, f graph.PolicyFilter) ([]graph.Policy, error) {
	c.count("Policies")
	return c.Store.Policies(ctx, f)
}

func (c *counter) Versions(ctx context.Context, f graph.VersionFilter) ([]graph.Version, error) {
	c.count("Versions")
	return c.Store.Versions(ctx, f)
}

func (c *counter) Organizations(ctx context.Context, f graph.OrganizationFilter, page graph.Page) (graph.List[graph.Organization], error) {
	c.count("Organizations")
	return c.Store.Organizations(ctx, f, page)
}

func (c *counter) Ownerships(ctx context.Context, ids []string) ([]policy.Ownership, error) {
	c.count("Ownerships")
	return c.Store.Ownerships(ctx, ids)
}

func (c *counter) Practices(ctx context.Context, f graph.PracticeFilter, asOf graph.AsOf, order graph.PracticeOrder, page graph.Page) (graph.List[graph.Practice], error) {
	c.count("Practices")
	return c.Store.Practices(ctx, f, asOf, order, page)
}

func (c *counter) Sharing(ctx context.Context, q graph.SharingQuery, page graph.Page) (graph.List[graph.Sharing], error) {
	c.count("Sharing")
	return c.Store.Sharing(ctx, q, page)
}

func (c *counter) Evidence(ctx context.Context, ids []string) ([]graph.Evidence, error) {
	c.count("Evidence")
	return c.Store.Evidence(ctx, ids)
}

// A list of fifty asks the store as often as a list of two, give or take what
// fields ask for at about the same time, which is more on a busy machine; a field
// that asks for itself would do so 48 times more.
func TestStoreCalls(t *testing.T) {
	const slack = 20
	store := fill(t, captures(crowd(50)))
	for _, tt := range []struct{ name, query string }{
		{"companies", `companies(first: %d) { nodes { name policies { url current { hash } versions { totalCount nodes { policy { company { name } } } } }
			group { name } ownedBy { owner { name } }
			practices(first: 5) { nodes { company { name } policy { url } recipient { organization { name } } evidence { quote version { policy { url } } } } }
			sharesWith(first: 5) { totalCount edges { node { name group { name } } practices(first: 2) { nodes { evidence { context version { hash } } } } } } } }`},
		{"recipients", `processors(first: %d) { nodes { name sharedBy(first: 5, includeSubsidiaries: true) { nodes { name }
			edges { via { name } practices(first: 2, after: null) { nodes { evidence { quote version { policy { url } } } } } } } } }`},
		{"sharing", `organization(by: {name: "Google"}) { sharedBy(first: %d, includeSubsidiaries: true) { edges { node { name policies { url } } via { name }
			practices(first: 2) { nodes { evidence { context version { policy { company { name } } } } } } } } }`},
		{"search", `search(text: "crowd", kinds: [QUOTE], first: %d) { nodes { found { ... on Evidence { quote version { policy { company { name } } } } } } }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			few, many := calls(t, store, fmt.Sprintf("{ "+tt.query+" }", 2)), calls(t, store, fmt.Sprintf("{ "+tt.query+" }", 50))
			t.Logf("calls: %v", many)
			for method, n := range many {
				if n > few[method]+slack {
					t.Errorf("%s is called %d times for a list of 2, and %d times for one of 50", method, few[method], n)
				}
			}
		})
	}
}

// calls returns how often a query asks the store. The fields wait for each other
// for longer than even a slow machine needs.
func calls(t *testing.T, store graph.Store, query string) map[string]int {
	t.Helper()
	c := &counter{Store: store, calls: map[string]int{}}
	e := newEngine(c, quiet(), localLimits)
	e.wait = 50 * time.Millisecond
	res := e.run(t.Context(), &graphql.RawParams{Query: query})
	if len(res.Errors) > 0 || strings.Count(string(res.Data), `"quote":`)+strings.Count(string(res.Data), `"context":`) == 0 {
		t.Fatalf("%v: %.300s", res.Errors, res.Data)
	}
	return c.calls
}

// A loader asks for each key once, and tells an error to all who wait.
func TestLoader(t *testing.T) {
	var mu sync.Mutex
	var asked [][]int
	fault := errors.New("fault")
	ctx := withRequest(t.Context(), nil, 20*time.Millisecond)
	l := loaderOf(ctx, "squares", func(_ context.Context, keys []int) (map[int]int, error) {
		mu.Lock()
		asked = append(asked, keys)
		mu.Unlock()
		squares := map[int]int{}
		for _, k := range keys {
			if k == 13 {
				return nil, fault
			}
			if k == 14 {
				panic("fourteen")
			}
			if k != 0 {
				squares[k] = k * k
			}
		}
		return squares, nil
	})
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			if v, ok, err := l.one(ctx, i%3); v != (i%3)*(i%3) || ok != (i%3 != 0) || err != nil {
				t.Errorf("%d: %d, %v, %v", i%3, v, ok, err)
			}
		})
	}
	wait.Wait()
	if len(asked) != 1 || len(asked[0]) != 3 {
		t.Errorf("asked for %v, want three keys at once", asked)
	}
	if _, _, err := l.one(ctx, 13); !errors.Is(err, fault) {
		t.Errorf("the error is %v, want %v", err, fault)
	}
	if _, _, err := l.one(ctx, 14); err == nil || !strings.Contains(err.Error(), "fourteen") {
		t.Errorf("the panic is the error %v", err)
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := l.one(over, 15); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
	many := make([]int, 2*maxBatch+1)
	for i := range many {
		many[i] = 100 + i
	}
	asked = nil
	if found, err := l.many(ctx, many); err != nil || len(found) != len(many) || len(asked) != 3 {
		t.Errorf("%d of %d keys in %d calls: %v", len(found), len(many), len(asked), err)
	}
}
