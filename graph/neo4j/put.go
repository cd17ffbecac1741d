package neo4j

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// batch is how many rows one statement writes at most.
const batch = 2000

// Put implements graph.Store.
func (s *store) Put(ctx context.Context, c graph.Capture) (bool, error) {
	var changed bool
	err := s.write(ctx, func(t transaction) error {
		changed = false // of an attempt that is run again
		held, err := t.held(c.Policy.ID, c.Company.ID)
		if err != nil {
			return err
		}
		plan, err := graph.PlanPut(held, c)
		if err != nil || plan == nil {
			return err
		}
		changed = true
		return t.carryOut(held, plan)
	})
	if err != nil {
		return false, fmt.Errorf("put policy %q: %w", c.Policy.ID, err)
	}
	return changed, nil
}

// Replace implements graph.Store.
func (s *store) Replace(ctx context.Context, policyID, rules string, readings map[string]*policy.Reading) error {
	err := s.write(ctx, func(t transaction) error {
		held, err := t.held(policyID, "")
		if err != nil {
			return err
		}
		plan, err := graph.PlanReplace(held, rules, readings)
		if err != nil {
			return err
		}
		return t.carryOut(held, plan)
	})
	if err != nil {
		return fmt.Errorf("replace readings of policy %q: %w", policyID, err)
	}
	return nil
}

// held reads what is held of a policy, and makes other writes wait until this
// one ends: writes are short, and one at a time cannot deadlock over the nodes
// that all policies share.
func (t transaction) held(policyID, companyID string) (graph.Held, error) {
	records, err := t.run(`
		MATCH (g:PolicyGraph {id: 'graph'})
		SET g.writing = true
		REMOVE g.writing
		WITH g
		OPTIONAL MATCH (p:Policy {id: $policy})
		OPTIONAL MATCH (c:Organization {id: coalesce(p.companyId, $company)})
		RETURN c.told AS told, p {.*} AS policy,
			COLLECT { MATCH (v:Version {policyId: $policy}) RETURN v {.id, .rules} } AS versions,
			COLLECT { MATCH (s:Practice {policyId: $policy}) RETURN s {.key, .versionIds} } AS practices`,
		params{"policy": policyID, "company": companyID})
	if err != nil {
		return graph.Held{}, err
	}
	all, err := decode(records, heldOf)
	if err != nil {
		return graph.Held{}, err
	}
	if len(all) != 1 {
		return graph.Held{}, graph.ErrNotGraph
	}
	return all[0], nil
}

func heldOf(r record) (graph.Held, error) {
	h := graph.Held{Rules: map[string]string{}}
	told, err := toldOf(r)
	if err != nil {
		return h, err
	}
	h.Company = told
	if held := r.node("policy"); held.values != nil {
		p := policyOf(held)
		h.Policy, h.Captures = &p, capturesOf(held)
	}
	for _, v := range r.maps("versions") {
		h.Rules[v.text("id")] = v.text("rules")
	}
	for _, p := range r.maps("practices") {
		for _, version := range texts[string](p, "versionIds") {
			h.Stated = append(h.Stated, graph.Stated{PracticeID: p.text("key"), VersionID: version})
		}
	}
	return h, nil
}

// carryOut writes a plan.
func (t transaction) carryOut(h graph.Held, p *graph.Plan) error {
	forgotten, err := t.forget(p)
	if err != nil {
		return err
	}
	steps, err := writes(h, p)
	if err != nil {
		return err
	}
	if err := t.all(steps...); err != nil {
		return err
	}
	touched := append(forgotten, p.Policy.CompanyID)
	for _, m := range p.Mentions {
		touched = append(touched, m.OrganizationID)
	}
	slices.Sort(touched)
	return t.settle(slices.Compact(touched))
}

