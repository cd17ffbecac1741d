package sqlite

import (
	"cmp"
	"context"
	"slices"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// Policies implements graph.Store.
func (s *Store) Policies(ctx context.Context, f graph.PolicyFilter) (out []graph.Policy, err error) {
	err = s.viewing(ctx, "policies", func(t tx) (err error) {
		q := &query{}
		var c conditions
		in(q, &c, "p.id", f.IDs)
		in(q, &c, "p.company_id", f.CompanyIDs)
		out, err = rows(t, func(r scanner) (p graph.Policy, err error) { return p, r.Scan(policyFields(&p.Policy)...) }, `
			SELECT `+policyColumns+` FROM policy p JOIN organization c ON c.id = p.company_id
			WHERE `+c.String()+` ORDER BY c.sort, c.id, p.url, p.id`, q.args...)
		if err != nil {
			return err
		}
		spells, err := t.spells(each(out, func(p graph.Policy) string { return p.ID }))
		for i := range out {
			out[i].Spells = spells[out[i].ID]
		}
		return err
	})
	return out, err
}

// spells returns the spells of policies, in order.
func (t tx) spells(policyIDs []string) (map[string][]policy.Spell, error) {
	spells := map[string][]policy.Spell{}
	_, err := rows(t, func(r scanner) (s policy.Spell, err error) {
		var id string
		err = r.Scan(&id, &s.VersionID, instant{&s.From}, instant{&s.To})
		spells[id] = append(spells[id], s)
		return s, err
	}, `
		SELECT policy_id, version_id, valid_from, valid_to FROM spell
		WHERE policy_id IN (SELECT value FROM json_each(?)) ORDER BY policy_id, valid_from`, array(policyIDs))
	return spells, err
}

// Versions implements graph.Store.
func (s *Store) Versions(ctx context.Context, f graph.VersionFilter) (out []graph.Version, err error) {
	err = s.viewing(ctx, "versions", func(t tx) (err error) {
		q := &query{}
		var c conditions
		in(q, &c, "v.id", f.IDs)
		in(q, &c, "v.policy_id", f.PolicyIDs)
		if f.NotRules != "" {
			c.add("v.rules <> %s", q.bind(f.NotRules))
		}
		text := ", '', ''"
		if f.WithText {
			text = ", v.text, v.layout"
		}
		out, err = rows(t, scanVersion, `
			SELECT v.id, v.policy_id, v.hash, v.language, v.assessed, v.rules, v.about`+text+` FROM version v WHERE `+c.String(), q.args...)
		if err != nil {
			return err
		}
		spells, err := t.spells(union(each(out, func(v graph.Version) string { return v.PolicyID }), cmp.Compare))
		for i := range out {
			v := &out[i]
			v.Spells = slices.DeleteFunc(slices.Clone(spells[v.PolicyID]), func(s policy.Spell) bool { return s.VersionID != v.ID })
		}
		slices.SortFunc(out, compareVersions)
		return err
	})
	return out, err
}

// scanVersion reads a version with its document, if the row has one.
func scanVersion(r scanner) (v graph.Version, err error) {
	var about, text, layout string
	err = r.Scan(&v.ID, &v.PolicyID, &v.Hash, &v.Language, &v.Assessed, &v.Rules, &about, &text, &layout)
	if err != nil {
		return v, err
	}
	if layout != "" {
		if v.Document, err = graph.DecodeLayout(text, layout); err != nil {
			return v, err
		}
	}
	return v, graph.DecodeAbout(&v, about)
}

func compareVersions(a, b graph.Version) int {
	return cmp.Or(cmp.Compare(a.PolicyID, b.PolicyID), firstSeen(a).Compare(firstSeen(b)), cmp.Compare(a.ID, b.ID))
}

// firstSeen is the zero time for a version that never stood.
func firstSeen(v graph.Version) time.Time {
	if len(v.Spells) == 0 {
		return time.Time{}
	}
	return v.Spells[0].From
}

// Counts implements graph.Store.
func (s *Store) Counts(ctx context.Context) (c graph.Counts, err error) {
	err = s.viewing(ctx, "counts", func(t tx) error {
		return t.QueryRowContext(t.ctx, `
			SELECT (SELECT count(DISTINCT company_id) FROM policy), (SELECT count(*) FROM organization),
				(SELECT count(*) FROM organization o WHERE `+isProcessor+`),
				(SELECT count(*) FROM policy), (SELECT count(*) FROM version), (SELECT count(*) FROM practice), (SELECT count(*) FROM evidence),
				(SELECT count(*) FROM version WHERE NOT assessed), (SELECT max(at) FROM capture)`).
			Scan(&c.Companies, &c.Organizations, &c.Processors, &c.Policies, &c.Versions, &c.Practices, &c.Evidence, &c.NotAssessed, instant{&c.Newest})
	})
	return c, err
}
