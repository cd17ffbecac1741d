package neo4j

import (
	"testing"

	"policygraph/graph/storetest"
)

// People write Cypher over the labels and relationships of the architecture
// document: each of them is there, and leads from what it says to what it says.
func TestShape(t *testing.T) {
	address, options := server(t)
	s := fresh(t, address, options).(*store)
	storetest.Fill(t, s)
	for _, pattern := range []string{
		`(:Company:Organization)-[r:PUBLISHES]->(:Policy)`,
		`(:Policy)-[r:HAS_VERSION]->(:Version) WHERE r.from < r.to`,
		`(:Version)-[r:STATES]->(:Practice)`,
		`(:Practice)-[r:BY]->(:Company)`,
		`(:Practice)-[r:TO]->(:Processor:Organization)`,
		`(:Practice)-[r:TO_CATEGORY]->(:RecipientCategory)`,
		`(:Practice)-[r:FROM]->(:Organization)`,
		`(:Practice)-[r:OF]->(:DataType)-[:BROADER]->(:DataType)`,
		`(:Practice)-[r:FOR]->(:Purpose)`,
		`(:Practice)-[r:UNDER]->(:LegalBasis)`,
		`(:Practice)-[r:IN {role: 'transfer'}]->(:Country)-[:PART_OF]->(:Region)`,
		`(:Practice)-[r:KEPT_FOR]->(:RetentionPeriod)`,
		`(:Practice)-[r:PROTECTED_BY]->(:Safeguard)`,
		`(:Practice)-[r:EVIDENCED_BY]->(:Evidence)-[:IN_VERSION]->(:Version)`,
		`(:Organization)-[r:OWNED_BY]->(:Organization) WHERE r.source <> ''`,
		`(:Company)-[r:SHARES_WITH]->(:Processor) WHERE r.practices > 0 AND r.firstSeen < r.lastSeen`,
	} {
		if count(t, s, `MATCH `+pattern+` RETURN count(r) AS n`) == 0 {
			t.Errorf("the graph has no %s", pattern)
		}
	}
}

// What is kept on a node for the questions of the domain is what its
// relationships say, and the derived edges are those that practices make.
func TestKeptIsDerived(t *testing.T) {
	address, options := server(t)
	s := fresh(t, address, options).(*store)
	storetest.Fill(t, s)
	for name, cypher := range map[string]string{
		"facets that differ from their relationships": `
			MATCH (p:Practice)
			WHERE p.companyId <> COLLECT { MATCH (p)-[:BY]->(x) RETURN x.id }[0]
				OR p.organization <> coalesce(COLLECT { MATCH (p)-[:TO]->(x) RETURN x.id }[0], '')
				OR p.category <> coalesce(COLLECT { MATCH (p)-[:TO_CATEGORY]->(x) RETURN x.id }[0], '')
				OR p.source <> coalesce(COLLECT { MATCH (p)-[:FROM]->(x) RETURN x.id }[0], '')
				OR p.dataTypes <> COLLECT { MATCH (p)-[:OF]->(x) RETURN x.id ORDER BY x.id }
				OR p.purposes <> COLLECT { MATCH (p)-[:FOR]->(x) RETURN x.id ORDER BY x.id }
				OR p.legalBases <> COLLECT { MATCH (p)-[:UNDER]->(x) RETURN x.id ORDER BY x.id }
				OR p.places <> COLLECT { MATCH (p)-[:IN {role: p.placeRole}]->(x) RETURN x.id ORDER BY x.id }
				OR p.safeguards <> COLLECT { MATCH (p)-[:PROTECTED_BY]->(x) RETURN x.id ORDER BY x.id }
				OR p.kept <> coalesce(COLLECT { MATCH (p)-[:KEPT_FOR]->(x) RETURN x.id }[0], '')
				OR p.versionIds <> COLLECT { MATCH (p)<-[:STATES]-(x) RETURN x.id ORDER BY x.id }
			RETURN count(p) AS n`,
		"runs that differ from the spells of the versions": `
			MATCH (p:Practice)
			WITH p, COLLECT { MATCH (p)<-[:STATES]-(:Version)<-[h:HAS_VERSION]-(:Policy) RETURN h.from ORDER BY h.from } AS starts,
				COLLECT { MATCH (p)<-[:STATES]-(:Version)<-[h:HAS_VERSION]-(:Policy) RETURN h.to ORDER BY h.to DESC } AS ends
			WHERE p.firstSeen <> coalesce(starts[0], '') OR p.validTo <> coalesce(ends[0], '')
			RETURN count(p) AS n`,
		"practices without the edge that they make, or one too few on it": `
			MATCH (c:Company)<-[:BY]-(p:Practice)-[:TO]->(o:Organization)
			WHERE p.stance = 'stated' AND p.action IN ['share', 'sell', 'transfer'] AND size(p.runFrom) > 0
			WITH c, o, count(p) AS practices, min(p.firstSeen) AS firstSeen, max(p.validTo) AS lastSeen
			WHERE NOT EXISTS { (c)-[:SHARES_WITH {practices: practices, firstSeen: firstSeen, lastSeen: lastSeen}]->(o) } OR NOT o:Processor
			RETURN count(*) AS n`,
		"edges that no practice makes": `
			MATCH (c:Company)-[r:SHARES_WITH]->(o)
			WHERE NOT EXISTS { (c)<-[:BY]-(:Practice {stance: 'stated'})-[:TO]->(o) }
			RETURN count(r) AS n`,
		"evidence of another practice or version": `
			MATCH (p:Practice)-[:EVIDENCED_BY]->(e:Evidence)-[:IN_VERSION]->(v:Version)
			WHERE e.practiceKey <> p.key OR e.versionId <> v.id OR NOT EXISTS { (v)-[:STATES]->(p) }
			RETURN count(e) AS n`,
	} {
		if n := count(t, s, cypher); n != 0 {
			t.Errorf("%d %s", n, name)
		}
	}
}

// count returns the number n that a text returns.
func count(t *testing.T, s *store, cypher string) int {
	t.Helper()
	counts, err := read(t.Context(), s, cypher, nil, func(r record) (int, error) { return r.number("n"), nil })
	if err != nil {
		t.Fatal(err)
	}
	return counts[0]
}
