package neo4j

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

// Organizations implements graph.Store.
func (s *store) Organizations(ctx context.Context, f graph.OrganizationFilter, page graph.Page) (graph.List[graph.Organization], error) {
	q := newQuery()
	l := listing{
		found:    "MATCH (o:Organization) WHERE " + q.organization(f) + "\nWITH o, o.sort AS sort, o.id AS id",
		binds:    []string{"o"},
		returned: "o {.*, company: o:Company, processor: o:Processor}",
	}
	list, err := paged(ctx, s, q, l, page, func(o record) (graph.Organization, error) {
		return graph.Organization{Organization: organizationOf(o), Company: o.flag("company"), Processor: o.flag("processor")}, nil
	})
	if err != nil {
		return list, fmt.Errorf("organisations: %w", err)
	}
	return list, nil
}

// Ownerships implements graph.Store.
func (s *store) Ownerships(ctx context.Context, ids []string) ([]policy.Ownership, error) {
	const cypher = `
		MATCH (owned:Organization)-[o:OWNED_BY]->(owner:Organization)
		WHERE size($ids) = 0 OR owned.id IN $ids OR owner.id IN $ids
		RETURN owned.id AS owned, owner.id AS owner, o.from AS from, o.to AS to, o.source AS source, o.verified AS verified
		ORDER BY owned, owner, from`
	out, err := read(ctx, s, cypher, params{"ids": plain(ids)}, func(r record) (policy.Ownership, error) {
		return policy.Ownership{
			Owned: r.text("owned"), Owner: r.text("owner"), From: policy.Date(r.text("from")), To: policy.Date(r.text("to")),
			Source: r.text("source"), Verified: r.flag("verified"),
		}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("ownerships: %w", err)
	}
	return out, nil
}

// settle derives anew the given organisations and what hangs on them, after
// captures or versions have told other things of them: their nodes, and the
// order of the companies' practices.
func (t transaction) settle(ids []string) error {
	derived, gone, err := t.organizations(ids)
	if err != nil {
		return err
	}
	return t.all(
		statement{`UNWIND $rows AS row MATCH (o:Organization {id: row.id}) SET o += row`, params{"rows": derived}},
		statement{`UNWIND $ids AS id MATCH (o:Organization {id: id}) DETACH DELETE o`, params{"ids": gone}},
		statement{`
			UNWIND $ids AS id
			MATCH (o:Company {id: id})
			MATCH (p:Practice {companyId: id})
			WHERE coalesce(p.sort, '') <> o.companySort
			SET p.sort = o.companySort`, params{"ids": ids}})
}

// organizations returns the rows of those of the given organisations that the
// store keeps, and the IDs of the others.
func (t transaction) organizations(ids []string) (rows []params, gone []string, err error) {
	told, mentions, err := t.told(ids)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		o, ok := graph.OrganizationOf(id, told[id], mentions[id])
		if !ok {
			gone = append(gone, id)
			continue
		}
		rows = append(rows, organizationRow(o))
	}
	return rows, gone, nil
}

// told reads what captures and versions tell of organisations. The directory
// alone names those that it lists, so that their many mentions are not read.
func (t transaction) told(ids []string) (map[string]*policy.Organization, map[string][]graph.Mention, error) {
	unlisted := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, listed := vocab.Organizations().ByID(id)
		return listed
	})
	records, err := t.run(`
		UNWIND $ids AS id
		MATCH (o:Organization {id: id})
		CALL {
			WITH o
			MATCH (:Version)-[m:MENTIONS]->(o)
			WHERE o.id IN $unlisted
			WITH m.name AS name, m.kind AS kind, sum(m.count) AS count
			RETURN collect({name: name, kind: kind, count: count}) AS mentions
		}
		RETURN o.id AS id, o.told AS told, mentions`, params{"ids": ids, "unlisted": unlisted})
	if err != nil {
		return nil, nil, err
	}
	told, mentions := map[string]*policy.Organization{}, map[string][]graph.Mention{}
	_, err = decode(records, func(r record) (string, error) {
		id := r.text("id")
		for _, m := range r.maps("mentions") {
			mentions[id] = append(mentions[id], graph.Mention{
				OrganizationID: id, Name: m.text("name"), Kind: policy.OrganizationKind(m.text("kind")), Count: m.number("count"),
			})
		}
		o, err := toldOf(r)
		told[id] = o
		return id, err
	})
	return told, mentions, err
}

// toldOf reads what captures have told of a company, nil if nothing.
func toldOf(r record) (*policy.Organization, error) {
	text := r.text("told")
	if text == "" {
		return nil, nil
	}
	var o policy.Organization
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return nil, fmt.Errorf("what captures told of company %q: %w", r.text("id"), err)
	}
	return &o, nil
}
