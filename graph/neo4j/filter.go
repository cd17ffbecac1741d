package neo4j

import (
	"fmt"
	"slices"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
)

// A query is a Cypher text in the making. Its text is put together from the
// constant fragments of this package; values enter as parameters only.
//
// What a node does not have is kept as empty text or list, never left out:
// null in a comparison would be neither true nor false, and so neither
// selected by a condition nor by its negation.
type query struct {
	params  params
	prelude []string // what is evaluated once, before the first MATCH, each to a list of IDs
	scope   scope
}

// A scope says which evidence e is of a version that is asked about: what
// follows (e:Evidence) in a pattern, and the condition that must hold.
type scope struct{ path, within string }

func newQuery() *query { return &query{params: params{}} }

// bind makes v a parameter and returns its name.
func (q *query) bind(v any) string {
	name := fmt.Sprintf("p%d", len(q.params))
	q.params[name] = v
	return "$" + name
}

// precompute has a text that returns IDs evaluated once, and returns the name of its list.
func (q *query) precompute(ids string) string {
	name := fmt.Sprintf("list%d", len(q.prelude))
	q.prelude = append(q.prelude, fmt.Sprintf("COLLECT { %s } AS %s", ids, name))
	return name
}

// begin returns what has to stand before the first MATCH.
func (q *query) begin() string {
	if len(q.prelude) == 0 {
		return ""
	}
	return "WITH " + strings.Join(q.prelude, ",\n")
}

// conditions are joined by AND.
type conditions []string

func (c *conditions) add(format string, args ...any) { *c = append(*c, fmt.Sprintf(format, args...)) }

func (c conditions) String() string {
	if len(c) == 0 {
		return "true"
	}
	return strings.Join(c, " AND ")
}

// in adds that a property is one of set, unless set is empty.
func in[T ~string](q *query, c *conditions, property string, set []T) {
	if len(set) > 0 {
		c.add("%s IN %s", property, q.bind(plain(set)))
	}
}

// meets adds that a list shares an item with set, unless set is empty.
func meets[T ~string](q *query, c *conditions, property string, set []T) {
	if len(set) > 0 {
		c.add("any(x IN %s WHERE x IN %s)", property, q.bind(plain(set)))
	}
}

// combine adds what And, Or and Not of a filter ask. Alternatives stand in a
// CASE, because the server brings AND and OR into conjunctive normal form before
// it plans: nested filters would grow beyond all bounds.
func combine[F any](c *conditions, and, or []F, not *F, condition func(F) string) {
	for _, f := range and {
		c.add("(%s)", condition(f))
	}
	if len(or) > 0 {
		var alternatives strings.Builder
		for _, f := range or {
			fmt.Fprintf(&alternatives, " WHEN %s THEN true", condition(f))
		}
		c.add("CASE%s ELSE false END", alternatives.String())
	}
	if not != nil {
		c.add("NOT (%s)", condition(*not))
	}
}

// practice returns the condition that a practice p meets the filter at the moment $at.
func (q *query) practice(f graph.PracticeFilter) string {
	var c conditions
	in(q, &c, "p.key", f.Keys)
	in(q, &c, "p.policyId", f.PolicyIDs)
	meets(q, &c, "p.versionIds", f.VersionIDs)
	q.party(&c, "p.companyId", f.Company)
	q.party(&c, "p.organization", f.Recipient)
	q.party(&c, "p.source", f.Source)
	if len(f.Categories) > 0 {
		c.add("(p.category IN %[1]s OR p.role IN %[1]s)", q.bind(plain(f.Categories)))
	}
	meets(q, &c, "p.dataTypes", f.DataTypes)
	meets(q, &c, "p.purposes", f.Purposes)
	meets(q, &c, "p.legalBases", f.LegalBases)
	meets(q, &c, "p.safeguards", f.Safeguards)
	q.place(&c, f.Place)
	in(q, &c, "p.action", f.Actions)
	in(q, &c, "p.stance", some(f.Stance))
	if f.Method != "" {
		c.add("EXISTS { (p)-[:EVIDENCED_BY]->(e:Evidence {method: %s})%s WHERE %s }", q.bind(string(f.Method)), q.scope.path, q.scope.within)
	}
	q.retention(&c, f.Retention)
	combine(&c, f.And, f.Or, f.Not, q.practice)
	return c.String()
}

