package neo4j

import (
	"context"
	"slices"
	"strings"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"policygraph/graph"
	"policygraph/graph/storetest"
)

// A question about something that is named begins at an index, whatever else
// it asks: it never reads all practices, organisations or evidence.
func TestPlans(t *testing.T) {
	address, options := server(t)
	s := fresh(t, address, options).(*store)
	storetest.Fill(t, s)
	run(t, s, `CALL db.prepareForReplanning(60)`) // plans rest on statistics, which lag behind
	named := &graph.OrganizationFilter{IDs: []string{"google"}}
	for name, f := range map[string]graph.PracticeFilter{
		"keys":                      {Keys: []string{"k"}},
		"policies":                  {PolicyIDs: []string{"p"}},
		"versions":                  {VersionIDs: []string{"v"}},
		"company":                   {Company: named},
		"recipient":                 {Recipient: named},
		"recipient and a data type": {Recipient: named, And: []graph.PracticeFilter{{DataTypes: []string{"pd:EmailAddress"}}}},
		"source":                    {Source: named},
		"data types":                {DataTypes: []string{"pd:EmailAddress"}},
		"purposes, one level down":  {And: []graph.PracticeFilter{{Purposes: []string{"dpv:CustomerCare"}}}},
		"legal bases":               {LegalBases: []string{"eu-gdpr:A6-1-a"}},
		"safeguards":                {Safeguards: []string{"x:EU-US-DPF"}},
	} {
		q := newQuery()
		if scans := scansOf(t, s, q.practices(f, graph.AsOf{})+" RETURN p", q.params); len(scans) > 0 {
			t.Errorf("practices by %s: the plan has %s", name, scans)
		}
	}
	for name, sq := range map[string]graph.SharingQuery{
		"shares with": {Companies: []string{"acme-retail"}},
		"shared by":   {Organizations: []string{"google"}},
	} {
		q := newQuery()
		if scans := scansOf(t, s, q.practices(sq.Filter, sq.AsOf, q.disclosing(sq)...)+" RETURN p", q.params); len(scans) > 0 {
			t.Errorf("%s: the plan has %s", name, scans)
		}
	}
	q := newQuery()
	if scans := scansOf(t, s, q.practices(graph.PracticeFilter{}, graph.AsOf{})+" RETURN p", q.params); len(scans) == 0 {
		t.Error("the plan of all practices has no scan: this test sees none")
	}
}

// scansOf returns the steps of the plan of a text that read all nodes of a kind.
func scansOf(t *testing.T, s *store, cypher string, p params) []string {
	t.Helper()
	result, err := driver.ExecuteQuery(context.Background(), s.driver, "EXPLAIN "+cypher, p, driver.EagerResultTransformer,
		driver.ExecuteQueryWithDatabase(s.database))
	if err != nil {
		t.Fatal(err)
	}
	var scans []string
	for todo := []driver.Plan{result.Summary.Plan()}; len(todo) > 0; todo = todo[1:] {
		step := todo[0].Operator()
		if strings.Contains(step, "Scan") {
			scans = append(scans, step)
		}
		todo = slices.Concat(todo[:1], todo[0].Children(), todo[1:])
	}
	return scans
}
