package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

func practiceOf(p graph.Practice) *generated.Practice {
	out := &generated.Practice{
		ID: nodeID(practiceKind, practiceKey(p)), Action: p.Action, Stance: p.Stance, Recipient: recipientOf(p.Recipient),
		DataTypes: dataTypesOf(p.DataTypes), Purposes: purposesOf(p.Purposes), LegalBases: legalBasesOf(p.LegalBases),
		Safeguards: safeguardsOf(p.Safeguards), Retention: retentionOf(p.Retention), Conditions: orEmpty(p.Conditions),
		Places: []generated.PlaceOfProcessing{}, Evidence: make([]generated.Evidence, len(p.Evidence)),
		ValidFrom: dateOf(p.Run.From), ValidTo: endOf(p.Run.To), SinceFirstCapture: p.SinceFirst, Record: p,
	}
	for _, place := range p.Places {
		out.Places = append(out.Places, generated.PlaceOfProcessing{Place: placeOf(place), Role: p.PlaceRole})
	}
	for i, e := range p.Evidence {
		out.Evidence[i] = *evidenceOf(e)
	}
	return out
}

// practiceKey is what identifies the practice among nodes. It names the policy,
// by whose versions a practice is found that is not stated any more.
func practiceKey(p graph.Practice) string { return p.PolicyID + ":" + p.Key }

func recipientOf(r policy.Recipient) *generated.Recipient {
	if r.IsZero() {
		return nil
	}
	return &generated.Recipient{Category: categoryOf(r.Category), Role: categoryOf(r.Role), Record: r}
}

func retentionOf(r *policy.Retention) *generated.Retention {
	if r == nil {
		return nil
	}
	out := &generated.Retention{Min: optional(r.Min.String()), Max: optional(r.Max.String()), Scope: optional(r.Scope)}
	if t, ok := criterionOf(r.Criterion); ok {
		out.Criterion = &t
	}
	if t, ok := startOf(r.Start); ok {
		out.Start = &t
	}
	return out
}

// practiceConnection returns a part of a list of practices.
func practiceConnection(list listID, page graph.Page, part graph.List[graph.Practice]) *generated.PracticeConnection {
	cursors := cursorsOf(list, part.Items, func(p graph.Practice) graph.Position { return graph.Position{Sort: p.Sort, ID: p.Key} })
	c := &generated.PracticeConnection{TotalCount: part.Total, PageInfo: pageInfo(page, part.More, cursors),
		Edges: []generated.PracticeEdge{}, Nodes: []generated.Practice{}}
	for i, p := range part.Items {
		node := practiceOf(p)
		c.Edges = append(c.Edges, generated.PracticeEdge{Cursor: cursors[i], Node: node})
		c.Nodes = append(c.Nodes, *node)
	}
	return c
}

// Practices resolves Query.practices.
func (queryResolver) Practices(ctx context.Context, filter *generated.PracticeFilter, asOf *string, orderBy graph.PracticeOrder, first *int, after *string, last *int, before *string) (*generated.PracticeConnection, error) {
	at, err := parseAsOf(asOf)
	if err != nil {
		return nil, err
	}
	list := listOf("practices", jsonOf(filter), at, orderBy)
	page, err := window{first, last, after, before}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	f, err := practiceFilter(ctx, filter, at)
	if err != nil {
		return nil, err
	}
	part, err := storeOf(ctx).Practices(ctx, f, at, orderBy, page)
	if err != nil {
		return nil, err
	}
	return practiceConnection(list, page, part), nil
}

