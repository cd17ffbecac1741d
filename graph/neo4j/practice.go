package neo4j

import (
	"context"
	"fmt"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// Practices implements graph.Store.
func (s *store) Practices(ctx context.Context, f graph.PracticeFilter, asOf graph.AsOf, order graph.PracticeOrder, page graph.Page) (graph.List[graph.Practice], error) {
	q := newQuery()
	l := listing{binds: []string{"p", "moment"}}
	l.found = q.practices(f, asOf) + "\nWITH p, moment, " + q.sort(order) + " AS sort, p.key AS id"
	l.returned = `p {.*, sort: sort, moment: moment, evidence: COLLECT {
			MATCH (p)-[:EVIDENCED_BY]->(e:Evidence)` + q.scope.path + `
			WHERE ` + q.scope.within + `
			RETURN ` + evidenceFields + ` AS one ORDER BY e.versionId, e.rank
		}}`
	list, err := paged(ctx, s, q, l, page, practiceOf)
	if err != nil {
		return list, fmt.Errorf("practices: %w", err)
	}
	return list, nil
}

// practices returns the text that binds each practice p that f selects in its
// scope, and the moment whose run is that of p: the versions of the outermost
// filter, else what stands at asOf. Further conditions must hold too, and begin
// at an index.
func (q *query) practices(f graph.PracticeFilter, asOf graph.AsOf, further ...string) string {
	var c conditions
	moment := q.bind(stamp(asOf.Moment()))
	if len(f.VersionIDs) > 0 {
		versions := q.bind(f.VersionIDs)
		q.scope.within = "e.versionId IN " + versions
		c.add("p.policyId IN %s", q.precompute("MATCH (v:Version) WHERE v.id IN "+versions+" RETURN DISTINCT v.policyId"))
		// The latest run in which one of the versions stood is that of their latest spell.
		moment = `COLLECT {
			MATCH (p)<-[:STATES]-(v:Version)<-[spell:HAS_VERSION]-(:Policy)
			WHERE v.id IN ` + versions + `
			RETURN max(spell.from)
		}[0]`
	} else {
		q.scope.path = "-[:IN_VERSION]->(:Version)<-[spell:HAS_VERSION]-(:Policy)"
		q.scope.within = fmt.Sprintf("spell.from <= %[1]s AND %[1]s < spell.to", moment)
		c.add("%[1]s < p.validTo AND (p.validFrom <= %[1]s OR p.firstSeen <= %[1]s AND any(%[2]s))", moment, holds(moment))
	}
	pattern := "(p:Practice)"
	if len(further) == 0 {
		pattern = q.pattern(f, &c)
	}
	c = append(append(c, q.practice(f)), further...)
	return q.begin() + "\nMATCH " + pattern + " WHERE " + c.String() + "\nWITH DISTINCT p\nWITH p, " + moment + " AS moment"
}

// holds is the index of the run of p that holds a moment, as an iteration.
func holds(moment string) string {
	return fmt.Sprintf("i IN range(0, size(p.runFrom) - 1) WHERE p.runFrom[i] <= %[1]s AND %[1]s < p.runTo[i]", moment)
}

// sort returns the sort value of an order.
func (q *query) sort(order graph.PracticeOrder) string {
	switch order {
	case graph.ByRetention:
		return "p.retentionSort"
	case graph.ByValidFrom:
		return "coalesce([" + holds("moment") + " | p.runSort[i]][0], " + q.bind(graph.ValidFromSort(time.Time{})) + ")"
	}
	return "p.sort"
}

func practiceOf(p record) (graph.Practice, error) {
	out := graph.Practice{
		Statement: statementOf(p), Key: p.text("key"), PolicyID: p.text("policyId"), CompanyID: p.text("companyId"), Sort: p.text("sort"),
	}
	moment, from, to := p.moment("moment"), p.moments("runFrom"), p.moments("runTo")
	for i := range min(len(from), len(to)) {
		if run := (policy.Run{From: from[i], To: to[i]}); run.Holds(moment) {
			out.Run, out.SinceFirst = run, p.flag("sinceFirst") && i == 0
		}
	}
	for _, e := range p.maps("evidence") {
		v, err := evidenceOf(e)
		if err != nil {
			return out, err
		}
		out.Evidence = append(out.Evidence, v)
	}
	return out, nil
}

// evidenceFields is what evidenceOf reads.
const evidenceFields = `e {.id, .practiceKey, .versionId, .quote, .context, .bounds, .party, .method, .rule, .confidence}`

// Evidence implements graph.Store.
func (s *store) Evidence(ctx context.Context, ids []string) ([]graph.Evidence, error) {
	const cypher = `UNWIND $ids AS id MATCH (e:Evidence {id: id}) RETURN DISTINCT ` + evidenceFields + ` AS e`
	out, err := read(ctx, s, cypher, params{"ids": plain(ids)}, func(r record) (graph.Evidence, error) {
		return evidenceOf(r.node("e"))
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return out, nil
}