// pattern returns where the search for practices p begins: at those of an index,
// if the filter has a condition that an index answers, else at the terms of a
// facet, else at all. What it adds to c, the filter asks for anyway.
func (q *query) pattern(f graph.PracticeFilter, c *conditions) string {
	must := conjuncts(f)
	if slices.ContainsFunc(must, indexed) {
		return "(p:Practice)"
	}
	for _, f := range must {
		for _, facet := range []struct {
			terms   []string
			pattern string
		}{
			{f.Safeguards, "(p:Practice)-[:PROTECTED_BY]->(term:Safeguard)"},
			{f.LegalBases, "(p:Practice)-[:UNDER]->(term:LegalBasis)"},
			{f.Purposes, "(p:Practice)-[:FOR]->(term:Purpose)"},
			{f.DataTypes, "(p:Practice)-[:OF]->(term:DataType)"},
		} {
			if len(facet.terms) > 0 {
				in(q, c, "term.id", facet.terms)
				return facet.pattern
			}
		}
	}
	return "(p:Practice)"
}

// conjuncts returns a filter and the filters that must hold with it.
func conjuncts(f graph.PracticeFilter) []graph.PracticeFilter {
	out := []graph.PracticeFilter{f}
	for _, and := range f.And {
		out = append(out, conjuncts(and)...)
	}
	return out
}

// indexed reports whether an index finds what f selects, but for other fields of f.
func indexed(f graph.PracticeFilter) bool {
	return len(f.Keys)+len(f.PolicyIDs)+len(f.VersionIDs)+len(f.Categories) > 0 || f.Company != nil || f.Recipient != nil || f.Source != nil
}

// party adds that the organisation named by a property meets the filter.
func (q *query) party(c *conditions, property string, f *graph.OrganizationFilter) {
	if f == nil {
		return
	}
	c.add("%s IN %s", property, q.precompute("MATCH (o:Organization) WHERE "+q.organization(*f)+" RETURN o.id"))
}

func (q *query) place(c *conditions, f *graph.PlaceFilter) {
	switch {
	case f == nil:
		return
	case len(f.In) == 0:
		c.add("size(p.places) > 0")
	default:
		meets(q, c, "p.places", f.In)
	}
	in(q, c, "p.placeRole", some(f.Role))
}

func (q *query) retention(c *conditions, f *graph.RetentionFilter) {
	if f == nil {
		return
	}
	c.add("p.kept <> ''")
	if !f.AtLeast.IsZero() {
		c.add("p.retention >= %s", q.bind(f.AtLeast.Seconds()))
	}
	if !f.AtMost.IsZero() {
		c.add("p.retention >= 0 AND p.retention <= %s", q.bind(f.AtMost.Seconds()))
	}
	in(q, c, "p.criterion", f.Criteria)
}

// organization returns the condition that an organisation o meets the filter.
func (q *query) organization(f graph.OrganizationFilter) string {
	var c conditions
	in(q, &c, "o.id", f.IDs)
	meets(q, &c, "o.nameKeys", each(f.Names, policy.NameKey))
	meets(q, &c, "o.domainKeys", each(f.Domains, strings.ToLower))
	in(q, &c, "o.lei", f.LEIs)
	in(q, &c, "o.kind", f.Kinds)
	in(q, &c, "o.country", f.Countries)
	in(q, &c, "o.sector", f.Sectors)
	if f.Company {
		c.add("o:Company")
	}
	if f.Processor {
		c.add("o:Processor")
	}
	combine(&c, f.And, f.Or, f.Not, q.organization)
	return c.String()
}

// some returns the set of v, empty for the zero value.
func some[T ~string](v T) []T {
	if v == "" {
		return nil
	}
	return []T{v}
}
