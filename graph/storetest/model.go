package storetest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

// A Model answers the questions of a store from the captures themselves, slowly
// and obviously: it is what both stores are compared with. It keeps nothing but
// what was put, and derives everything anew for each question.
type Model struct {
	puts    []graph.Capture
	reading map[string]*policy.Reading // by version ID
}

// NewModel returns the model of a store into which the captures were put. Of
// several readings of one version the last stands.
func NewModel(puts ...graph.Capture) *Model {
	m := &Model{puts: puts, reading: map[string]*policy.Reading{}}
	for _, c := range puts {
		m.reading[versionID(c)] = c.Reading
	}
	return m
}

// Replace is that of graph.Store.
func (m *Model) Replace(readings map[string]*policy.Reading) { maps.Copy(m.reading, readings) }

func versionID(c graph.Capture) string {
	return policy.VersionID(c.Policy.ID, policy.HashText(c.Document.Text))
}

func (m *Model) spells(policyID string) []policy.Spell {
	var captures []policy.Capture
	for _, c := range m.puts {
		if c.Policy.ID == policyID {
			captures = append(captures, policy.Capture{VersionID: versionID(c), At: c.At})
		}
	}
	return policy.Spells(captures)
}

// stated is one practice of one policy with the evidence of each version.
type stated struct {
	key, policyID, companyID string
	said                     policy.Statement
	evidence                 map[string][]graph.Evidence // by version ID
	runs                     []policy.Run
	spells                   []policy.Spell // of the policy
}

func (m *Model) stated() []*stated {
	all, done := map[string]*stated{}, map[string]bool{}
	for _, c := range m.puts {
		version := versionID(c)
		if done[version] {
			continue
		}
		done[version] = true
		for _, p := range policy.Collate(m.reading[version].Practices) {
			key := p.Said().Key(c.Policy.ID)
			s := all[key]
			if s == nil {
				s = &stated{key, c.Policy.ID, c.Company.ID, p.Said(), map[string][]graph.Evidence{}, nil, m.spells(c.Policy.ID)}
				all[key] = s
			}
			for _, e := range p.Evidence() {
				s.evidence[version] = append(s.evidence[version],
					graph.Evidence{Evidence: e, ID: e.ID(key, version), PracticeID: key, VersionID: version})
			}
		}
	}
	var out []*stated
	for _, key := range slices.Sorted(maps.Keys(all)) {
		s := all[key]
		s.runs = policy.Runs(s.spells, func(v string) bool { return s.evidence[v] != nil })
		out = append(out, s)
	}
	return out
}

// at returns what a store returns of the practice for a scope, or false if it
// is not in the scope.
func (s *stated) at(versions []string, asOf graph.AsOf) (graph.Practice, bool) {
	p := graph.Practice{Statement: s.said, Key: s.key, PolicyID: s.policyID, CompanyID: s.companyID}
	if len(versions) == 0 {
		for _, spell := range s.spells {
			if (policy.Run{From: spell.From, To: spell.To}).Holds(asOf.Moment()) {
				p.Evidence = s.evidence[spell.VersionID]
			}
		}
		for _, run := range s.runs {
			if run.Holds(asOf.Moment()) {
				p.Run = run
			}
		}
	} else {
		for _, v := range slices.Compact(slices.Sorted(slices.Values(versions))) {
			p.Evidence = append(p.Evidence, s.evidence[v]...)
			for _, spell := range s.spells {
				for _, run := range s.runs {
					if spell.VersionID == v && run.Holds(spell.From) && run.From.After(p.Run.From) {
						p.Run = run
					}
				}
			}
		}
	}
	p.SinceFirst = len(s.spells) > 0 && p.Run.From.Equal(s.spells[0].From)
	return p, len(p.Evidence) > 0
}

// Practices is that of graph.Store.
func (m *Model) Practices(f graph.PracticeFilter, asOf graph.AsOf, order graph.PracticeOrder, page graph.Page) graph.List[graph.Practice] {
	organizations := m.organizations()
	var out []graph.Practice
	for _, s := range m.stated() {
		p, ok := s.at(f.VersionIDs, asOf)
		if !ok || !matches(f, p, s, organizations) {
			continue
		}
		switch order {
		case graph.ByRetention:
			p.Sort = graph.LengthSort(graph.Length(p.Retention))
		case graph.ByValidFrom:
			p.Sort = graph.ValidFromSort(p.Run.From)
		default:
			p.Sort = graph.CompanySort(organizations[p.CompanyID].Name, p.CompanyID)
		}
		out = append(out, p)
	}
	return cut(out, page, func(p graph.Practice) graph.Position { return graph.Position{Sort: p.Sort, ID: p.Key} })
}

