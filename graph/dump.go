package graph

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"policygraph/policy"
)

// Dump writes everything that the store holds to w as JSON Lines, one record a
// line, told apart by "record": organizations, ownerships, then each policy,
// followed by its versions and its practices with their runs and all their
// evidence. Equal content gives equal bytes, whichever store holds it and
// whenever it was put. Texts are left out; a version has their hash.
func Dump(ctx context.Context, s Store, w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	d := dumper{s, json.NewEncoder(out)}
	d.enc.SetEscapeHTML(false)
	for _, part := range []func(context.Context) error{d.organizations, d.ownerships, d.policies} {
		if err := part(ctx); err != nil {
			return fmt.Errorf("dump: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return nil
}

type dumper struct {
	store Store
	enc   *json.Encoder
}

type organizationRecord struct {
	Record    string                  `json:"record"`
	ID        string                  `json:"id"`
	Name      string                  `json:"name"`
	Kind      policy.OrganizationKind `json:"kind"`
	Aliases   []string                `json:"aliases,omitempty"`
	Domains   []string                `json:"domains,omitempty"`
	Country   policy.Place            `json:"country,omitempty"`
	Sector    string                  `json:"sector,omitempty"`
	LEI       string                  `json:"lei,omitempty"`
	Listed    bool                    `json:"listed"`
	Company   bool                    `json:"company"`
	Processor bool                    `json:"processor"`
}

type ownershipRecord struct {
	Record   string      `json:"record"`
	Owned    string      `json:"owned"`
	Owner    string      `json:"owner"`
	From     policy.Date `json:"from,omitempty"`
	To       policy.Date `json:"to,omitempty"`
	Source   string      `json:"source"`
	Verified bool        `json:"verified"`
}

type policyRecord struct {
	Record   string       `json:"record"`
	ID       string       `json:"id"`
	Company  string       `json:"company"`
	Kind     policy.Kind  `json:"kind"`
	URL      string       `json:"url"`
	Aliases  []string     `json:"aliases,omitempty"`
	Language string       `json:"language,omitempty"`
	Region   string       `json:"region,omitempty"`
	Spells   []timeRecord `json:"spells"`
}

type versionRecord struct {
	Record   string       `json:"record"`
	ID       string       `json:"id"`
	Policy   string       `json:"policy"`
	Hash     string       `json:"hash"`
	Language string       `json:"language,omitempty"`
	Assessed bool         `json:"assessed"`
	Rules    string       `json:"rules"`
	Spells   []timeRecord `json:"spells"`
	aboutJSON
}

type practiceRecord struct {
	Record     string             `json:"record"`
	Key        string             `json:"key"`
	Policy     string             `json:"policy"`
	Company    string             `json:"company"`
	Action     policy.Action      `json:"action"`
	Stance     policy.Stance      `json:"stance"`
	Recipient  string             `json:"recipient,omitempty"`
	Category   string             `json:"category,omitempty"`
	Role       string             `json:"role,omitempty"`
	Source     string             `json:"source,omitempty"`
	DataTypes  []string           `json:"dataTypes,omitempty"`
	Purposes   []string           `json:"purposes,omitempty"`
	LegalBases []string           `json:"legalBases,omitempty"`
	Places     []policy.Place     `json:"places,omitempty"`
	PlaceRole  policy.PlaceRole   `json:"placeRole,omitempty"`
	Safeguards []string           `json:"safeguards,omitempty"`
	Conditions []policy.Condition `json:"conditions,omitempty"`
	Retention  *retentionRecord   `json:"retention,omitempty"`
	Runs       []timeRecord       `json:"runs"`
	Evidence   []evidenceRecord   `json:"evidence"`
}

type retentionRecord struct {
	Min       string `json:"min,omitempty"`
	Max       string `json:"max,omitempty"`
	Criterion string `json:"criterion,omitempty"`
	Start     string `json:"start,omitempty"`
	Scope     string `json:"scope,omitempty"`
}

type evidenceRecord struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	evidenceJSON
}

// timeRecord is a spell or a run; To is absent while it lasts.
type timeRecord struct {
	Version    string     `json:"version,omitempty"`
	From       time.Time  `json:"from"`
	To         *time.Time `json:"to,omitempty"`
	SinceFirst bool       `json:"sinceFirst,omitempty"`
}

func recordTime(from, to time.Time) timeRecord {
	r := timeRecord{From: from}
	if !to.Equal(policy.Forever) {
		r.To = &to
	}
	return r
}

func (d dumper) organizations(ctx context.Context) error {
	for page := (Page{Limit: 1000}); ; {
		l, err := d.store.Organizations(ctx, OrganizationFilter{}, page)
		if err != nil {
			return err
		}
		for _, o := range l.Items {
			err := d.enc.Encode(organizationRecord{"organization", o.ID, o.Name, o.Kind, o.Aliases, o.Domains,
				o.Country, o.Sector, o.LEI, o.Listed, o.Company, o.Processor})
			if err != nil {
				return err
			}
			page.After = &Position{policy.SortKey(o.Name), o.ID}
		}
		if !l.More {
			return nil
		}
	}
}

func (d dumper) ownerships(ctx context.Context) error {
	edges, err := d.store.Ownerships(ctx, nil)
	if err != nil {
		return err
	}
	for _, o := range edges {
		if err := d.enc.Encode(ownershipRecord{"ownership", o.Owned, o.Owner, o.From, o.To, o.Source, o.Verified}); err != nil {
			return err
		}
	}
	return nil
}

func (d dumper) policies(ctx context.Context) error {
	policies, err := d.store.Policies(ctx, PolicyFilter{})
	if err != nil {
		return err
	}
	for _, p := range policies {
		r := policyRecord{"policy", p.ID, p.CompanyID, p.Kind, p.URL, p.Aliases, p.Language, p.Region, recordSpells(p.Spells)}
		if err := d.enc.Encode(r); err != nil {
			return err
		}
		versions, err := d.store.Versions(ctx, VersionFilter{PolicyIDs: []string{p.ID}})
		if err != nil {
			return err
		}
		for _, v := range versions {
			r := versionRecord{"version", v.ID, v.PolicyID, v.Hash, v.Language, v.Assessed, v.Rules, recordSpells(v.Spells), aboutOf(v)}
			if err := d.enc.Encode(r); err != nil {
				return err
			}
		}
		if err := d.practices(ctx, p, versions); err != nil {
			return err
		}
	}
	return nil
}

// practices writes what the versions of one policy state. It asks at the
// beginning of each spell, as an answer has one run of each practice, and by
// version only for those that never stood.
func (d dumper) practices(ctx context.Context, p Policy, versions []Version) error {
	records := map[string]practiceRecord{}
	for _, s := range p.Spells {
		if err := d.collect(ctx, records, PracticeFilter{PolicyIDs: []string{p.ID}}, AsOf{s.From}); err != nil {
			return err
		}
	}
	for _, v := range versions {
		if len(v.Spells) > 0 {
			continue
		}
		if err := d.collect(ctx, records, PracticeFilter{VersionIDs: []string{v.ID}}, AsOf{}); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(records)) {
		if err := d.enc.Encode(records[key]); err != nil {
			return err
		}
	}
	return nil
}

// collect adds the practices that f selects at a moment, with what is new of
// their runs and evidence.
func (d dumper) collect(ctx context.Context, records map[string]practiceRecord, f PracticeFilter, asOf AsOf) error {
	l, err := d.store.Practices(ctx, f, asOf, ByCompany, Page{})
	if err != nil {
		return err
	}
	for _, p := range l.Items {
		r, ok := records[p.Key]
		if !ok {
			r = recordPractice(p)
		}
		for _, e := range p.Evidence {
			if !slices.ContainsFunc(r.Evidence, func(o evidenceRecord) bool { return o.ID == e.ID }) {
				r.Evidence = append(r.Evidence, evidenceRecord{e.ID, e.VersionID, encodeEvidence(e.Evidence)})
			}
		}
		run := recordTime(p.Run.From, p.Run.To)
		run.SinceFirst = p.SinceFirst
		if !p.Run.From.IsZero() && !slices.ContainsFunc(r.Runs, func(o timeRecord) bool { return o.From.Equal(run.From) }) {
			r.Runs = append(r.Runs, run)
		}
		records[p.Key] = r
	}
	return nil
}

func recordPractice(p Practice) practiceRecord {
	r := practiceRecord{
		Record: "practice", Key: p.Key, Policy: p.PolicyID, Company: p.CompanyID, Action: p.Action, Stance: p.Stance,
		Recipient: p.Recipient.Organization, Category: p.Recipient.Category, Role: p.Recipient.Role, Source: p.Source,
		DataTypes: p.DataTypes, Purposes: p.Purposes, LegalBases: p.LegalBases, Places: p.Places, PlaceRole: p.PlaceRole,
		Safeguards: p.Safeguards, Conditions: p.Conditions, Runs: []timeRecord{},
	}
	if t := p.Retention; t != nil {
		r.Retention = &retentionRecord{t.Min.String(), t.Max.String(), t.Criterion, t.Start, t.Scope}
	}
	return r
}

func recordSpells(spells []policy.Spell) []timeRecord {
	out := []timeRecord{}
	for _, s := range spells {
		r := recordTime(s.From, s.To)
		r.Version = s.VersionID
		out = append(out, r)
	}
	return out
}
