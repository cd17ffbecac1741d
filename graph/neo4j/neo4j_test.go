package neo4j

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"policygraph/graph"
	"policygraph/graph/storetest"
)

// These tests need a Neo4j server whose database is empty or held only what
// these tests put there: they clear it. NEO4J_URI names it, and NEO4J_USERNAME,
// NEO4J_PASSWORD and NEO4J_DATABASE say how to get in. NEO4J_REQUIRED=1 makes
// it a failure that there is none.

func TestStore(t *testing.T) {
	address, options := server(t)
	storetest.Test(t, func(t *testing.T) graph.Store { return fresh(t, address, options) })
}

// server returns the server to test with.
func server(t testing.TB) (string, Options) {
	address := os.Getenv("NEO4J_URI")
	switch {
	case address != "":
	case os.Getenv("NEO4J_REQUIRED") == "1":
		t.Fatal("Neo4j was NOT tested, and NEO4J_REQUIRED=1 demands it: set NEO4J_URI or run make test")
	default:
		t.Skip("Neo4j was NOT tested: set NEO4J_URI or run make test")
	}
	return address, Options{
		Username: os.Getenv("NEO4J_USERNAME"), Password: os.Getenv("NEO4J_PASSWORD"), Database: os.Getenv("NEO4J_DATABASE"),
	}
}

// fresh returns an empty store, closed when the test ends.
func fresh(t testing.TB, address string, o Options) graph.Store {
	clearDatabase(t, address, o)
	s, err := Open(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s.(*store), `MATCH (g:PolicyGraph) SET g.test = true`)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// clearDatabase empties the database, unless it holds what no test put there.
func clearDatabase(t testing.TB, address string, o Options) {
	s, err := connect(address, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const cypher = `
		RETURN EXISTS { (n) } AND NOT EXISTS { (:PolicyGraph {test: true}) }
			AND (EXISTS { (:Policy) } OR NOT EXISTS { (:PolicyGraph) }) AS strange`
	strange, err := read(context.Background(), s, cypher, nil, func(r record) (bool, error) { return r.flag("strange"), nil })
	if err != nil {
		t.Fatal(err)
	}
	if strange[0] {
		t.Fatalf("the database at %s holds what these tests did not put there, and they would delete it: name an empty one", address)
	}
	deleteAll(t, s)
}

// deleteAll empties the database in pieces that fit into a small server. What
// marks it as that of tests goes last, so that the next test can go on.
func deleteAll(t testing.TB, s *store) {
	t.Helper()
	const cypher = `MATCH (n) WHERE NOT n:PolicyGraph WITH n LIMIT 2000 DETACH DELETE n RETURN count(n) AS deleted`
	for deleted := []int{1}; deleted[0] > 0; {
		err := s.write(context.Background(), func(t transaction) error {
			records, err := t.run(cypher, nil)
			if err != nil {
				return err
			}
			deleted, err = decode(records, func(r record) (int, error) { return r.number("deleted"), nil })
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, s, `MATCH (n) DETACH DELETE n`)
}

// run runs Cypher behind the store's back.
func run(t testing.TB, s *store, cypher string) {
	t.Helper()
	if err := s.define(context.Background(), cypher); err != nil {
		t.Fatal(err)
	}
}

func TestOpenChecksTheDatabase(t *testing.T) {
	address, options := server(t)
	reading := options
	reading.ReadOnly = true
	for _, tt := range []struct {
		name, holds string
		options     Options
		want        error
	}{
		{"somebody else's", `CREATE (:Cat {name: 'Tom'})`, options, graph.ErrNotGraph},
		{"empty, for reading", ``, reading, graph.ErrNotGraph},
		{"newer", `CREATE (:PolicyGraph {id: 'graph', schema: 1000})`, options, graph.ErrNewerSchema},
		{"newer, for reading", `CREATE (:PolicyGraph {id: 'graph', schema: 1000})`, reading, graph.ErrNewerSchema},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fresh(t, address, options).(*store)
			deleteAll(t, s)
			if tt.holds != "" {
				run(t, s, tt.holds)
				defer deleteAll(t, s)
			}
			_, err := Open(t.Context(), address, tt.options)
			if !errors.Is(err, tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("open: %v, want %v in one line", err, tt.want)
			}
		})
	}
}

func TestOpenTwice(t *testing.T) {
	address, options := server(t)
	s := fresh(t, address, options)
	storetest.Fill(t, s)
	before := dump(t, s)
	for _, readOnly := range []bool{false, true} {
		options.ReadOnly = readOnly
		again, err := Open(t.Context(), address, options)
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(t, again); got != before {
			t.Errorf("read-only %v: opening again changed the store", readOnly)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A program of another vocabulary brings the store up to date when it opens it.
func TestMigrateVocabulary(t *testing.T) {
	address, options := server(t)
	s := fresh(t, address, options)
	storetest.Fill(t, s)
	before := dump(t, s)
	run(t, s.(*store), `
		MATCH (g:PolicyGraph) SET g.vocabulary = 'of long ago'
		WITH g MATCH (google:Organization {id: 'google'}) SET google.name = 'Backrub', google.companySort = 'backrub'
		WITH g MATCH (:Organization)-[o:OWNED_BY]->() DELETE o`)
	if dump(t, s) == before {
		t.Fatal("the store is as before")
	}
	again, err := Open(t.Context(), address, options)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := dump(t, again); got != before {
		t.Error("opening did not bring the directory up to date")
	}
}

func TestWrongPassword(t *testing.T) {
	address, options := server(t)
	if options.Password == "" {
		if os.Getenv("NEO4J_REQUIRED") == "1" {
			t.Fatal("a wrong password was NOT tested, and NEO4J_REQUIRED=1 demands it: start the server with a password")
		}
		t.Skip("a wrong password was NOT tested: the server at NEO4J_URI demands none")
	}
	options.Password += "-but-wrong"
	_, err := Open(t.Context(), address, options)
	if err == nil {
		t.Fatal("the server takes any password")
	}
	for _, name := range []string{"NEO4J_USERNAME", "NEO4J_PASSWORD"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("error %q does not name %s", err, name)
		}
	}
	if strings.Contains(err.Error(), options.Password) || errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("error %q tells the password or says that there is no server", err)
	}
}

func TestUnknownDatabase(t *testing.T) {
	address, options := server(t)
	options.Database = "nosuchdatabase"
	if _, err := Open(t.Context(), address, options); err == nil || !strings.Contains(err.Error(), "NEO4J_DATABASE") {
		t.Errorf("open: %v, want an error that names NEO4J_DATABASE", err)
	}
}

func dump(t *testing.T, s graph.Store) string {
	t.Helper()
	var b strings.Builder
	if err := graph.Dump(t.Context(), s, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