func matches(f graph.PracticeFilter, p graph.Practice, s *stated, organizations map[string]graph.Organization) bool {
	inOrganizations := func(f *graph.OrganizationFilter, id string) bool {
		return f == nil || id != "" && selects(*f, organizations[id])
	}
	switch {
	case !in(f.Keys, p.Key), !in(f.PolicyIDs, p.PolicyID),
		len(f.VersionIDs) > 0 && !slices.ContainsFunc(f.VersionIDs, func(v string) bool { return s.evidence[v] != nil }),
		!inOrganizations(f.Company, p.CompanyID), !inOrganizations(f.Recipient, p.Recipient.Organization), !inOrganizations(f.Source, p.Source),
		!in(f.Categories, p.Recipient.Category, p.Recipient.Role),
		!in(f.DataTypes, p.DataTypes...), !in(f.Purposes, p.Purposes...), !in(f.LegalBases, p.LegalBases...), !in(f.Safeguards, p.Safeguards...),
		f.Place != nil && (len(p.Places) == 0 || !in(f.Place.In, p.Places...) || f.Place.Role != "" && f.Place.Role != p.PlaceRole),
		!in(f.Actions, p.Action),
		f.Stance != "" && f.Stance != p.Stance,
		f.Method != "" && !slices.ContainsFunc(p.Evidence, func(e graph.Evidence) bool { return e.Finding().Method == f.Method }),
		f.Retention != nil && !keeps(*f.Retention, p.Retention),
		f.Not != nil && matches(*f.Not, p, s, organizations):
		return false
	}
	for _, and := range f.And {
		if !matches(and, p, s, organizations) {
			return false
		}
	}
	return len(f.Or) == 0 || slices.ContainsFunc(f.Or, func(or graph.PracticeFilter) bool { return matches(or, p, s, organizations) })
}

func keeps(f graph.RetentionFilter, r *policy.Retention) bool {
	switch length := graph.Length(r); {
	case r == nil,
		!f.AtLeast.IsZero() && length < f.AtLeast.Seconds(),
		!f.AtMost.IsZero() && (length < 0 || length > f.AtMost.Seconds()):
		return false
	}
	return in(f.Criteria, r.Criterion)
}

// in reports whether some value is wanted; no wants are all.
func in[T comparable](wanted []T, values ...T) bool {
	return len(wanted) == 0 || slices.ContainsFunc(values, func(v T) bool { return slices.Contains(wanted, v) })
}

// discloses reports whether the practice makes a sharing edge of the stance.
func (s *stated) discloses(stance policy.Stance) bool {
	return s.said.Stance == stance && s.said.Action.Discloses() && s.said.Recipient.Organization != ""
}

// organizations returns every organisation, by ID.
func (m *Model) organizations() map[string]graph.Organization {
	out := map[string]graph.Organization{}
	names, kinds, counted := map[string]map[string]int{}, map[string][]policy.OrganizationKind{}, map[string]bool{}
	for _, o := range vocab.Organizations().All() {
		o.Listed = true
		out[o.ID] = graph.Organization{Organization: o}
	}
	for _, c := range m.puts {
		if version := versionID(c); !counted[version] {
			counted[version] = true
			countNames(names, kinds, m.reading[version])
		}
	}
	for id, spellings := range names {
		if !out[id].Listed {
			out[id] = graph.Organization{Organization: unlisted(id, spellings, kinds[id])}
		}
	}
	for _, c := range m.puts {
		o := out[c.Company.ID]
		o.Organization, o.Company = m.company(o.Organization, c.Company.ID), true
		out[c.Company.ID] = o
	}
	for id, o := range out {
		o.Name = cmp.Or(o.Name, id)
		out[id] = o
	}
	for _, s := range m.stated() {
		if s.discloses(policy.Stated) && len(s.runs) > 0 {
			o := out[s.said.Recipient.Organization]
			o.Processor = true
			out[o.ID] = o
		}
	}
	return out
}

func countNames(names map[string]map[string]int, kinds map[string][]policy.OrganizationKind, r *policy.Reading) {
	parties := map[string]bool{}
	for _, p := range policy.Collate(r.Practices) {
		for _, id := range []string{p.Said().Recipient.Organization, p.Said().Source} {
			parties[id] = id != ""
			if id != "" && names[id] == nil {
				names[id] = map[string]int{}
			}
		}
		id := cmp.Or(p.Said().Recipient.Organization, p.Said().Source)
		for _, e := range p.Evidence() {
			if id != "" && e.Finding().Party != "" {
				names[id][e.Finding().Party]++
			}
		}
	}
	for _, o := range r.Organizations {
		if parties[o.ID] {
			names[o.ID][o.Name] += 0
			if o.Kind != "" {
				kinds[o.ID] = append(kinds[o.ID], o.Kind)
			}
		}
	}
}

