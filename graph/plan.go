package graph

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"policygraph/policy"
)

// Held is what a store holds of one policy when a write begins: all that a
// plan needs to know. The zero value is a policy that is not held.
type Held struct {
	// Company is what captures have told so far of the company that publishes
	// the policy, as Plan.Company told it; nil if they have told nothing.
	Company  *policy.Organization
	Policy   *policy.Policy // nil if the policy is not held
	Captures []policy.Capture
	Rules    map[string]string // of each version, by ID: the rules that read it
	Stated   []Stated          // what each version states
}

// Stated says that a version states a practice.
type Stated struct{ PracticeID, VersionID string }

// A Plan is what one write changes, as rows: stores read what is held, ask for
// the plan and write it, and so two stores that hold the same captures hold the
// same rows. Lists are sorted, so that equal plans are written in equal order.
type Plan struct {
	Company policy.Organization // what captures have told of it; replaces Held.Company
	Policy  policy.Policy       // replaces Held.Policy
	// Captures are to be added.
	Captures []policy.Capture
	// Versions are to be added, or to replace what is held under their ID.
	// Document is nil, and Hash empty, for a version that is held: its text stays.
	// Their Spells are not set; see Plan.Spells.
	Versions []Version
	// Practices are stated by Versions; some may be held already, and are then equal.
	Practices []PracticeRow
	// Evidence and Mentions replace those of Versions.
	Evidence []EvidenceRow
	Mentions []Mention
	// Spells and Runs replace those of the whole policy.
	Spells []policy.Spell
	Runs   []RunRow
	// Gone are the practices that no version states any more, to be deleted.
	Gone []string
}

// A PracticeRow is a practice under its key.
type PracticeRow struct {
	Key string
	policy.Statement
}

// An EvidenceRow is evidence and its rank among that of its practice in its
// version, from 0, in the order of the text.
type EvidenceRow struct {
	Evidence
	Rank int
}

// A RunRow is one run of a practice.
type RunRow struct {
	PracticeID string
	policy.Run
	SinceFirst bool // begins with the first capture of the policy
}

// A Mention says how often the evidence of a version writes a name for an
// organisation that its practices have as recipient or source.
type Mention struct {
	VersionID      string
	OrganizationID string
	Name           string // "" if the version has no name for it
	// Kind is what the reading takes an organisation for that no directory
	// lists, or "".
	Kind  policy.OrganizationKind
	Count int
}

// PlanPut returns what putting c changes, or nil if it changes nothing.
//
// A version that is held and was read by other rules is read anew. The policy
// is as its latest capture tells it, with all addresses as aliases.
func PlanPut(h Held, c Capture) (*Plan, error) {
	if err := c.valid(); err != nil {
		return nil, fmt.Errorf("capture of policy %q: %w", c.Policy.ID, err)
	}
	hash := policy.HashText(c.Document.Text)
	moment := policy.Capture{VersionID: policy.VersionID(c.Policy.ID, hash), At: c.At.UTC()}
	p := Plan{Company: tellCompany(h.Company, c.Company), Policy: tellPolicy(h, c.Policy, moment)}
	if !slices.ContainsFunc(h.Captures, func(k policy.Capture) bool { return compareCaptures(k, moment) == 0 }) {
		p.Captures = []policy.Capture{moment}
	}
	rules, held := h.Rules[moment.VersionID]
	switch {
	case !held:
		p.read(moment.VersionID, c.Rules, c.Reading)
		p.Versions[0].Hash, p.Versions[0].Document = hash, c.Document
	case rules != c.Rules:
		p.read(moment.VersionID, c.Rules, c.Reading)
	case len(p.Captures) == 0 && equalOrganizations(h.Company, p.Company) && equalPolicies(h.Policy, p.Policy):
		return nil, nil
	}
	p.derive(h)
	return &p, nil
}

// PlanReplace returns what replacing the readings of versions of one policy
// changes. It is ErrNotFound if the policy or one of the versions is not held.
func PlanReplace(h Held, rules string, readings map[string]*policy.Reading) (*Plan, error) {
	if h.Policy == nil || h.Company == nil {
		return nil, ErrNotFound
	}
	p := Plan{Company: *h.Company, Policy: *h.Policy}
	for _, id := range slices.Sorted(maps.Keys(readings)) {
		if _, ok := h.Rules[id]; !ok {
			return nil, fmt.Errorf("version %q: %w", id, ErrNotFound)
		}
		if readings[id] == nil {
			return nil, fmt.Errorf("version %q: no reading", id)
		}
		for _, e := range evidenceOf(readings[id]) {
			if e.Quote() == "" {
				return nil, fmt.Errorf("version %q: controller, contact or right without evidence", id)
			}
		}
		p.read(id, rules, readings[id])
	}
	p.derive(h)
	return &p, nil
}

