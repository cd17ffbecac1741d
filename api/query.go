package api

import (
	"context"
	"strings"
	"time"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
)

// A root leads to the resolvers. They hold nothing: what a request needs is in
// its context.
type root struct{}

func (root) DataType() generated.DataTypeResolver         { return dataTypeResolver{} }
func (root) Evidence() generated.EvidenceResolver         { return evidenceResolver{} }
func (root) LegalBasis() generated.LegalBasisResolver     { return legalBasisResolver{} }
func (root) Organization() generated.OrganizationResolver { return organizationResolver{} }
func (root) Ownership() generated.OwnershipResolver       { return ownershipResolver{} }
func (root) Place() generated.PlaceResolver               { return placeResolver{} }
func (root) Policy() generated.PolicyResolver             { return policyResolver{} }
func (root) Practice() generated.PracticeResolver         { return practiceResolver{} }
func (root) Purpose() generated.PurposeResolver           { return purposeResolver{} }
func (root) Query() generated.QueryResolver               { return queryResolver{} }
func (root) Recipient() generated.RecipientResolver       { return recipientResolver{} }
func (root) RecipientCategory() generated.RecipientCategoryResolver {
	return recipientCategoryResolver{}
}
func (root) RetentionCriterion() generated.RetentionCriterionResolver {
	return retentionCriterionResolver{}
}
func (root) RetentionStart() generated.RetentionStartResolver { return retentionStartResolver{} }
func (root) Right() generated.RightResolver                   { return rightResolver{} }
func (root) Safeguard() generated.SafeguardResolver           { return safeguardResolver{} }
func (root) SearchHit() generated.SearchHitResolver           { return searchHitResolver{} }
func (root) SharingConnection() generated.SharingConnectionResolver {
	return sharingConnectionResolver{}
}
func (root) SharingEdge() generated.SharingEdgeResolver { return sharingEdgeResolver{} }
func (root) Version() generated.VersionResolver         { return versionResolver{} }

type queryResolver struct{}

const maxNodes = 100 // IDs in one call

// Node resolves Query.node.
func (q queryResolver) Node(ctx context.Context, id string) (generated.Node, error) {
	nodes, err := q.Nodes(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// Nodes resolves Query.nodes.
func (queryResolver) Nodes(ctx context.Context, ids []string) ([]generated.Node, error) {
	if len(ids) > maxNodes {
		return nil, badInput("ids has %d values, at most %d are allowed", len(ids), maxNodes)
	}
	keys := map[string][]string{}
	for _, id := range ids {
		if kind, key, ok := parseNodeID(id); ok {
			keys[kind] = append(keys[kind], key)
		}
	}
	found := map[string]generated.Node{}
	for kind, find := range map[string]func(context.Context, []string) (map[string]generated.Node, error){
		organizationKind: nodesBy(organizationsOf(ctx).many, organizationOf),
		policyKind:       nodesBy(policiesOf(ctx).many, policyOf),
		versionKind:      nodesBy(versionsOf(ctx).many, versionOf),
		practiceKind:     nodesBy(practicesByKey, practiceOf),
		evidenceKind:     nodesBy(evidenceByKey, evidenceOf),
	} {
		if len(keys[kind]) == 0 {
			continue
		}
		nodes, err := find(ctx, keys[kind])
		if err != nil {
			return nil, err
		}
		for key, node := range nodes {
			found[nodeID(kind, key)] = node
		}
	}
	out := make([]generated.Node, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// nodesBy returns the function that finds objects of one kind by their keys.
func nodesBy[T any, N generated.Node](
	load func(context.Context, []string) (map[string]T, error), translate func(T) N,
) func(context.Context, []string) (map[string]generated.Node, error) {
	return func(ctx context.Context, keys []string) (map[string]generated.Node, error) {
		found, err := load(ctx, keys)
		nodes := map[string]generated.Node{}
		for key, v := range found {
			nodes[key] = translate(v)
		}
		return nodes, err
	}
}

// evidenceByKey returns evidence of practices and of versions by ID.
func evidenceByKey(ctx context.Context, keys []string) (map[string]graph.Evidence, error) {
	var ids, versionIDs []string
	for _, key := range keys {
		if version, _, ok := strings.Cut(key, ":"); ok {
			versionIDs = append(versionIDs, version)
		} else {
			ids = append(ids, key)
		}
	}
	found := map[string]graph.Evidence{}
	if len(ids) > 0 {
		list, err := storeOf(ctx).Evidence(ctx, ids)
		if err != nil {
			return nil, err
		}
		found = byKey(list, func(e graph.Evidence) string { return e.ID })
	}
	versions, err := versionsOf(ctx).many(ctx, versionIDs)
	for _, v := range versions {
		for _, e := range evidenceIn(v) {
			found[e.ID] = e
		}
	}
	return found, err
}

// Dataset resolves Query.dataset.
func (queryResolver) Dataset(ctx context.Context) (*generated.Dataset, error) {
	n, err := storeOf(ctx).Counts(ctx)
	if err != nil {
		return nil, err
	}
	d := &generated.Dataset{
		Companies: n.Companies, Organizations: n.Organizations, Processors: n.Processors, Policies: n.Policies,
		Versions: n.Versions, VersionsNotAssessed: n.NotAssessed, Practices: n.Practices, Evidence: n.Evidence,
	}
	if !n.Newest.IsZero() {
		d.NewestCapture = &n.Newest
	}
	return d, nil
}

// byKey returns items by their keys.
func byKey[T any](items []T, key func(T) string) map[string]T {
	out := make(map[string]T, len(items))
	for _, item := range items {
		out[key(item)] = item
	}
	return out
}

// optional returns nil for the empty string.
func optional[T ~string](v T) *string {
	if v == "" {
		return nil
	}
	s := string(v)
	return &s
}

// orEmpty returns a list that is not null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func dateOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// endOf returns the date of the end of a run, or nil if it lasts.
func endOf(t time.Time) *string {
	if t.Equal(policy.Forever) {
		return nil
	}
	return optional(dateOf(t))
}
