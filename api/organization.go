package api

import (
	"context"
	"fmt"
	"slices"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

func organizationOf(o graph.Organization) *generated.Organization {
	return &generated.Organization{
		ID: nodeID(organizationKind, o.ID), Name: o.Name, Kind: o.Kind,
		Aliases: orEmpty(o.Aliases), Domains: orEmpty(o.Domains), Country: optionalPlace(o.Country),
		Sector: optional(o.Sector), Lei: optional(o.LEI),
		Listed: o.Listed, Company: o.Company, Processor: o.Processor, Record: o,
	}
}

// organizationsOf returns the loader of organisations by key.
func organizationsOf(ctx context.Context) *loader[string, graph.Organization] {
	return loaderOf(ctx, "organizations", func(ctx context.Context, ids []string) (map[string]graph.Organization, error) {
		list, err := storeOf(ctx).Organizations(ctx, graph.OrganizationFilter{IDs: ids}, graph.Page{})
		return byKey(list.Items, func(o graph.Organization) string { return o.ID }), err
	})
}

// organizationByKey returns an organisation that something in the store refers to.
func organizationByKey(ctx context.Context, key string) (*generated.Organization, error) {
	o, ok, err := organizationsOf(ctx).one(ctx, key)
	if err == nil && !ok {
		err = fmt.Errorf("organisation %q: %w", key, graph.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return organizationOf(o), nil
}

// organizationsByKey returns the organisations with the given keys, in that order.
func organizationsByKey(ctx context.Context, keys []string) ([]generated.Organization, error) {
	found, err := organizationsOf(ctx).many(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]generated.Organization, len(keys))
	for i, key := range keys {
		o, ok := found[key]
		if !ok {
			return nil, fmt.Errorf("organisation %q: %w", key, graph.ErrNotFound)
		}
		out[i] = *organizationOf(o)
	}
	return out, nil
}

// Organization resolves Query.organization.
func (queryResolver) Organization(ctx context.Context, by generated.OrganizationBy) (*generated.Organization, error) {
	f, err := organizationBy(by)
	if err != nil {
		return nil, err
	}
	list, err := storeOf(ctx).Organizations(ctx, f, graph.Page{})
	if err != nil || len(list.Items) == 0 {
		return nil, err // absence is an answer
	}
	proper := slices.IndexFunc(list.Items, func(o graph.Organization) bool {
		return len(f.Names) > 0 && policy.NameKey(o.Name) == policy.NameKey(f.Names[0])
	})
	return organizationOf(list.Items[max(proper, 0)]), nil
}

// organizationBy returns the filter that by means, of which one field is set.
// It is checked here as gqlparser checks no variables for @oneOf.
func organizationBy(by generated.OrganizationBy) (graph.OrganizationFilter, error) {
	var f graph.OrganizationFilter
	given, set := 0, 0
	for _, field := range []struct {
		isSet bool
		value *string
		to    *[]string
	}{
		{by.ID.IsSet(), by.ID.Value(), &f.IDs},
		{by.Name.IsSet(), by.Name.Value(), &f.Names},
		{by.Domain.IsSet(), by.Domain.Value(), &f.Domains},
		{by.Lei.IsSet(), by.Lei.Value(), &f.LEIs},
	} {
		if field.isSet {
			given++
		}
		if field.value != nil {
			set++
			*field.to = []string{*field.value}
		}
	}
	if given != 1 || set != 1 {
		return f, badInput("by: exactly one of id, name, domain and lei must be given, and not be null")
	}
	if len(f.IDs) > 0 {
		key, err := organizationKey(f.IDs[0])
		f.IDs[0] = key
		return f, err
	}
	return f, nil
}

// Companies resolves Query.companies.
func (queryResolver) Companies(ctx context.Context, filter *generated.OrganizationFilter, first *int, after *string, last *int, before *string) (*generated.OrganizationConnection, error) {
	return organizations(ctx, "companies", filter, graph.OrganizationFilter{Company: true}, window{first, last, after, before})
}

// Processors resolves Query.processors.
func (queryResolver) Processors(ctx context.Context, filter *generated.OrganizationFilter, first *int, after *string, last *int, before *string) (*generated.OrganizationConnection, error) {
	return organizations(ctx, "processors", filter, graph.OrganizationFilter{Processor: true}, window{first, last, after, before})
}

// organizations returns a part of the list of the organisations that match
// filter and those.
func organizations(ctx context.Context, name string, filter *generated.OrganizationFilter, those graph.OrganizationFilter, w window) (*generated.OrganizationConnection, error) {
	list := listOf(name, jsonOf(filter))
	page, err := w.page(ctx, list)
	if err != nil {
		return nil, err
	}
	f, err := organizationFilter(ctx, filter)
	if err != nil {
		return nil, err
	}
	those.And = []graph.OrganizationFilter{f}
	part, err := storeOf(ctx).Organizations(ctx, those, page)
	if err != nil {
		return nil, err
	}
	cursors := cursorsOf(list, part.Items, func(o graph.Organization) graph.Position {
		return graph.Position{Sort: policy.SortKey(o.Name), ID: o.ID}
	})
	c := &generated.OrganizationConnection{TotalCount: part.Total, PageInfo: pageInfo(page, part.More, cursors),
		Edges: []generated.OrganizationEdge{}, Nodes: []generated.Organization{}}
	for i, o := range part.Items {
		node := organizationOf(o)
		c.Edges = append(c.Edges, generated.OrganizationEdge{Cursor: cursors[i], Node: node})
		c.Nodes = append(c.Nodes, *node)
	}
	return c, nil
}

type organizationResolver struct{}

func (organizationResolver) Policies(ctx context.Context, o *generated.Organization) ([]generated.Policy, error) {
	policies, _, err := loaderOf(ctx, "policies of companies", func(ctx context.Context, ids []string) (map[string][]graph.Policy, error) {
		all, err := storeOf(ctx).Policies(ctx, graph.PolicyFilter{CompanyIDs: ids})
		of := map[string][]graph.Policy{}
		for _, p := range all {
			of[p.CompanyID] = append(of[p.CompanyID], p)
		}
		return of, err
	}).one(ctx, o.Record.ID)
	out := make([]generated.Policy, len(policies))
	for i, p := range policies {
		out[i] = *policyOf(p)
	}
	return out, err
}

func (organizationResolver) Practices(ctx context.Context, o *generated.Organization, filter *generated.PracticeFilter, asOf *string, orderBy graph.PracticeOrder, first *int, after *string) (*generated.PracticeConnection, error) {
	at, err := parseAsOf(asOf)
	if err != nil {
		return nil, err
	}
	lists := listOf("Organization.practices", jsonOf(filter), at, orderBy)
	list := listOf(lists, o.Record.ID)
	page, err := window{first: first, after: after}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	f, err := practiceFilter(ctx, filter, at)
	if err != nil {
		return nil, err
	}
	practices, err := part(ctx, lists.String(), o.Record.ID, page,
		func(ctx context.Context, companies []string, page graph.Page) (graph.List[graph.Practice], func(graph.Practice) []string, error) {
			those := graph.PracticeFilter{Company: &graph.OrganizationFilter{IDs: companies}, And: []graph.PracticeFilter{f}}
			l, err := storeOf(ctx).Practices(ctx, those, at, orderBy, page)
			return l, func(p graph.Practice) []string { return []string{p.CompanyID} }, err
		})
	if err != nil {
		return nil, err
	}
	return practiceConnection(list, page, practices), nil
}
