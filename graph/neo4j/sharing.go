package neo4j

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"policygraph/graph"
	"policygraph/policy"
)

// Sharing implements graph.Store.
func (s *store) Sharing(ctx context.Context, sq graph.SharingQuery, page graph.Page) (graph.List[graph.Sharing], error) {
	if (len(sq.Companies) > 0) == (len(sq.Organizations) > 0) {
		return graph.List[graph.Sharing]{}, errors.New("sharing: name companies or organisations, one of them")
	}
	far, near := "p.organization", "p.companyId"
	if len(sq.Organizations) > 0 {
		far, near = near, far
	}
	q := newQuery()
	l := listing{binds: []string{"company", "organization", "practices"}}
	l.found = q.practices(sq.Filter, sq.AsOf, q.disclosing(sq)...) + fmt.Sprintf(`
		WITH %[1]s AS far, %[2]s AS near, p.companyId AS company, p.organization AS organization, collect(p) AS practices
		MATCH (o:Organization {id: far})
		WITH company, organization, practices, o.sort AS sort, far + ' ' + near AS id`, far, near)
	l.returned = `{company: company, organization: organization, sort: sort, id: id,
		practices: [p IN practices | p {.dataTypes, .purposes, .places, .placeRole, .firstSeen, .validTo}]}`
	list, err := paged(ctx, s, q, l, page, sharingOf)
	if err != nil {
		return list, fmt.Errorf("sharing: %w", err)
	}
	return list, nil
}

// disclosing returns the conditions that a practice makes an edge of the query.
func (q *query) disclosing(sq graph.SharingQuery) conditions {
	c := conditions{"p.organization <> ''"}
	in(q, &c, "p.companyId", sq.Companies)
	in(q, &c, "p.organization", sq.Organizations)
	in(q, &c, "p.stance", some(cmp.Or(sq.Filter.Stance, policy.Stated)))
	in(q, &c, "p.action", disclosures())
	return c
}

func disclosures() []policy.Action {
	return slices.DeleteFunc(policy.Actions(), func(a policy.Action) bool { return !a.Discloses() })
}

func sharingOf(r record) (graph.Sharing, error) {
	e := graph.Sharing{ID: r.text("id"), CompanyID: r.text("company"), OrganizationID: r.text("organization"), Sort: r.text("sort")}
	for _, p := range r.maps("practices") {
		e.Practices++
		e.DataTypes = append(e.DataTypes, texts[string](p, "dataTypes")...)
		e.Purposes = append(e.Purposes, texts[string](p, "purposes")...)
		for _, place := range texts[policy.Place](p, "places") {
			e.Places = append(e.Places, graph.PlaceOfProcessing{Place: place, Role: policy.PlaceRole(p.text("placeRole"))})
		}
		if from := p.moment("firstSeen"); e.FirstSeen.IsZero() || !from.IsZero() && from.Before(e.FirstSeen) {
			e.FirstSeen = from
		}
		if to := p.moment("validTo"); to.After(e.LastSeen) {
			e.LastSeen = to
		}
	}
	e.DataTypes, e.Purposes = union(e.DataTypes, cmp.Compare), union(e.Purposes, cmp.Compare)
	e.Places = union(e.Places, func(a, b graph.PlaceOfProcessing) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Role, b.Role))
	})
	return e, nil
}

// union sorts items and drops repetitions.
func union[T comparable](items []T, compare func(a, b T) int) []T {
	slices.SortFunc(items, compare)
	return slices.Compact(items)
}