func unlisted(id string, spellings map[string]int, kinds []policy.OrganizationKind) policy.Organization {
	o := policy.Organization{ID: id, Kind: policy.LegalEntity}
	names := without(slices.Collect(maps.Keys(spellings)), "")
	if len(names) > 0 {
		o.Name = slices.MinFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(spellings[b], spellings[a]), cmp.Compare(a, b))
		})
		o.Aliases = without(names, o.Name)
	}
	if len(kinds) > 0 && !slices.Contains(kinds, policy.LegalEntity) {
		o.Kind = slices.Min(kinds)
	}
	return o
}

// company adds to o what the captures tell of the company.
func (m *Model) company(o policy.Organization, id string) policy.Organization {
	var names, aliases, domains, countries, sectors, leis []string
	kind := policy.OrganizationKind("")
	for _, c := range m.puts {
		if c := c.Company; c.ID == id {
			names = append(names, c.Name)
			if kind == "" || c.Kind == policy.LegalEntity || kind != policy.LegalEntity && c.Kind < kind {
				kind = c.Kind
			}
			aliases, domains = append(aliases, c.Aliases...), append(domains, c.Domains...)
			countries, sectors, leis = append(countries, string(c.Country)), append(sectors, c.Sector), append(leis, c.LEI)
		}
	}
	aliases = slices.Concat(aliases, names, o.Aliases)
	if !o.Listed {
		aliases = append(aliases, o.Name)
		o.ID, o.Name, o.Kind = id, slices.Min(names), kind
	}
	o.Aliases, o.Domains = without(aliases, o.Name), without(append(domains, o.Domains...), "")
	o.Country = cmp.Or(o.Country, policy.Place(first(countries)))
	o.Sector, o.LEI = cmp.Or(o.Sector, first(sectors)), cmp.Or(o.LEI, first(leis))
	return o
}

// without returns the values sorted and once each, but for the empty one and not.
func without(values []string, not string) []string {
	return slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(values))), func(v string) bool { return v == "" || v == not })
}

func first(values []string) string { return append(without(values, ""), "")[0] }

func selects(f graph.OrganizationFilter, o graph.Organization) bool {
	names := append([]string{o.Name}, o.Aliases...)
	domains := o.Domains
	switch {
	case !in(f.IDs, o.ID), !in(f.LEIs, o.LEI), !in(f.Kinds, o.Kind), !in(f.Countries, o.Country), !in(f.Sectors, o.Sector),
		!in(each(f.Names, policy.NameKey), each(names, policy.NameKey)...),
		!in(each(f.Domains, strings.ToLower), each(domains, strings.ToLower)...),
		f.Company && !o.Company, f.Processor && !o.Processor,
		f.Not != nil && selects(*f.Not, o):
		return false
	}
	for _, and := range f.And {
		if !selects(and, o) {
			return false
		}
	}
	return len(f.Or) == 0 || slices.ContainsFunc(f.Or, func(or graph.OrganizationFilter) bool { return selects(or, o) })
}

func each(values []string, f func(string) string) []string {
	var out []string
	for _, v := range values {
		out = append(out, f(v))
	}
	return out
}

// Organizations is that of graph.Store.
func (m *Model) Organizations(f graph.OrganizationFilter, page graph.Page) graph.List[graph.Organization] {
	var out []graph.Organization
	for _, o := range m.organizations() {
		if selects(f, o) {
			out = append(out, o)
		}
	}
	return cut(out, page, func(o graph.Organization) graph.Position {
		return graph.Position{Sort: policy.SortKey(o.Name), ID: o.ID}
	})
}

// Sharing is that of graph.Store.
func (m *Model) Sharing(q graph.SharingQuery, page graph.Page) graph.List[graph.Sharing] {
	organizations := m.organizations()
	edges := map[string]graph.Sharing{}
	for _, s := range m.stated() {
		p, ok := s.at(q.Filter.VersionIDs, q.AsOf)
		company, recipient := s.companyID, s.said.Recipient.Organization
		if !ok || !s.discloses(cmp.Or(q.Filter.Stance, policy.Stated)) || !matches(q.Filter, p, s, organizations) ||
			!in(q.Companies, company) || !in(q.Organizations, recipient) {
			continue
		}
		far, near := recipient, company
		if len(q.Organizations) > 0 {
			far, near = company, recipient
		}
		id := far + " " + near
		e, ok := edges[id]
		if !ok {
			e = graph.Sharing{ID: id, CompanyID: company, OrganizationID: recipient, Sort: policy.SortKey(organizations[far].Name)}
		}
		edges[id] = s.addTo(e)
	}
	return cut(slices.Collect(maps.Values(edges)), page, func(e graph.Sharing) graph.Position { return graph.Position{Sort: e.Sort, ID: e.ID} })
}