func (c Capture) valid() error {
	switch {
	case c.Policy.ID == "" || c.Policy.CompanyID != c.Company.ID:
		return fmt.Errorf("policy %q of company %q, put under %q", c.Policy.ID, c.Policy.CompanyID, c.Company.ID)
	case c.At.IsZero() || c.At.Nanosecond() != 0 || !c.At.Before(policy.Forever):
		return fmt.Errorf("moment %v, want whole seconds", c.At)
	case c.Document == nil || c.Reading == nil || c.Rules == "":
		return errors.New("without document, reading or rules")
	}
	for _, e := range evidenceOf(c.Reading) {
		if err := bornOut(e, c.Document.Text); err != nil {
			return err
		}
	}
	return c.Company.Valid()
}

// evidenceOf returns all the evidence of a reading.
func evidenceOf(r *policy.Reading) []policy.Evidence {
	var out []policy.Evidence
	for _, p := range r.Practices {
		out = append(out, p.Evidence()...)
	}
	for _, c := range r.Contacts {
		out = append(out, c.Evidence)
	}
	for _, right := range r.Rights {
		out = append(out, right.Evidence)
	}
	if r.Controller != nil {
		out = append(out, r.Controller.Evidence)
	}
	return out
}

// bornOut reports where the evidence is not what the text says.
func bornOut(e policy.Evidence, text string) error {
	if e.Quote() == "" {
		return errors.New("controller, contact or right without evidence")
	}
	for i, s := range e.Finding().Spans {
		if q := e.Quotes()[i]; s.End > len(text) || s.Of(text) != q {
			return fmt.Errorf("quote %q is not the text at %d:%d", q, s.Start, s.End)
		}
	}
	return nil
}

// tellPolicy joins what a capture tells of a policy with what is held: that of
// the latest capture stands, and no address is lost.
func tellPolicy(h Held, told policy.Policy, moment policy.Capture) policy.Policy {
	p, addresses := told, append(slices.Clip(told.Aliases), told.URL)
	if h.Policy != nil {
		addresses = append(append(addresses, h.Policy.Aliases...), h.Policy.URL)
		if slices.ContainsFunc(h.Captures, func(k policy.Capture) bool { return compareCaptures(k, moment) > 0 }) {
			p = *h.Policy
		}
	}
	p.Aliases = sortedSetBut(addresses, p.URL)
	return p
}

// compareCaptures orders captures as policy.Spells does: of two at one moment
// the one with the greater version ID stands.
func compareCaptures(a, b policy.Capture) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.VersionID, b.VersionID))
}

// read adds the rows of one reading of a version.
func (p *Plan) read(versionID, rules string, r *policy.Reading) {
	p.Versions = append(p.Versions, Version{
		Version: policy.Version{ID: versionID, PolicyID: p.Policy.ID, Language: r.Language, Assessed: r.Assessed},
		Rules:   rules, Effective: r.Effective, Controller: r.Controller, Contacts: r.Contacts, Rights: r.Rights,
	})
	practices := policy.Collate(r.Practices)
	for _, practice := range practices {
		row := PracticeRow{practice.Said().Key(p.Policy.ID), practice.Said()}
		p.Practices = append(p.Practices, row)
		for i, e := range practice.Evidence() {
			p.Evidence = append(p.Evidence, EvidenceRow{
				Evidence: Evidence{Evidence: e, ID: e.ID(row.Key, versionID), PracticeID: row.Key, VersionID: versionID},
				Rank:     i,
			})
		}
	}
	p.Mentions = append(p.Mentions, mentions(versionID, practices, r.Organizations)...)
}

// derive computes the spells of the policy, the runs of its practices and
// which practices are gone.
func (p *Plan) derive(h Held) {
	p.Spells = policy.Spells(append(slices.Clip(h.Captures), p.Captures...))
	anew := map[string]bool{}
	for _, v := range p.Versions {
		anew[v.ID] = true
	}
	states := map[string]map[string]bool{} // practice → versions
	state := func(practice, version string, now bool) {
		if states[practice] == nil {
			states[practice] = map[string]bool{}
		}
		if now {
			states[practice][version] = true
		}
	}
	for _, s := range h.Stated {
		state(s.PracticeID, s.VersionID, !anew[s.VersionID])
	}
	for _, e := range p.Evidence {
		state(e.PracticeID, e.VersionID, true)
	}
	for _, key := range slices.Sorted(maps.Keys(states)) {
		if len(states[key]) == 0 {
			p.Gone = append(p.Gone, key)
		}
		for _, run := range policy.Runs(p.Spells, func(v string) bool { return states[key][v] }) {
			p.Runs = append(p.Runs, RunRow{key, run, run.From.Equal(p.Spells[0].From)})
		}
	}
	slices.SortFunc(p.Practices, func(a, b PracticeRow) int { return cmp.Compare(a.Key, b.Key) })
	p.Practices = slices.CompactFunc(p.Practices, func(a, b PracticeRow) bool { return a.Key == b.Key })
	slices.SortFunc(p.Evidence, func(a, b EvidenceRow) int { return cmp.Compare(a.ID, b.ID) })
}
