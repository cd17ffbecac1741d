package neo4j

import (
	"fmt"

	"policygraph/policy"
	"policygraph/vocab"
)

// A statement is a Cypher text with its parameters.
type statement struct {
	cypher string
	params params
}

// vocabularies returns what writes the closed vocabularies, the places and who
// owns whom in the directory of organisations.
func vocabularies() []statement {
	return []statement{
		terms("DataType", vocab.DataTypes()), broader("DataType", vocab.DataTypes()),
		terms("Purpose", vocab.Purposes()), broader("Purpose", vocab.Purposes()),
		terms("LegalBasis", vocab.LegalBases()),
		terms("Safeguard", vocab.Safeguards()),
		terms("RecipientCategory", vocab.RecipientCategories()),
		places(), partOf(),
		listed(), disown(), ownerships(),
	}
}

// terms merges the terms of a vocabulary as nodes of the given label.
func terms(label string, v *vocab.Vocabulary) statement {
	var rows []params
	for _, t := range v.Terms() {
		rows = append(rows, params{"id": t.ID, "label": t.Label, "labelFr": t.LabelFR, "emitted": t.Emitted})
	}
	return statement{fmt.Sprintf(`UNWIND $rows AS row MERGE (t:%s {id: row.id}) SET t = row`, label), params{"rows": rows}}
}

// broader replaces the hierarchy of a vocabulary.
func broader(label string, v *vocab.Vocabulary) statement {
	var rows []params
	for _, t := range v.Terms() {
		for _, above := range t.Broader {
			rows = append(rows, params{"id": t.ID, "above": above})
		}
	}
	return statement{fmt.Sprintf(`
		CALL { MATCH (:%[1]s)-[old:BROADER]->() DELETE old }
		UNWIND $rows AS row
		MATCH (t:%[1]s {id: row.id}), (above:%[1]s {id: row.above})
		MERGE (t)-[:BROADER]->(above)`, label), params{"rows": rows}}
}

// places merges countries and blocs: both are places, as a policy names either.
func places() statement {
	var rows []params
	for _, p := range allPlaces() {
		c, _ := vocab.CountryOf(p)
		rows = append(rows, params{"id": string(p), "name": c.Name, "nameFr": c.NameFR, "bloc": p.Bloc()})
	}
	return statement{`
		UNWIND $rows AS row
		MERGE (p:Place {id: row.id})
		SET p.name = row.name, p.nameFr = row.nameFr
		FOREACH (_ IN CASE WHEN row.bloc THEN [1] ELSE [] END | SET p:Region)
		FOREACH (_ IN CASE WHEN row.bloc THEN [] ELSE [1] END | SET p:Country)`, params{"rows": rows}}
}

func partOf() statement {
	var rows []params
	for _, p := range allPlaces() {
		for _, region := range p.PartOf() {
			rows = append(rows, params{"id": string(p), "region": string(region)})
		}
	}
	return statement{`
		UNWIND $rows AS row
		MATCH (p:Place {id: row.id}), (region:Region {id: row.region})
		MERGE (p)-[:PART_OF]->(region)`, params{"rows": rows}}
}

func allPlaces() []policy.Place {
	return append(policy.Countries(), policy.EU, policy.EEA, policy.NonEEA)
}

// listed merges the organisations of the directory as nodes; settle gives them
// their properties.
func listed() statement {
	ids := each(vocab.Organizations().All(), func(o policy.Organization) string { return o.ID })
	return statement{`UNWIND $ids AS id MERGE (:Organization {id: id})`, params{"ids": ids}}
}

func disown() statement {
	return statement{`MATCH (:Organization)-[old:OWNED_BY]->() DELETE old`, nil}
}

func ownerships() statement {
	rows := each(vocab.Organizations().Ownerships(), func(o policy.Ownership) params {
		return params{"owned": o.Owned, "owner": o.Owner, "edge": params{
			"from": string(o.From), "to": string(o.To), "source": o.Source, "verified": o.Verified,
		}}
	})
	return statement{`
		UNWIND $rows AS row
		MATCH (owned:Organization {id: row.owned}), (owner:Organization {id: row.owner})
		CREATE (owned)-[o:OWNED_BY]->(owner)
		SET o = row.edge`, params{"rows": rows}}
}