func (s *stated) addTo(e graph.Sharing) graph.Sharing {
	e.DataTypes, e.Purposes = without(append(e.DataTypes, s.said.DataTypes...), ""), without(append(e.Purposes, s.said.Purposes...), "")
	for _, place := range s.said.Places {
		if p := (graph.PlaceOfProcessing{Place: place, Role: s.said.PlaceRole}); !slices.Contains(e.Places, p) {
			e.Places = append(e.Places, p)
		}
	}
	slices.SortFunc(e.Places, func(a, b graph.PlaceOfProcessing) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Role, b.Role))
	})
	e.Practices++
	for _, run := range s.runs {
		if e.FirstSeen.IsZero() || run.From.Before(e.FirstSeen) {
			e.FirstSeen = run.From
		}
		if run.To.After(e.LastSeen) {
			e.LastSeen = run.To
		}
	}
	return e
}

// Search is that of graph.Store.
func (m *Model) Search(q graph.SearchQuery, page graph.Page) graph.List[graph.Hit] {
	best := map[string]graph.Hit{}
	for _, s := range m.searchable() {
		class, ok := graph.Class(graph.SearchText(s.Text), graph.SearchText(q.Text))
		if !ok || !in(q.Kinds, s.Kind) {
			continue
		}
		hit := graph.Hit{Kind: s.Kind, ID: s.ID, Matched: s.Text, Class: class, Sort: graph.HitSort(class, s.Text)}
		if old, ok := best[s.ID]; !ok || cmp.Or(cmp.Compare(hit.Sort, old.Sort), cmp.Compare(hit.Matched, old.Matched)) < 0 {
			best[s.ID] = hit
		}
	}
	return cut(slices.Collect(maps.Values(best)), page, func(h graph.Hit) graph.Position { return graph.Position{Sort: h.Sort, ID: h.ID} })
}

func (m *Model) searchable() []graph.Searchable {
	var out []graph.Searchable
	for _, t := range vocab.DataTypes().Terms() {
		for _, label := range without([]string{t.Label, t.LabelFR}, "") {
			out = append(out, graph.Searchable{Kind: graph.FindDataType, ID: t.ID, Text: label})
		}
	}
	for _, o := range m.organizations() {
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			out = append(out, graph.Searchable{Kind: graph.FindOrganization, ID: o.ID, Text: name})
		}
	}
	type place struct {
		version string
		policy.Span
	}
	quotes := map[place]graph.Evidence{}
	for _, s := range m.stated() {
		standing, _ := s.at(nil, graph.AsOf{})
		for _, e := range standing.Evidence {
			at := place{e.VersionID, e.Span()}
			if old, ok := quotes[at]; !ok || e.ID < old.ID {
				quotes[at] = e
			}
		}
	}
	for _, e := range quotes {
		out = append(out, graph.Searchable{Kind: graph.FindQuote, ID: e.ID, Text: e.Quote()})
	}
	return out
}

// Counts is that of graph.Store.
func (m *Model) Counts() graph.Counts {
	var c graph.Counts
	for _, o := range m.organizations() {
		c.Organizations++
		if o.Company {
			c.Companies++
		}
		if o.Processor {
			c.Processors++
		}
	}
	policies, versions := map[string]bool{}, map[string]bool{}
	for _, put := range m.puts {
		policies[put.Policy.ID] = true
		version := versionID(put)
		if !versions[version] && !m.reading[version].Assessed {
			c.NotAssessed++
		}
		versions[version] = true
		if put.At.After(c.Newest) {
			c.Newest = put.At
		}
	}
	c.Policies, c.Versions = len(policies), len(versions)
	for _, s := range m.stated() {
		c.Practices++
		for _, evidence := range s.evidence {
			c.Evidence += len(evidence)
		}
	}
	return c
}

// cut returns a page of a list that is not sorted yet.
func cut[T any](all []T, page graph.Page, position func(T) graph.Position) graph.List[T] {
	compare := func(a, b graph.Position) int { return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID)) }
	slices.SortFunc(all, func(a, b T) int { return compare(position(a), position(b)) })
	l := graph.List[T]{}
	if page.Total {
		l.Total = len(all)
	}
	for _, item := range all {
		p := position(item)
		if (page.After == nil || compare(p, *page.After) > 0) && (page.Before == nil || compare(p, *page.Before) < 0) {
			l.Items = append(l.Items, item)
		}
	}
	if n := len(l.Items); page.Limit > 0 && n > page.Limit {
		l.More = true
		if page.Backward {
			l.Items = l.Items[n-page.Limit:]
		} else {
			l.Items = l.Items[:page.Limit]
		}
	}
	return l
}
