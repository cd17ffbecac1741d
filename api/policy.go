package api

import (
	"context"
	"fmt"
	"net/url"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

func policyOf(p graph.Policy) *generated.Policy {
	out := &generated.Policy{
		ID: nodeID(policyKind, p.ID), Kind: p.Kind, Aliases: []string{},
		Language: optional(p.Language), Region: optionalPlace(policy.Place(p.Region)), Record: p,
	}
	if webAddress(p.URL) {
		out.URL = &p.URL
	} else {
		out.File = optional(p.URL)
	}
	for _, a := range p.Aliases {
		if webAddress(a) {
			out.Aliases = append(out.Aliases, a)
		}
	}
	return out
}

// webAddress tells an address from the name of a file.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// policiesOf returns the loader of policies by ID.
func policiesOf(ctx context.Context) *loader[string, graph.Policy] {
	return loaderOf(ctx, "policies", func(ctx context.Context, ids []string) (map[string]graph.Policy, error) {
		list, err := storeOf(ctx).Policies(ctx, graph.PolicyFilter{IDs: ids})
		return byKey(list, func(p graph.Policy) string { return p.ID }), err
	})
}

func policyByKey(ctx context.Context, id string) (*generated.Policy, error) {
	p, ok, err := policiesOf(ctx).one(ctx, id)
	if err == nil && !ok {
		err = fmt.Errorf("policy %q: %w", id, graph.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return policyOf(p), nil
}

type policyResolver struct{}

func (policyResolver) Company(ctx context.Context, p *generated.Policy) (*generated.Organization, error) {
	return organizationByKey(ctx, p.Record.CompanyID)
}

func (policyResolver) Current(ctx context.Context, p *generated.Policy) (*generated.Version, error) {
	return versionByKey(ctx, p.Record.Spells[len(p.Record.Spells)-1].VersionID)
}

func (policyResolver) Versions(ctx context.Context, p *generated.Policy, first *int, after *string) (*generated.VersionConnection, error) {
	list := listOf("Policy.versions", p.Record.ID)
	page, err := window{first: first, after: after}.page(ctx, list)
	if err != nil {
		return nil, err
	}
	versions, _, err := loaderOf(ctx, "versions of policies", func(ctx context.Context, ids []string) (map[string][]graph.Version, error) {
		all, err := storeOf(ctx).Versions(ctx, graph.VersionFilter{PolicyIDs: ids})
		of := map[string][]graph.Version{}
		for _, v := range all {
			of[v.PolicyID] = append(of[v.PolicyID], v)
		}
		return of, err
	}).one(ctx, p.Record.ID)
	if err != nil {
		return nil, err
	}
	position := func(v graph.Version) graph.Position { return graph.Position{ID: v.ID} }
	part, err := cut(versions, page, position)
	if err != nil {
		return nil, err
	}
	cursors := cursorsOf(list, part.Items, position)
	c := &generated.VersionConnection{TotalCount: part.Total, PageInfo: pageInfo(page, part.More, cursors),
		Edges: []generated.VersionEdge{}, Nodes: []generated.Version{}}
	for i, v := range part.Items {
		node := versionOf(v)
		c.Edges = append(c.Edges, generated.VersionEdge{Cursor: cursors[i], Node: node})
		c.Nodes = append(c.Nodes, *node)
	}
	return c, nil
}

func versionOf(v graph.Version) *generated.Version {
	out := &generated.Version{
		ID: nodeID(versionKind, v.ID), Hash: v.Hash, Language: optional(v.Language), Assessed: v.Assessed,
		EffectiveDate: optional(v.Effective), Spells: []generated.Spell{}, Contacts: []generated.Contact{}, Rights: []generated.GrantedRight{}, Record: v,
	}
	for _, s := range v.Spells {
		spell := generated.Spell{From: s.From}
		if !s.To.Equal(policy.Forever) {
			spell.To = &s.To
		}
		out.Spells = append(out.Spells, spell)
	}
	if c := v.Controller; c != nil {
		out.Controller = &generated.Controller{Name: c.Name, Country: optionalPlace(c.Country), Evidence: evidenceOf(controllerEvidence(v))}
	}
	for _, c := range v.Contacts {
		out.Contacts = append(out.Contacts, generated.Contact{Email: c.Email, Evidence: evidenceOf(contactEvidence(v, c))})
	}
	for _, r := range v.Rights {
		out.Rights = append(out.Rights, generated.GrantedRight{Right: &generated.Right{ID: r.ID}, Evidence: evidenceOf(rightEvidence(v, r))})
	}
	return out
}

// versionEvidence returns the evidence for what a version says of the policy as
// a whole. Its ID begins with that of the version, by which it is found again.
func versionEvidence(v graph.Version, about string, e policy.Evidence) graph.Evidence {
	return graph.Evidence{Evidence: e, ID: v.ID + ":" + e.ID(about, v.ID), VersionID: v.ID}
}

func controllerEvidence(v graph.Version) graph.Evidence {
	return versionEvidence(v, "controller", v.Controller.Evidence)
}

func contactEvidence(v graph.Version, c policy.Contact) graph.Evidence {
	return versionEvidence(v, "contact "+c.Email, c.Evidence)
}

func rightEvidence(v graph.Version, r policy.Right) graph.Evidence {
	return versionEvidence(v, "right "+r.ID, r.Evidence)
}

// evidenceIn returns all evidence for what a version says of the policy as a whole.
func evidenceIn(v graph.Version) []graph.Evidence {
	var out []graph.Evidence
	if v.Controller != nil {
		out = append(out, controllerEvidence(v))
	}
	for _, c := range v.Contacts {
		out = append(out, contactEvidence(v, c))
	}
	for _, r := range v.Rights {
		out = append(out, rightEvidence(v, r))
	}
	return out
}

// versionsOf returns the loader of versions by ID, without their texts.
func versionsOf(ctx context.Context) *loader[string, graph.Version] {
	return loaderOf(ctx, "versions", func(ctx context.Context, ids []string) (map[string]graph.Version, error) {
		list, err := storeOf(ctx).Versions(ctx, graph.VersionFilter{IDs: ids})
		return byKey(list, func(v graph.Version) string { return v.ID }), err
	})
}

func versionByKey(ctx context.Context, id string) (*generated.Version, error) {
	v, ok, err := versionsOf(ctx).one(ctx, id)
	if err == nil && !ok {
		err = fmt.Errorf("version %q: %w", id, graph.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return versionOf(v), nil
}

// textOf returns the text of a version.
func textOf(ctx context.Context, id string) (string, error) {
	text, ok, err := loaderOf(ctx, "texts", func(ctx context.Context, ids []string) (map[string]string, error) {
		list, err := storeOf(ctx).Versions(ctx, graph.VersionFilter{IDs: ids, WithText: true})
		texts := map[string]string{}
		for _, v := range list {
			texts[v.ID] = v.Document.Text
		}
		return texts, err
	}).one(ctx, id)
	if err == nil && !ok {
		err = fmt.Errorf("text of version %q: %w", id, graph.ErrNotFound)
	}
	return text, err
}

type versionResolver struct{}

func (versionResolver) Policy(ctx context.Context, v *generated.Version) (*generated.Policy, error) {
	return policyByKey(ctx, v.Record.PolicyID)
}

func (versionResolver) Text(ctx context.Context, v *generated.Version) (string, error) {
	return textOf(ctx, v.Record.ID)
}
