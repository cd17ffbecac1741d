package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// TestStoresAgree loads the same policies into SQLite and into a real Neo4j:
// the whole graph and the answer to every example query are equal, byte for
// byte. The policies are the real ones beside the repository where they are.
func TestStoresAgree(t *testing.T) {
	env := neo4jEnvironment(t)
	folder := realPolicies(t)
	sqlite := newStore(t)
	for _, store := range []string{sqlite, env["POLICYGRAPH_STORE"]} {
		if r := runWith(t, env, "ingest", "--store", store, folder); r.code != exitDone && r.code != exitFailed {
			t.Fatalf("ingest into %s: exit %d\n%s", store, r.code, r.stderr)
		} else {
			t.Logf("%s: %s", store, r.lastLine())
		}
	}
	agree(t, env, sqlite, "export", "--format", "jsonl")
	agree(t, env, sqlite, "export", "--format", "csv")
	queries, err := filepath.Glob("../../docs/queries/*.graphql")
	if err != nil || len(queries) < 12 {
		t.Fatalf("%d example queries (err %v)", len(queries), err)
	}
	for _, query := range queries {
		agree(t, env, sqlite, "query", query)
	}
}

// agree runs a command on SQLite and on Neo4j and compares what it prints.
func agree(t *testing.T, env map[string]string, sqlite string, args ...string) {
	t.Helper()
	a, b := run(t, append(args, "--store", sqlite)...), runWith(t, env, args...)
	if a.code != exitDone || b.code != exitDone {
		t.Fatalf("%v: exit %d from SQLite, %d from Neo4j\n%s%s", args, a.code, b.code, a.stderr, b.stderr)
	}
	if len(a.stdout) < 20 {
		t.Errorf("%v: no answer: %q", args, a.stdout)
	}
	if a.stdout == b.stdout {
		return
	}
	left, right := strings.Split(a.stdout, "\n"), strings.Split(b.stdout, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			t.Fatalf("%v: line %d differs\nSQLite: %s\nNeo4j:  %s", args, i+1, oneLine(left[i], 2000), oneLine(right[i], 2000))
		}
	}
	t.Fatalf("%v: %d lines from SQLite, %d from Neo4j", args, len(left), len(right))
}

// realPolicies returns the folder of real policies beside the repository, or
// one with policies of ours, and says so.
func realPolicies(t *testing.T) string {
	shared := os.Getenv("POLICYGRAPH_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	folder := filepath.Join(shared, "corpus", "policies")
	if _, err := os.Stat(folder); err != nil || testing.Short() {
		t.Logf("NOTE: policies of ours are used: %s is absent, or -short was given", folder)
		return policyFolder(t, 20)
	}
	return folder
}

// neo4jEnvironment returns the environment of a program that keeps its graph in
// the test server, whose database it empties: it must hold nothing but what
// tests put there. See graph/neo4j for the variables.
func neo4jEnvironment(t *testing.T) map[string]string {
	t.Helper()
	uri := os.Getenv("NEO4J_URI")
	switch {
	case uri != "":
	case os.Getenv("NEO4J_REQUIRED") == "1":
		t.Fatal("Neo4j was NOT tested, and NEO4J_REQUIRED=1 demands it: set NEO4J_URI or run make test")
	default:
		t.Skip("Neo4j was NOT tested: set NEO4J_URI or run make test")
	}
	env := map[string]string{"POLICYGRAPH_STORE": uri}
	for _, name := range []string{"NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"} {
		env[name] = os.Getenv(name)
	}
	cypher(t, env, `MATCH (n) WITH count(n) AS nodes OPTIONAL MATCH (g:PolicyGraph {test: true})
		WITH nodes, count(g) AS ours WHERE nodes > 0 AND ours = 0 RETURN 1/0`)
	cypher(t, env, `MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS`)
	mustRunWith(t, env, "migrate")
	cypher(t, env, `MATCH (g:PolicyGraph) SET g.test = true`)
	return env
}

func mustRunWith(t *testing.T, env map[string]string, args ...string) {
	t.Helper()
	if r := runWith(t, env, args...); r.code != exitDone {
		t.Fatalf("policygraph %v: exit %d\n%s", args, r.code, r.stderr)
	}
}

// cypher runs a statement behind the store's back.
func cypher(t *testing.T, env map[string]string, statement string) {
	t.Helper()
	auth := neo4j.NoAuth()
	if env["NEO4J_USERNAME"] != "" {
		auth = neo4j.BasicAuth(env["NEO4J_USERNAME"], env["NEO4J_PASSWORD"], "")
	}
	driver, err := neo4j.NewDriverWithContext(env["POLICYGRAPH_STORE"], auth)
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(t.Context())
	session := driver.NewSession(t.Context(), neo4j.SessionConfig{DatabaseName: env["NEO4J_DATABASE"]})
	defer session.Close(t.Context())
	result, err := session.Run(t.Context(), statement, nil)
	if err == nil {
		_, err = result.Consume(t.Context())
	}
	if err != nil {
		t.Fatalf("%v\n(the database at %s must hold nothing but what tests put there)", err, env["POLICYGRAPH_STORE"])
	}
}
