package sqlite

import (
	"fmt"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
)

// A query is an SQL text in the making. Its text is put together from the
// constant fragments of this package; values enter as parameters only. No
// column that a condition compares is NULL, which neither it nor its negation
// would select.
type query struct {
	args []any
	// scope is the condition that evidence e of practice p is of a version that is asked about.
	scope string
	// anchored tells that some condition selects few practices, by an index:
	// what else must hold is then tested for each of these. Else the first list
	// that is asked for becomes the anchor; no list is read in full but that one.
	anchored bool
}

// bind makes v a parameter and returns its name.
func (q *query) bind(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("?%d", len(q.args))
}

// values makes a set a parameter and returns the query for its items. One
// parameter, however long the set is, keeps the number of texts small.
func values[T ~string](q *query, set []T) string {
	return "(SELECT value FROM json_each(" + q.bind(array(set)) + "))"
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

// in adds that a column is one of set, unless set is empty.
func in[T ~string](q *query, c *conditions, column string, set []T) {
	if len(set) > 0 {
		c.add("%s IN %s", column, values(q, set))
	}
}

// meets adds that practice p has in a list one of set, unless set is empty.
func meets[T ~string](q *query, c *conditions, table string, set []T) {
	switch {
	case len(set) == 0:
	case q.anchored:
		c.add("EXISTS (SELECT 1 FROM %s WHERE practice_id = p.id AND term IN %s)", table, values(q, set))
	default:
		c.add("p.id IN (SELECT practice_id FROM %s WHERE term IN %s)", table, values(q, set))
		q.anchored = true
	}
}

// combine adds what And, Or and Not of a filter ask.
func combine[F any](c *conditions, and, or []F, not *F, condition func(F) string) {
	for _, f := range and {
		c.add("(%s)", condition(f))
	}
	if len(or) > 0 {
		alternatives := make([]string, len(or))
		for i, f := range or {
			alternatives[i] = "(" + condition(f) + ")"
		}
		c.add("(%s)", strings.Join(alternatives, " OR "))
	}
	if not != nil {
		c.add("NOT (%s)", condition(*not))
	}
}

// practice returns the condition that a practice p meets the filter.
func (q *query) practice(f graph.PracticeFilter) string {
	var c conditions
	q.anchored = q.anchored || len(f.Keys)+len(f.PolicyIDs)+len(f.VersionIDs) > 0 || f.Company != nil || f.Recipient != nil || f.Source != nil
	in(q, &c, "p.key", f.Keys)
	in(q, &c, "p.policy_id", f.PolicyIDs)
	if len(f.VersionIDs) > 0 {
		c.add("p.id IN (SELECT practice_id FROM evidence WHERE version_id IN %s)", values(q, f.VersionIDs))
	}
	q.party(&c, "p.company_id", f.Company)
	q.party(&c, "p.recipient", f.Recipient)
	q.party(&c, "p.source", f.Source)
	if len(f.Categories) > 0 {
		set := values(q, f.Categories)
		c.add("(p.category IN %[1]s OR p.role IN %[1]s)", set)
	}
	meets(q, &c, "practice_data_type", f.DataTypes)
	meets(q, &c, "practice_purpose", f.Purposes)
	meets(q, &c, "practice_legal_basis", f.LegalBases)
	meets(q, &c, "practice_safeguard", f.Safeguards)
	q.place(&c, f.Place)
	in(q, &c, "p.action", f.Actions)
	in(q, &c, "p.stance", some(f.Stance))
	if f.Method != "" {
		c.add("EXISTS (SELECT 1 FROM evidence e WHERE e.practice_id = p.id AND e.method = %s AND %s)", q.bind(f.Method), q.scope)
	}
	q.retention(&c, f.Retention)
	combine(&c, f.And, nil, nil, q.practice)
	anchored := q.anchored
	q.anchored = true // an alternative or a negation is no anchor
	combine(&c, nil, f.Or, f.Not, q.practice)
	q.anchored = anchored
	return c.String()
}

// party adds that there is an organisation in a column, and that it meets the filter.
func (q *query) party(c *conditions, column string, f *graph.OrganizationFilter) {
	if f != nil {
		c.add("%[1]s <> '' AND %[1]s IN (SELECT o.id FROM organization o WHERE %[2]s)", column, q.organization(*f))
	}
}

func (q *query) place(c *conditions, f *graph.PlaceFilter) {
	switch {
	case f == nil:
		return
	case len(f.In) == 0:
		c.add("p.places <> '[]'")
	default:
		meets(q, c, "practice_place", f.In)
	}
	in(q, c, "p.place_role", some(f.Role))
}

func (q *query) retention(c *conditions, f *graph.RetentionFilter) {
	if f == nil {
		return
	}
	c.add("p.retention <> ''")
	if !f.AtLeast.IsZero() {
		c.add("p.retention_seconds >= %s", q.bind(f.AtLeast.Seconds()))
	}
	if !f.AtMost.IsZero() {
		c.add("p.retention_seconds BETWEEN 0 AND %s", q.bind(f.AtMost.Seconds()))
	}
	in(q, c, "p.retention_criterion", f.Criteria)
}

// organization returns the condition that an organisation o meets the filter.
func (q *query) organization(f graph.OrganizationFilter) string {
	var c conditions
	in(q, &c, "o.id", f.IDs)
	if len(f.Names) > 0 {
		c.add("o.id IN (SELECT organization_id FROM organization_name WHERE name IN %s)", values(q, each(f.Names, policy.NameKey)))
	}
	if len(f.Domains) > 0 {
		c.add("o.id IN (SELECT organization_id FROM organization_domain WHERE domain IN %s)", values(q, each(f.Domains, strings.ToLower)))
	}
	in(q, &c, "o.lei", f.LEIs)
	in(q, &c, "o.kind", f.Kinds)
	in(q, &c, "o.country", f.Countries)
	in(q, &c, "o.sector", f.Sectors)
	if f.Company {
		c.add(isCompany)
	}
	if f.Processor {
		c.add(isProcessor)
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

func each[T, U any](items []T, f func(T) U) []U {
	out := make([]U, len(items))
	for i, item := range items {
		out[i] = f(item)
	}
	return out
}
