package graph

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"policygraph/policy"
	"policygraph/vocab"
)

// OrganizationOf returns the organisation that a store keeps under an ID, and
// whether it keeps one: it is listed in the directory, or captures tell of it as
// a company, or a version mentions it. The result does not depend on any order.
//
//   - A listed organisation is as the directory says.
//   - Another one has the name by which it publishes policies, else the one that
//     evidence writes most often (of equals the first in ASCII order), else its ID.
//     Other spellings are aliases.
//   - What captures tell of a company fills what the directory leaves empty, and
//     adds aliases and domains.
func OrganizationOf(id string, told *policy.Organization, mentions []Mention) (policy.Organization, bool) {
	o, listed := vocab.Organizations().ByID(id)
	if !listed {
		if told == nil && len(mentions) == 0 {
			return policy.Organization{}, false
		}
		o = mentioned(id, mentions)
		if told != nil {
			o.Aliases = append(o.Aliases, o.Name)
			o.Name, o.Kind = told.Name, told.Kind
		}
		o.Name = cmp.Or(o.Name, id)
	}
	names, domains := slices.Clone(o.Aliases), slices.Clone(o.Domains)
	if told != nil {
		names = append(append(names, told.Aliases...), told.Name)
		domains = append(domains, told.Domains...)
		o.Country, o.Sector, o.LEI = cmp.Or(o.Country, told.Country), cmp.Or(o.Sector, told.Sector), cmp.Or(o.LEI, told.LEI)
	}
	o.Aliases, o.Domains = sortedSetBut(names, o.Name), sortedSetBut(domains, "")
	return o, true
}

// tellCompany joins what a capture tells of a company with what earlier ones
// told. Names and domains are united; of different values of another field the
// first in ASCII order stands, and so the order of captures does not matter.
func tellCompany(held *policy.Organization, told policy.Organization) policy.Organization {
	o := told
	o.Listed = false
	names, domains := append(slices.Clip(told.Aliases), told.Name), slices.Clone(told.Domains)
	if held != nil {
		o.Name = min(o.Name, held.Name)
		o.Kind = kindAmong(o.Kind, held.Kind)
		o.Country, o.Sector, o.LEI = leastOf(o.Country, held.Country), leastOf(o.Sector, held.Sector), leastOf(o.LEI, held.LEI)
		names = append(append(names, held.Aliases...), held.Name)
		domains = append(domains, held.Domains...)
	}
	for i := range domains {
		domains[i] = strings.ToLower(domains[i])
	}
	o.Aliases, o.Domains = sortedSetBut(names, o.Name), sortedSetBut(domains, "")
	return o
}

// mentioned returns an organisation that only versions tell of; its name is
// empty if none of them writes one.
func mentioned(id string, mentions []Mention) policy.Organization {
	counts := map[string]int{}
	var kinds []policy.OrganizationKind
	for _, m := range mentions {
		counts[m.Name] += m.Count
		kinds = append(kinds, m.Kind)
	}
	delete(counts, "")
	o := policy.Organization{ID: id, Kind: kindAmong(kinds...), Aliases: slices.Sorted(maps.Keys(counts))}
	for _, name := range o.Aliases {
		if o.Name == "" || counts[name] > counts[o.Name] {
			o.Name = name
		}
	}
	return o
}

// kindAmong returns what an organisation is that is taken for any of kinds: a
// legal entity, unless nobody says so and somebody says something else.
func kindAmong(kinds ...policy.OrganizationKind) policy.OrganizationKind {
	var least policy.OrganizationKind
	for _, k := range kinds {
		if k == policy.LegalEntity {
			return k
		}
		least = leastOf(least, k)
	}
	return cmp.Or(least, policy.LegalEntity)
}

// mentions counts the names that the evidence of a version writes for the
// parties of its practices. A name is that of the recipient organisation or,
// without one, of the source. The names that the reading knows for parties
// count nothing, but stand in where evidence has none.
func mentions(versionID string, practices []policy.Practice, known []policy.Organization) []Mention {
	counts := map[string]map[string]int{}
	count := func(id, name string, n int) {
		if id == "" {
			return
		}
		if counts[id] == nil {
			counts[id] = map[string]int{}
		}
		counts[id][name] += n
	}
	for _, p := range practices {
		s := p.Said()
		count(s.Recipient.Organization, "", 0)
		count(s.Source, "", 0)
		for _, e := range p.Evidence() {
			count(cmp.Or(s.Recipient.Organization, s.Source), e.Finding().Party, 1)
		}
	}
	kinds := map[string]policy.OrganizationKind{}
	for _, o := range known {
		if counts[o.ID] != nil {
			count(o.ID, o.Name, 0)
			kinds[o.ID] = o.Kind
		}
	}
	var out []Mention
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		for _, name := range slices.Sorted(maps.Keys(counts[id])) {
			if name != "" || len(counts[id]) == 1 {
				out = append(out, Mention{versionID, id, name, kinds[id], counts[id][name]})
			}
		}
	}
	return out
}

// leastOf returns the first in ASCII order of the values that are not empty.
func leastOf[T ~string](a, b T) T {
	if a == "" || b == "" {
		return max(a, b)
	}
	return min(a, b)
}

// sortedSetBut returns the values sorted and once each, without the empty one and but.
func sortedSetBut(values []string, but string) []string {
	var out []string
	for _, v := range slices.Compact(slices.Sorted(slices.Values(values))) {
		if v != "" && v != but {
			out = append(out, v)
		}
	}
	return out
}

func equalOrganizations(a *policy.Organization, b policy.Organization) bool {
	return a != nil && a.ID == b.ID && a.Name == b.Name && a.Kind == b.Kind && a.Country == b.Country &&
		a.Sector == b.Sector && a.LEI == b.LEI && slices.Equal(a.Aliases, b.Aliases) && slices.Equal(a.Domains, b.Domains)
}

func equalPolicies(a *policy.Policy, b policy.Policy) bool {
	return a != nil && a.ID == b.ID && a.CompanyID == b.CompanyID && a.Kind == b.Kind && a.URL == b.URL &&
		a.Language == b.Language && a.Region == b.Region && slices.Equal(a.Aliases, b.Aliases)
}
