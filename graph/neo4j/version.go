package neo4j

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// Policies implements graph.Store.
func (s *store) Policies(ctx context.Context, f graph.PolicyFilter) ([]graph.Policy, error) {
	q := newQuery()
	var c conditions
	in(q, &c, "p.id", f.IDs)
	in(q, &c, "p.companyId", f.CompanyIDs)
	cypher := `MATCH (company:Company)-[:PUBLISHES]->(p:Policy) WHERE ` + c.String() + `
		RETURN p {.*} AS p ORDER BY company.sort, company.id, p.url, p.id`
	out, err := read(ctx, s, cypher, q.params, func(r record) (graph.Policy, error) {
		p := r.node("p")
		return graph.Policy{Policy: policyOf(p), Spells: policy.Spells(capturesOf(p))}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return out, nil
}

// Versions implements graph.Store.
func (s *store) Versions(ctx context.Context, f graph.VersionFilter) ([]graph.Version, error) {
	q := newQuery()
	var c conditions
	in(q, &c, "v.id", f.IDs)
	in(q, &c, "v.policyId", f.PolicyIDs)
	if f.NotRules != "" {
		c.add("v.rules <> %s", q.bind(f.NotRules))
	}
	text := ""
	if f.WithText {
		text = ", .text, .layout"
	}
	cypher := `MATCH (p:Policy), (v:Version {policyId: p.id}) WHERE ` + c.String() + `
		RETURN p.captures AS captures, v {.id, .policyId, .hash, .language, .assessed, .rules, .about` + text + `} AS v`
	out, err := read(ctx, s, cypher, q.params, func(r record) (graph.Version, error) {
		v, err := versionOf(r.node("v"))
		v.Spells = slices.DeleteFunc(policy.Spells(capturesOf(r)), func(s policy.Spell) bool { return s.VersionID != v.ID })
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	slices.SortFunc(out, compareVersions)
	return out, nil
}

func compareVersions(a, b graph.Version) int {
	return cmp.Or(cmp.Compare(a.PolicyID, b.PolicyID), firstSeen(a).Compare(firstSeen(b)), cmp.Compare(a.ID, b.ID))
}

// firstSeen is the zero time for a version that never stood.
func firstSeen(v graph.Version) time.Time {
	if len(v.Spells) == 0 {
		return time.Time{}
	}
	return v.Spells[0].From
}

// Counts implements graph.Store.
func (s *store) Counts(ctx context.Context) (graph.Counts, error) {
	const cypher = `
		RETURN COUNT { (:Company) } AS companies, COUNT { (:Organization) } AS organizations, COUNT { (:Processor) } AS processors,
			COUNT { (:Policy) } AS policies, COUNT { (:Version) } AS versions, COUNT { (:Practice) } AS practices, COUNT { (:Evidence) } AS evidence,
			COUNT { (:Version {assessed: false}) } AS notAssessed,
			COLLECT { MATCH (p:Policy) RETURN max(p.captures[-1]) }[0] AS newest`
	counts, err := read(ctx, s, cypher, nil, func(r record) (graph.Counts, error) {
		c := graph.Counts{
			Companies: r.number("companies"), Organizations: r.number("organizations"), Processors: r.number("processors"),
			Policies: r.number("policies"), Versions: r.number("versions"), Practices: r.number("practices"), Evidence: r.number("evidence"),
			NotAssessed: r.number("notAssessed"),
		}
		newest := r.text("newest")
		if newest == "" {
			return c, nil
		}
		capture, err := captureOf(newest)
		c.Newest = capture.At
		return c, err
	})
	if err != nil {
		return graph.Counts{}, fmt.Errorf("counts: %w", err)
	}
	return counts[0], nil
}
