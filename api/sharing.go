package api

import (
	"cmp"
	"context"
	"slices"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

func (organizationResolver) SharesWith(ctx context.Context, o *generated.Organization, filter *generated.PracticeFilter, asOf *string, includeSubsidiaries bool, first *int, after *string) (*generated.SharingConnection, error) {
	return sharings{with, filter, asOf, includeSubsidiaries}.of(ctx, o.Record.ID, window{first: first, after: after})
}

func (organizationResolver) SharedBy(ctx context.Context, o *generated.Organization, filter *generated.PracticeFilter, asOf *string, includeSubsidiaries bool, first *int, after *string) (*generated.SharingConnection, error) {
	return sharings{by, filter, asOf, includeSubsidiaries}.of(ctx, o.Record.ID, window{first: first, after: after})
}

// A direction tells which end of sharing edges is asked for.
type direction string

const (
	with direction = "sharesWith" // edges from a company
	by   direction = "sharedBy"   // edges to a recipient
)

// near returns the end of an edge that was asked for.
func (d direction) near(s graph.Sharing) string {
	if d == with {
		return s.CompanyID
	}
	return s.OrganizationID
}

// far returns the other end of an edge.
func (d direction) far(s graph.Sharing) string {
	if d == with {
		return s.OrganizationID
	}
	return s.CompanyID
}

// sharings is a field that lists sharing edges, with its arguments.
type sharings struct {
	direction           direction
	filter              *generated.PracticeFilter
	asOf                *string
	includeSubsidiaries bool
}

// of returns a part of the list of an organisation.
func (s sharings) of(ctx context.Context, id string, w window) (*generated.SharingConnection, error) {
	at, err := parseAsOf(s.asOf)
	if err != nil {
		return nil, err
	}
	lists := listOf(s.direction, jsonOf(s.filter), at, s.includeSubsidiaries)
	list := listOf(lists, id)
	page, err := w.page(ctx, list)
	if err != nil {
		return nil, err
	}
	filter, err := practiceFilter(ctx, s.filter, at)
	if err != nil {
		return nil, err
	}
	edges, err := part(ctx, lists.String(), id, page,
		func(ctx context.Context, ids []string, page graph.Page) (graph.List[graph.Sharing], func(graph.Sharing) []string, error) {
			return s.ask(ctx, ids, graph.SharingQuery{Filter: filter, AsOf: at}, page)
		})
	if err != nil {
		return nil, err
	}
	cursors := cursorsOf(list, edges.Items, func(e graph.Sharing) graph.Position { return graph.Position{Sort: e.Sort, ID: e.ID} })
	c := &generated.SharingConnection{TotalCount: edges.Total, PageInfo: pageInfo(page, edges.More, cursors), Edges: []generated.SharingEdge{}}
	for i, e := range edges.Items {
		edge := sharingEdgeOf(e)
		edge.Cursor, edge.Filter, edge.AsOf, edge.Lists = cursors[i], filter, at, lists.String()
		edge.Far, edge.Near = s.direction.far(e), s.direction.near(e)
		edge.Rolled = edge.Near != id
		c.Edges = append(c.Edges, edge)
	}
	return c, nil
}

// ask asks q for the edges of several organisations at once.
func (s sharings) ask(ctx context.Context, ids []string, q graph.SharingQuery, page graph.Page) (l graph.List[graph.Sharing], owners func(graph.Sharing) []string, err error) {
	heads := families{}
	for _, id := range ids {
		heads[id] = []string{id}
	}
	if s.includeSubsidiaries {
		if heads, err = familiesOf(ctx, ids, q.AsOf.Moment()); err != nil {
			return l, nil, err
		}
	}
	if s.direction == with {
		q.Companies = heads.members()
	} else {
		q.Organizations = heads.members()
	}
	l, err = storeOf(ctx).Sharing(ctx, q, page)
	return l, func(e graph.Sharing) []string { return heads.of(s.direction.near(e)) }, err
}

func sharingEdgeOf(s graph.Sharing) generated.SharingEdge {
	e := generated.SharingEdge{
		DataTypes: dataTypesOf(s.DataTypes), Purposes: purposesOf(s.Purposes), Places: []generated.PlaceOfProcessing{},
		FirstSeen: dateOf(s.FirstSeen), LastSeen: endOf(s.LastSeen), Record: s,
	}
	for _, p := range s.Places {
		e.Places = append(e.Places, generated.PlaceOfProcessing{Place: placeOf(p.Place), Role: p.Role})
	}
	return e
}

type sharingConnectionResolver struct{}

func (sharingConnectionResolver) Nodes(ctx context.Context, c *generated.SharingConnection) ([]generated.Organization, error) {
	keys := make([]string, len(c.Edges))
	for i, e := range c.Edges {
		keys[i] = e.Far
	}
	return organizationsByKey(ctx, keys)
}

type sharingEdgeResolver struct{}

func (sharingEdgeResolver) Node(ctx context.Context, e *generated.SharingEdge) (*generated.Organization, error) {
	return organizationByKey(ctx, e.Far)
}

func (sharingEdgeResolver) Via(ctx context.Context, e *generated.SharingEdge) (*generated.Organization, error) {
	if !e.Rolled {
		return nil, nil
	}
	return organizationByKey(ctx, e.Near)
}

// ends are both ends of a sharing edge.
type ends struct{ company, organization string }

func (sharingEdgeResolver) Practices(ctx context.Context, e *generated.SharingEdge, first *int, after *string) (*generated.PracticeConnection, error) {
	list := listOf("SharingEdge.practices", e.Lists, e.Record.ID)
	page, err := window{first: first, after: after}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	practices, err := part(ctx, "practices of edges "+e.Lists, ends{e.Record.CompanyID, e.Record.OrganizationID}, page,
		func(ctx context.Context, edges []ends, page graph.Page) (graph.List[graph.Practice], func(graph.Practice) []ends, error) {
			those := graph.PracticeFilter{Company: &graph.OrganizationFilter{}, Recipient: &graph.OrganizationFilter{}, And: []graph.PracticeFilter{e.Filter},
				Actions: disclosing(), Stance: cmp.Or(e.Filter.Stance, policy.Stated)}
			for _, edge := range edges {
				those.Company.IDs = append(those.Company.IDs, edge.company)
				those.Recipient.IDs = append(those.Recipient.IDs, edge.organization)
			}
			l, err := storeOf(ctx).Practices(ctx, those, e.AsOf, graph.ByCompany, page)
			return l, func(p graph.Practice) []ends { return []ends{{p.CompanyID, p.Recipient.Organization}} }, err
		})
	if err != nil {
		return nil, err
	}
	return practiceConnection(list, page, practices), nil
}

// disclosing returns the actions that make a sharing edge.
func disclosing() []policy.Action {
	return slices.DeleteFunc(policy.Actions(), func(a policy.Action) bool { return !a.Discloses() })
}