// practicesByKey returns practices by what practiceKey returns: as they are
// stated now, or else as they were stated last.
func practicesByKey(ctx context.Context, keys []string) (map[string]graph.Practice, error) {
	var f graph.PracticeFilter
	for _, key := range keys {
		policyID, practice, _ := strings.Cut(key, ":")
		f.PolicyIDs, f.Keys = append(f.PolicyIDs, policyID), append(f.Keys, practice)
	}
	list, err := storeOf(ctx).Practices(ctx, f, graph.AsOf{}, graph.ByCompany, graph.Page{})
	if err != nil {
		return nil, err
	}
	found := byKey(list.Items, practiceKey)
	if len(found) == len(keys) {
		return found, nil
	}
	policies, err := storeOf(ctx).Policies(ctx, graph.PolicyFilter{IDs: f.PolicyIDs})
	if err != nil {
		return nil, err
	}
	var spells []policy.Spell
	for _, p := range policies {
		spells = append(spells, p.Spells...)
	}
	for _, s := range spells {
		f.VersionIDs = append(f.VersionIDs, s.VersionID)
	}
	if f.VersionIDs == nil {
		return found, nil
	}
	list, err = storeOf(ctx).Practices(ctx, f, graph.AsOf{}, graph.ByCompany, graph.Page{})
	if err != nil {
		return nil, err
	}
	for _, p := range list.Items {
		if _, ok := found[practiceKey(p)]; !ok {
			p.Evidence = lastSaid(p.Evidence, spells)
			found[practiceKey(p)] = p
		}
	}
	return found, nil
}

// lastSaid returns the evidence of the version that stood last.
func lastSaid(all []graph.Evidence, spells []policy.Spell) []graph.Evidence {
	for _, s := range slices.Backward(spells) {
		in := slices.DeleteFunc(slices.Clone(all), func(e graph.Evidence) bool { return e.VersionID != s.VersionID })
		if len(in) > 0 {
			return in
		}
	}
	return all
}

type practiceResolver struct{}

func (practiceResolver) Company(ctx context.Context, p *generated.Practice) (*generated.Organization, error) {
	return organizationByKey(ctx, p.Record.CompanyID)
}

func (practiceResolver) Policy(ctx context.Context, p *generated.Practice) (*generated.Policy, error) {
	return policyByKey(ctx, p.Record.PolicyID)
}

func (practiceResolver) Source(ctx context.Context, p *generated.Practice) (*generated.Organization, error) {
	if p.Record.Source == "" {
		return nil, nil
	}
	return organizationByKey(ctx, p.Record.Source)
}

type recipientResolver struct{}

func (recipientResolver) Organization(ctx context.Context, r *generated.Recipient) (*generated.Organization, error) {
	if r.Record.Organization == "" {
		return nil, nil
	}
	return organizationByKey(ctx, r.Record.Organization)
}

// evidenceOf returns the evidence of a practice, or that of a version, whose ID
// versionEvidence makes.
func evidenceOf(e graph.Evidence) *generated.Evidence {
	f, s := e.Finding(), e.Span()
	return &generated.Evidence{
		ID: nodeID(evidenceKind, e.ID), Quote: e.Quote(), Quotes: e.Quotes(), Start: s.Start, End: s.End,
		Party: optional(f.Party), Method: f.Method, Rule: f.Rule, Confidence: f.Confidence, Record: e,
	}
}

type evidenceResolver struct{}

func (evidenceResolver) Version(ctx context.Context, e *generated.Evidence) (*generated.Version, error) {
	return versionByKey(ctx, e.Record.VersionID)
}

// maxContext is how much text is shown before and after a quote.
const maxContext = 2000

func (evidenceResolver) Context(ctx context.Context, e *generated.Evidence, before, after int) (string, error) {
	if before < 0 || before > maxContext || after < 0 || after > maxContext {
		return "", badInput("before and after must be from 0 to %d", maxContext)
	}
	text, err := textOf(ctx, e.Record.VersionID)
	if err != nil {
		return "", err
	}
	if e.End > len(text) {
		return "", fmt.Errorf("evidence %s ends at %d of %d bytes", e.Record.ID, e.End, len(text))
	}
	s := policy.Span{Start: max(0, e.Start-before), End: min(len(text), e.End+after)}
	return strings.ToValidUTF8(s.Of(text), ""), nil // a character that was cut is no text
}
