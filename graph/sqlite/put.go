package sqlite

import (
	"context"
	"fmt"
	"slices"

	"policygraph/graph"
	"policygraph/policy"
)

// Put implements graph.Store.
func (s *Store) Put(ctx context.Context, c graph.Capture) (bool, error) {
	return s.writing(ctx, fmt.Sprintf("put policy %q", c.Policy.ID), func(t tx) error {
		held, err := t.held(c.Policy.ID, c.Company.ID)
		if err != nil {
			return err
		}
		plan, err := graph.PlanPut(held, c)
		if err != nil {
			return err
		}
		if plan == nil {
			return errNothing
		}
		return t.carryOut(held, plan)
	})
}

// Replace implements graph.Store.
func (s *Store) Replace(ctx context.Context, policyID, rules string, readings map[string]*policy.Reading) error {
	_, err := s.writing(ctx, fmt.Sprintf("replace readings of policy %q", policyID), func(t tx) error {
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
	return err
}

// held reads what is held of a policy and of the company that publishes it:
// the given one, if the policy is not held.
func (t tx) held(policyID, companyID string) (graph.Held, error) {
	h := graph.Held{Rules: map[string]string{}}
	policies, err := rows(t, func(r scanner) (p policy.Policy, err error) { return p, r.Scan(policyFields(&p)...) },
		`SELECT `+policyColumns+` FROM policy p WHERE p.id = ?`, policyID)
	if err != nil {
		return h, err
	}
	if len(policies) == 1 {
		h.Policy, companyID = &policies[0], policies[0].CompanyID
	}
	told, err := t.told([]string{companyID})
	if err != nil {
		return h, err
	}
	h.Company = told[companyID]
	h.Captures, err = rows(t, func(r scanner) (c policy.Capture, err error) { return c, r.Scan(&c.VersionID, instant{&c.At}) },
		`SELECT version_id, at FROM capture WHERE policy_id = ? ORDER BY at, version_id`, policyID)
	if err != nil {
		return h, err
	}
	_, err = rows(t, func(r scanner) (rules string, err error) {
		var id string
		err = r.Scan(&id, &rules)
		h.Rules[id] = rules
		return rules, err
	}, `SELECT id, rules FROM version WHERE policy_id = ?`, policyID)
	if err != nil {
		return h, err
	}
	h.Stated, err = rows(t, func(r scanner) (s graph.Stated, err error) { return s, r.Scan(&s.PracticeID, &s.VersionID) }, `
		SELECT DISTINCT p.key, e.version_id FROM practice p JOIN evidence e ON e.practice_id = p.id
		WHERE p.policy_id = ? ORDER BY p.key, e.version_id`, policyID)
	return h, err
}

// carryOut writes a plan.
func (t tx) carryOut(h graph.Held, p *graph.Plan) error {
	touched, err := t.forget(p.Versions)
	if err != nil {
		return err
	}
	for _, step := range []func(graph.Held, *graph.Plan) error{t.putPolicy, t.putVersions, t.putPractices, t.putTime, t.forgetPractices} {
		if err := step(h, p); err != nil {
			return err
		}
	}
	touched = append(touched, p.Policy.CompanyID)
	for _, m := range p.Mentions {
		touched = append(touched, m.OrganizationID)
	}
	return t.settle(touched)
}

// forget deletes what the versions that are read anew were taken to say, and
// returns the organisations that they mentioned.
func (t tx) forget(versions []graph.Version) ([]string, error) {
	ids := array(each(versions, func(v graph.Version) string { return v.ID }))
	mentioned, err := rows(t, text, `SELECT DISTINCT organization_id FROM mention WHERE version_id IN (SELECT value FROM json_each(?))`, ids)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`DELETE FROM mention WHERE version_id IN (SELECT value FROM json_each(?))`,
		`DELETE FROM evidence WHERE version_id IN (SELECT value FROM json_each(?))`,
	} {
		if err := t.exec(statement, ids); err != nil {
			return nil, err
		}
	}
	return mentioned, nil
}

func (t tx) putPolicy(_ graph.Held, plan *graph.Plan) error {
	p := plan.Policy
	if err := t.exec(`INSERT OR REPLACE INTO company (id, told) VALUES (?, ?)`, plan.Company.ID, encode(plan.Company)); err != nil {
		return err
	}
	err := t.exec(`INSERT OR REPLACE INTO policy (id, company_id, kind, url, aliases, language, region) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.CompanyID, p.Kind, p.URL, array(p.Aliases), p.Language, p.Region)
	if err != nil {
		return err
	}
	return insert(t, `INSERT INTO capture (policy_id, at, version_id) VALUES (?, ?, ?)`, plan.Captures, func(c policy.Capture) []any {
		return []any{p.ID, c.At.Unix(), c.VersionID}
	})
}

func (t tx) putVersions(_ graph.Held, p *graph.Plan) error {
	for _, v := range p.Versions {
		about, err := graph.EncodeAbout(v)
		if err != nil {
			return err
		}
		if v.Document == nil {
			err = t.exec(`UPDATE version SET language = ?, assessed = ?, rules = ?, about = ? WHERE id = ?`,
				v.Language, v.Assessed, v.Rules, about, v.ID)
		} else {
			err = t.putVersion(v, about)
		}
		if err != nil {
			return err
		}
	}
	return insert(t, `INSERT INTO mention (version_id, organization_id, name, kind, count) VALUES (?, ?, ?, ?, ?)`, p.Mentions, func(m graph.Mention) []any {
		return []any{m.VersionID, m.OrganizationID, m.Name, m.Kind, m.Count}
	})
}

func (t tx) putVersion(v graph.Version, about string) error {
	layout, err := graph.EncodeLayout(v.Document)
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO version (id, policy_id, hash, language, assessed, rules, about, layout, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, v.PolicyID, v.Hash, v.Language, v.Assessed, v.Rules, about, layout, v.Document.Text)
}

// lists are the lists of a practice and the tables in which filters find them.
var lists = [][2]string{
	{"practice_data_type", "data_types"}, {"practice_purpose", "purposes"}, {"practice_legal_basis", "legal_bases"},
	{"practice_place", "places"}, {"practice_safeguard", "safeguards"},
}

// putPractices adds the practices that are not held, as what a practice says
// never changes under its key, and the evidence of the versions.
func (t tx) putPractices(h graph.Held, p *graph.Plan) error {
	held := map[string]bool{}
	for _, s := range h.Stated {
		held[s.PracticeID] = true
	}
	anew := slices.DeleteFunc(slices.Clone(p.Practices), func(r graph.PracticeRow) bool { return held[r.Key] })
	last, err := t.last("practice")
	if err != nil {
		return err
	}
	err = insert(t, `
		INSERT INTO practice (key, policy_id, company_id, action, stance, recipient, category, role, source,
			data_types, purposes, legal_bases, places, place_role, safeguards, conditions, retention, retention_seconds, retention_criterion)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, anew, func(r graph.PracticeRow) []any {
		criterion := ""
		if r.Retention != nil {
			criterion = r.Retention.Criterion
		}
		return []any{r.Key, p.Policy.ID, p.Policy.CompanyID, r.Action, r.Stance, r.Recipient.Organization, r.Recipient.Category, r.Recipient.Role, r.Source,
			array(r.DataTypes), array(r.Purposes), array(r.LegalBases), array(r.Places), r.PlaceRole, array(r.Safeguards), array(r.Conditions),
			encodeRetention(r.Retention), graph.Length(r.Retention), criterion}
	})
	if err != nil {
		return err
	}
	for _, l := range lists {
		err := t.exec(`INSERT INTO `+l[0]+` (term, practice_id) SELECT list.value, p.id FROM practice p, json_each(p.`+l[1]+`) AS list WHERE p.id > ?`, last)
		if err != nil {
			return err
		}
	}
	return t.putEvidence(p)
}

func (t tx) putEvidence(p *graph.Plan) error {
	ids, err := t.practiceIDs(p.Policy.ID)
	if err != nil {
		return err
	}
	return insert(t, `
		INSERT INTO evidence (id, practice_id, version_id, rank, span_start, span_end, quote, further, party, method, rule, confidence)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, p.Evidence, func(e graph.EvidenceRow) []any {
		f := e.Finding()
		return []any{e.ID, ids[e.PracticeID], e.VersionID, e.Rank, e.Span().Start, e.Span().End, e.Quote(), encodeFurther(e.Evidence.Evidence),
			f.Party, f.Method, f.Rule, f.Confidence}
	})
}

// practiceIDs returns the row IDs of the practices of a policy, by key.
func (t tx) practiceIDs(policyID string) (map[string]int64, error) {
	ids := map[string]int64{}
	_, err := rows(t, func(r scanner) (key string, err error) {
		var id int64
		err = r.Scan(&key, &id)
		ids[key] = id
		return key, err
	}, `SELECT key, id FROM practice WHERE policy_id = ?`, policyID)
	return ids, err
}

// putTime replaces what depends on the time line of the policy, unless both
// the line and what its versions say are as before.
func (t tx) putTime(h graph.Held, p *graph.Plan) error {
	before := policy.Spells(h.Captures)
	if len(p.Versions) == 0 && slices.Equal(before, p.Spells) {
		return nil
	}
	if err := t.exec(`DELETE FROM spell WHERE policy_id = ?`, p.Policy.ID); err != nil {
		return err
	}
	err := insert(t, `INSERT INTO spell (policy_id, valid_from, valid_to, version_id) VALUES (?, ?, ?, ?)`, p.Spells, func(s policy.Spell) []any {
		return []any{p.Policy.ID, s.From.Unix(), s.To.Unix(), s.VersionID}
	})
	if err != nil {
		return err
	}
	ids, err := t.practiceIDs(p.Policy.ID)
	if err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM run WHERE practice_id IN (SELECT id FROM practice WHERE policy_id = ?)`, p.Policy.ID); err != nil {
		return err
	}
	err = insert(t, `INSERT INTO run (practice_id, valid_from, valid_to, since_first) VALUES (?, ?, ?, ?)`, p.Runs, func(r graph.RunRow) []any {
		return []any{ids[r.PracticeID], r.From.Unix(), r.To.Unix(), r.SinceFirst}
	})
	if err != nil {
		return err
	}
	return t.indexQuotes(p.Policy.ID, p.Spells[len(p.Spells)-1].VersionID)
}

// forgetPractices deletes the practices that no version states any more.
func (t tx) forgetPractices(_ graph.Held, p *graph.Plan) error {
	if len(p.Gone) == 0 {
		return nil
	}
	const gone = `(SELECT id FROM practice WHERE key IN (SELECT value FROM json_each(?1)))`
	keys := array(p.Gone)
	for _, l := range lists {
		err := t.exec(`
			DELETE FROM `+l[0]+` WHERE practice_id IN `+gone+` AND term IN (
				SELECT list.value FROM practice p, json_each(p.`+l[1]+`) AS list WHERE p.id IN `+gone+`)`, keys)
		if err != nil {
			return err
		}
	}
	return t.exec(`DELETE FROM practice WHERE id IN `+gone, keys)
}
