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
	found := q.practices(f, asOf) + "\nWITH p, run, " + q.sort(order) + " AS sort, p.key AS id"
	returned := `p {.*} AS p, sort, p.runFrom[run] AS from, p.runTo[run] AS to, coalesce(p.sinceFirst AND run = 0, false) AS sinceFirst,
		COLLECT {
			MATCH (p)-[:EVIDENCED_BY]->(e:Evidence)
			WHERE ` + q.scope + `
			WITH e ORDER BY e.versionId, e.rank // behind RETURN, e would be what it returns
			RETURN ` + evidenceFields + `
		} AS evidence`
	list, err := paged(ctx, s, q, found, returned, page, practiceOf)
	if err != nil {
		return list, fmt.Errorf("practices: %w", err)
	}
	return list, nil
}

// practices returns the text that binds each practice p that f selects in its
// scope, with the index of its run there: the versions of the outermost
// filter, else what stands at asOf. Further conditions must hold too.
func (q *query) practices(f graph.PracticeFilter, asOf graph.AsOf, further ...string) string {
	moment, valid := "", ""
	if len(f.VersionIDs) > 0 {
		versions := q.bind(f.VersionIDs)
		q.scope = "e.versionId IN " + versions
		// The latest run in which one of the versions stood is that of their latest spell.
		moment = `COLLECT {
			MATCH (p)<-[:STATES]-(v:Version)<-[spell:HAS_VERSION]-(:Policy)
			WHERE v.id IN ` + versions + `
			RETURN max(spell.from)
		}[0]`
	} else {
		moment = q.bind(stamp(asOf.Moment()))
		q.scope = fmt.Sprintf("EXISTS { (e)-[:IN_VERSION]->(:Version)<-[spell:HAS_VERSION]-(:Policy) WHERE spell.from <= %[1]s AND %[1]s < spell.to }", moment)
		valid = " WHERE run IS NOT NULL"
	}
	selected := append(conditions{q.practice(f)}, further...)
	return q.begin() + "\nMATCH (p:Practice) WHERE " + selected.String() + `
		WITH p, ` + moment + ` AS moment
		WITH p, [i IN range(0, size(p.runFrom) - 1) WHERE p.runFrom[i] <= moment AND moment < p.runTo[i] | i][0] AS run` + valid
}

// sort returns the sort value of an order.
func (q *query) sort(order graph.PracticeOrder) string {
	switch order {
	case graph.ByRetention:
		return "p.retentionSort"
	case graph.ByValidFrom:
		return "coalesce(p.runSort[run], " + q.bind(graph.ValidFromSort(time.Time{})) + ")"
	}
	return "p.sort"
}

func practiceOf(r record) (graph.Practice, error) {
	p, _ := r.node("p")
	evidence, err := evidencesOf(r)
	return graph.Practice{
		Statement: statementOf(p), Key: p.text("key"), PolicyID: p.text("policyId"), CompanyID: p.text("companyId"),
		Evidence: evidence, Run: policy.Run{From: r.moment("from"), To: r.moment("to")},
		SinceFirst: r.flag("sinceFirst"), Sort: r.text("sort"),
	}, err
}

// evidenceFields is what evidenceOf reads.
const evidenceFields = `e {.id, .practiceKey, .versionId, .quote, .context, .bounds, .party, .method, .rule, .confidence}`

func evidencesOf(r record) ([]graph.Evidence, error) {
	var out []graph.Evidence
	for _, e := range r.maps("evidence") {
		v, err := evidenceOf(e)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Evidence implements graph.Store.
func (s *store) Evidence(ctx context.Context, ids []string) ([]graph.Evidence, error) {
	const cypher = `UNWIND $ids AS id MATCH (e:Evidence {id: id}) RETURN DISTINCT ` + evidenceFields + ` AS e`
	out, err := read(ctx, s, cypher, params{"ids": plain(ids)}, func(r record) (graph.Evidence, error) {
		e, _ := r.node("e")
		return evidenceOf(e)
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return out, nil
}
