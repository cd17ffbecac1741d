package api

import (
	"math"

	"github.com/vektah/gqlparser/v2/ast"

	"policygraph/api/generated"
	"policygraph/graph"
)

// What lists without paging are taken to hold, for the cost of a query. Those
// by which a query could go in circles are estimated high.
const (
	fewItems   = 2
	someItems  = 5
	manyItems  = 10
	vocabulary = 200
	// textCost stands for a whole text, of a hundred kilobytes or so.
	textCost = 1000
	// contextCost stands for a passage, for which the text must be read.
	contextCost = 10
)

// costs returns what fields cost that are not simply 1 and their content.
func costs() generated.ComplexityRoot {
	var c generated.ComplexityRoot
	c.Query.Nodes = func(child int, ids []string) int { return times(min(len(ids), maxNodes))(child) }
	c.Query.Companies = func(child int, _ *generated.OrganizationFilter, first *int, _ *string, last *int, _ *string) int {
		return paged(child, first, last)
	}
	c.Query.Processors = c.Query.Companies
	c.Query.Practices = func(child int, _ *generated.PracticeFilter, _ *string, _ graph.PracticeOrder, first *int, _ *string, last *int, _ *string) int {
		return paged(child, first, last)
	}
	c.Query.Search = func(child int, _ string, _ []graph.SearchKind, first *int, _ *string) int {
		return paged(child, first, nil)
	}
	c.Query.DataTypes, c.Query.Purposes, c.Query.Countries = times(vocabulary), times(vocabulary), times(vocabulary)
	c.Query.RecipientCategories, c.Query.LegalBases = times(someItems), times(someItems)
	c.Query.Safeguards, c.Query.RetentionCriteria = times(someItems), times(someItems)
	organizationCosts(&c)
	c.Policy.Versions = func(child int, first *int, _ *string) int { return paged(child, first, nil) }
	c.Version.Spells, c.Version.Contacts, c.Version.Rights = times(fewItems), times(fewItems), times(someItems)
	c.Version.Text = func(int) int { return textCost }
	c.Practice.DataTypes, c.Practice.Purposes = times(someItems), times(fewItems)
	c.Practice.LegalBases, c.Practice.Places, c.Practice.Safeguards = times(fewItems), times(fewItems), times(fewItems)
	c.Practice.Evidence = times(fewItems)
	c.Evidence.Context = func(int, int, int) int { return contextCost }
	c.DataType.Broader, c.Purpose.Broader = times(fewItems), times(fewItems)
	c.DataType.Narrower, c.Purpose.Narrower = times(manyItems), times(manyItems)
	c.Place.PartOf = times(fewItems)
	return c
}

func organizationCosts(c *generated.ComplexityRoot) {
	c.Organization.Policies = times(manyItems)
	c.Organization.OwnedBy = func(child int, _ *string) int { return times(fewItems)(child) }
	c.Organization.Owns = func(child int, _ *string, first *int, _ *string) int { return paged(child, first, nil) }
	c.Organization.Practices = func(child int, _ *generated.PracticeFilter, _ *string, _ graph.PracticeOrder, first *int, _ *string) int {
		return paged(child, first, nil)
	}
	c.Organization.SharesWith = func(child int, _ *generated.PracticeFilter, _ *string, _ bool, first *int, _ *string) int {
		return paged(child, first, nil)
	}
	c.Organization.SharedBy = c.Organization.SharesWith
	c.SharingEdge.DataTypes, c.SharingEdge.Purposes, c.SharingEdge.Places = times(someItems), times(fewItems), times(fewItems)
	c.SharingEdge.Practices = func(child int, first *int, _ *string) int { return paged(child, first, nil) }
}

// times returns the cost of a list of about n items.
func times(n int) func(int) int {
	return func(child int) int {
		if child > math.MaxInt32 { // far above every limit: more must not overflow to less
			return math.MaxInt32
		}
		return 1 + n*child
	}
}

// paged returns the cost of a part of a list. What is out of range is refused
// later.
func paged(child int, first, last *int) int {
	n := defaultFirst
	for _, limit := range []*int{first, last} {
		if limit != nil {
			n = min(max(*limit, 1), maxFirst)
		}
	}
	return times(n)(child)
}

// introspected says how much the lists of introspection are taken to hold.
var introspected = map[string]int{
	"types": 80, "fields": 8, "args": 1, "inputFields": 2, "enumValues": 2, "interfaces": 2, "possibleTypes": 2, "directives": 5,
}

// introspectionCost returns the cost of __schema and __type among the fields of
// the query, which gqlgen takes for nothing or for single items: types hold
// fields, whose types hold fields.
func introspectionCost(set ast.SelectionSet, inside bool) int {
	cost := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if inside || s.Name == "__schema" || s.Name == "__type" {
				cost += times(max(1, introspected[s.Name]))(introspectionCost(s.SelectionSet, true))
			}
		case *ast.InlineFragment:
			cost += introspectionCost(s.SelectionSet, inside)
		case *ast.FragmentSpread:
			cost += introspectionCost(s.Definition.SelectionSet, inside)
		}
	}
	return cost
}