// forget deletes what the versions that are read anew were taken to say, and
// returns the organisations that they mentioned.
func (t transaction) forget(p *graph.Plan) ([]string, error) {
	ids := make([]string, len(p.Versions))
	for i, v := range p.Versions {
		ids[i] = v.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	records, err := t.run(`
		UNWIND $ids AS id
		MATCH (v:Version {id: id})
		WITH v, COLLECT { MATCH (v)-[:MENTIONS]->(o) RETURN DISTINCT o.id } AS mentioned
		CALL { WITH v MATCH (v)-[r:STATES|MENTIONS]->() DELETE r }
		CALL { WITH v MATCH (e:Evidence)-[:IN_VERSION]->(v) DETACH DELETE e }
		RETURN mentioned`, params{"ids": ids})
	if err != nil {
		return nil, err
	}
	lists, err := decode(records, func(r record) ([]string, error) { return texts[string](r, "mentioned"), nil })
	return slices.Concat(lists...), err
}

// writes returns the statements that write the rows of a plan, in order.
func writes(h graph.Held, p *graph.Plan) ([]statement, error) {
	told, err := json.Marshal(p.Company)
	if err != nil {
		return nil, err
	}
	versions, err := versionRows(p.Versions)
	if err != nil {
		return nil, err
	}
	steps := []statement{{writePolicy, params{
		"company": p.Company.ID, "told": string(told), "policy": policyRow(p.Policy, append(h.Captures, p.Captures...)),
		"versions": versions, "spells": spellRows(p.Spells),
	}}}
	steps = append(steps, inBatches(writePractices, practiceRows(h, p))...)
	steps = append(steps, inBatches(writeEvidence, evidenceRows(p.Evidence))...)
	steps = append(steps, inBatches(writeMentions, mentionRows(p.Mentions))...)
	steps = append(steps, statement{writeRuns, params{"policy": p.Policy.ID, "runs": runRows(p.Runs), "none": noRuns()}})
	steps = append(steps, inBatches(deleteGone, p.Gone)...)
	company := params{"company": p.Company.ID, "disclosures": plain(disclosures())}
	return append(steps, statement{deleteSharing, company}, statement{writeSharing, company}), nil
}

const (
	writePolicy = `
		MERGE (c:Organization {id: $company})
		SET c:Company, c.told = $told
		MERGE (p:Policy {id: $policy.id})
		SET p = $policy
		MERGE (c)-[:PUBLISHES]->(p)
		WITH p
		CALL { WITH p MATCH (p)-[spell:HAS_VERSION]->(v) SET v.standing = false DELETE spell }
		CALL {
			UNWIND $versions AS row
			MERGE (v:Version {id: row.id})
			SET v += row
		}
		UNWIND $spells AS row
		MATCH (v:Version {id: row.version})
		CREATE (p)-[:HAS_VERSION {from: row.from, to: row.to}]->(v)
		SET v.standing = row.standing`

	writePractices = `
		UNWIND $rows AS row
		CREATE (p:Practice)
		SET p = row
		MERGE (c:Organization {id: row.companyId})
		CREATE (p)-[:BY]->(c)
		FOREACH (id IN CASE row.organization WHEN '' THEN [] ELSE [row.organization] END |
			MERGE (o:Organization {id: id}) CREATE (p)-[:TO {role: row.role}]->(o))
		FOREACH (id IN CASE row.category WHEN '' THEN [] ELSE [row.category] END |
			MERGE (r:RecipientCategory {id: id}) CREATE (p)-[:TO_CATEGORY]->(r))
		FOREACH (id IN CASE row.source WHEN '' THEN [] ELSE [row.source] END |
			MERGE (o:Organization {id: id}) CREATE (p)-[:FROM]->(o))
		FOREACH (id IN row.dataTypes | MERGE (d:DataType {id: id}) CREATE (p)-[:OF]->(d))
		FOREACH (id IN row.purposes | MERGE (f:Purpose {id: id}) CREATE (p)-[:FOR]->(f))
		FOREACH (id IN row.legalBases | MERGE (b:LegalBasis {id: id}) CREATE (p)-[:UNDER]->(b))
		FOREACH (id IN row.places | MERGE (c:Place {id: id}) CREATE (p)-[:IN {role: row.placeRole}]->(c))
		FOREACH (id IN row.safeguards | MERGE (s:Safeguard {id: id}) CREATE (p)-[:PROTECTED_BY]->(s))
		FOREACH (id IN CASE row.kept WHEN '' THEN [] ELSE [row.kept] END |
			MERGE (k:RetentionPeriod {id: id})
			ON CREATE SET k.min = row.min, k.max = row.max, k.criterion = row.criterion, k.start = row.start, k.scope = row.scope
			CREATE (p)-[:KEPT_FOR]->(k))`

	writeEvidence = `
		UNWIND $rows AS row
		MATCH (p:Practice {key: row.practiceKey}), (v:Version {id: row.versionId})
		CREATE (e:Evidence)
		SET e = row
		CREATE (p)-[:EVIDENCED_BY]->(e)-[:IN_VERSION]->(v)
		MERGE (v)-[:STATES]->(p)`

	writeMentions = `
		UNWIND $rows AS row
		MATCH (v:Version {id: row.version})
		MERGE (o:Organization {id: row.organization})
		CREATE (v)-[:MENTIONS {name: row.name, kind: row.kind, count: row.count}]->(o)`

	writeRuns = `
		MATCH (p:Practice {policyId: $policy})
		SET p += coalesce($runs[p.key], $none),
			p.versionIds = COLLECT { MATCH (v:Version)-[:STATES]->(p) RETURN v.id ORDER BY v.id }`

	deleteGone = `
		UNWIND $rows AS key
		MATCH (p:Practice {key: key})
		OPTIONAL MATCH (p)-[:KEPT_FOR]->(k)
		DETACH DELETE p
		WITH DISTINCT k WHERE k IS NOT NULL AND NOT EXISTS { (k)<-[:KEPT_FOR]-() }
		DELETE k`

	deleteSharing = `
		MATCH (:Company {id: $company})-[old:SHARES_WITH]->(o)
		DELETE old
		WITH DISTINCT o WHERE NOT EXISTS { (o)<-[:SHARES_WITH]-() }
		REMOVE o:Processor`

	writeSharing = `
		MATCH (p:Practice {companyId: $company})
		WHERE p.stance = 'stated' AND p.action IN $disclosures AND p.organization <> '' AND size(p.runFrom) > 0
		WITH p.organization AS organization, count(*) AS practices, min(p.runFrom[0]) AS firstSeen, max(p.validTo) AS lastSeen
		MATCH (c:Company {id: $company}), (o:Organization {id: organization})
		CREATE (c)-[:SHARES_WITH {practices: practices, firstSeen: firstSeen, lastSeen: lastSeen}]->(o)
		SET o:Processor`
)

// all runs statements that return nothing.
func (t transaction) all(statements ...statement) error {
	for _, s := range statements {
		result, err := t.tx.Run(t.ctx, s.cypher, s.params)
		if err != nil {
			return err
		}
		if _, err := result.Consume(t.ctx); err != nil {
			return err
		}
	}
	return nil
}

// inBatches returns a statement for each batch of rows.
func inBatches[T any](cypher string, rows []T) []statement {
	var out []statement
	for part := range slices.Chunk(rows, batch) {
		out = append(out, statement{cypher, params{"rows": part}})
	}
	return out
}

// A capture is kept as its moment and version, between them a space.
func captureTexts(captures []policy.Capture) []string {
	var out []string
	for _, c := range captures {
		out = append(out, stamp(c.At)+" "+c.VersionID)
	}
	slices.Sort(out)
	return out
}

func capturesOf(r record) []policy.Capture {
	var out []policy.Capture
	for _, text := range texts[string](r, "captures") {
		c, err := captureOf(text)
		if err != nil {
			r.blame(err)
		}
		out = append(out, c)
	}
	return out
}

func captureOf(text string) (policy.Capture, error) {
	moment, version, _ := strings.Cut(text, " ")
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return policy.Capture{}, fmt.Errorf("capture %q of a policy: %w", text, err)
	}
	return policy.Capture{VersionID: version, At: at}, nil
}
