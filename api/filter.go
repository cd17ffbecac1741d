package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"policygraph/api/generated"
	"policygraph/graph"
	"policygraph/policy"
	"policygraph/vocab"
)

const (
	maxFilters     = 50   // in one argument, nested ones included
	maxFilterDepth = 5    // of AND, OR, NOT
	maxValues      = 500  // in one list of a filter
	maxFamilies    = 1000 // organisations whose subsidiaries are looked for
)

// parseAsOf returns the end of the given day, month or year.
func parseAsOf(s *string) (graph.AsOf, error) {
	if s == nil {
		return graph.AsOf{}, nil
	}
	d, err := policy.ParseDate(*s)
	if err != nil {
		return graph.AsOf{}, badInput("asOf: date %q is not ISO 8601 (such as 2024-08-31, 2024-08 or 2024)", clip(*s))
	}
	t, ok := d.Time()
	if !ok {
		return graph.AsOf{}, badInput("asOf: the date is empty")
	}
	switch len(d) {
	case len("2006"):
		t = t.AddDate(1, 0, 0)
	case len("2006-01"):
		t = t.AddDate(0, 1, 0)
	default:
		t = t.AddDate(0, 0, 1)
	}
	return graph.AsOf{Time: t.Add(-time.Second)}, nil
}

// A translator turns the filters of one argument into those of the store.
type translator struct {
	ctx     context.Context
	asOf    graph.AsOf
	filters int
	depth   int
}

// practiceFilter returns what f means to the store at a moment; the fields of a
// list share it.
func practiceFilter(ctx context.Context, f *generated.PracticeFilter, asOf graph.AsOf) (graph.PracticeFilter, error) {
	if f == nil {
		return graph.PracticeFilter{}, nil
	}
	return once(ctx, fmt.Sprintf("filter %s at %s", jsonOf(f), asOf), func() (graph.PracticeFilter, error) {
		t := &translator{ctx: ctx, asOf: asOf}
		return t.practices(*f, "")
	})
}

// organizationFilter returns what f means to the store.
func organizationFilter(ctx context.Context, f *generated.OrganizationFilter) (graph.OrganizationFilter, error) {
	if f == nil {
		return graph.OrganizationFilter{}, nil
	}
	t := &translator{ctx: ctx}
	return t.organizations(*f)
}

// enter counts a filter and its depth; leave must be called after it.
func (t *translator) enter() error {
	t.filters++
	t.depth++
	switch {
	case t.filters > maxFilters:
		return badInput("more than %d filters in one argument", maxFilters)
	case t.depth > maxFilterDepth:
		return badInput("filters nested more than %d deep", maxFilterDepth)
	}
	return nil
}

func (t *translator) leave() { t.depth-- }

// practices translates f under a stance that an outer filter fixes, or "".
func (t *translator) practices(f generated.PracticeFilter, stance policy.Stance) (graph.PracticeFilter, error) {
	if err := t.enter(); err != nil {
		return graph.PracticeFilter{}, err
	}
	defer t.leave()
	out := graph.PracticeFilter{Categories: f.RecipientCategory, LegalBases: f.LegalBasis, Safeguards: f.Safeguard, Actions: f.Action}
	if f.Method != nil {
		out.Method = *f.Method
	}
	if f.Stance != nil {
		out.Stance = *f.Stance
		if stance == "" {
			stance = out.Stance
		}
	}
	for _, check := range []error{
		values("action", f.Action),
		known("recipientCategory", vocab.RecipientCategories(), f.RecipientCategory),
		known("legalBasis", vocab.LegalBases(), f.LegalBasis),
		known("safeguard", vocab.Safeguards(), f.Safeguard),
	} {
		if check != nil {
			return out, check
		}
	}
	for _, step := range []func(*graph.PracticeFilter, generated.PracticeFilter, policy.Stance) error{t.parties, t.facets, t.logic} {
		if err := step(&out, f, stance); err != nil {
			return out, err
		}
	}
	return out, nil
}

// parties translates the organisations of a practice.
func (t *translator) parties(out *graph.PracticeFilter, f generated.PracticeFilter, _ policy.Stance) error {
	for _, party := range []struct {
		from *generated.OrganizationFilter
		to   **graph.OrganizationFilter
	}{{f.Company, &out.Company}, {f.Recipient, &out.Recipient}, {f.Source, &out.Source}} {
		if party.from == nil {
			continue
		}
		o, err := t.organizations(*party.from)
		if err != nil {
			return err
		}
		*party.to = &o
	}
	return nil
}

// facets translates what a statement and a denial answer differently, and retention.
func (t *translator) facets(out *graph.PracticeFilter, f generated.PracticeFilter, stance policy.Stance) error {
	if f.DataType != nil {
		if err := known("dataType", vocab.DataTypes(), f.DataType.In); err != nil {
			return err
		}
		narrow, broad := widen(vocab.DataTypes(), *f.DataType)
		all := termIDs(vocab.DataTypes())
		out.And = append(out.And, facet(stance, graph.PracticeFilter{DataTypes: narrow}, graph.PracticeFilter{
			Or: []graph.PracticeFilter{{DataTypes: broad}, {Not: &graph.PracticeFilter{DataTypes: all}}},
		}))
	}
	if f.Purpose != nil {
		if err := known("purpose", vocab.Purposes(), f.Purpose.In); err != nil {
			return err
		}
		narrow, broad := widen(vocab.Purposes(), *f.Purpose)
		all := termIDs(vocab.Purposes())
		out.And = append(out.And, facet(stance, graph.PracticeFilter{Purposes: narrow}, graph.PracticeFilter{
			Or: []graph.PracticeFilter{{Purposes: broad}, {Not: &graph.PracticeFilter{Purposes: all}}},
		}))
	}
	if f.Place != nil {
		narrow, broad, err := placeFilters(*f.Place)
		if err != nil {
			return err
		}
		out.And = append(out.And, facet(stance, graph.PracticeFilter{Place: &narrow}, graph.PracticeFilter{Place: &broad}))
	}
	if f.Retention != nil {
		r, err := retentionFilter(*f.Retention)
		if err != nil {
			return err
		}
		out.Retention = &r
	}
	return nil
}

// facet joins the filter for statements and that for denials into one. Under a
// known stance one of them is enough.
func facet(stance policy.Stance, stated, denied graph.PracticeFilter) graph.PracticeFilter {
	switch stance {
	case policy.Stated:
		return stated
	case policy.Denied:
		return denied
	}
	stated.Stance, denied.Stance = policy.Stated, policy.Denied
	return graph.PracticeFilter{Or: []graph.PracticeFilter{stated, denied}}
}

// logic translates AND, OR and NOT.
func (t *translator) logic(out *graph.PracticeFilter, f generated.PracticeFilter, stance policy.Stance) error {
	if err := values("AND", f.And); err != nil {
		return err
	}
	if err := values("OR", f.Or); err != nil {
		return err
	}
	for _, sub := range f.And {
		g, err := t.practices(sub, stance)
		if err != nil {
			return err
		}
		out.And = append(out.And, g)
	}
	for _, sub := range f.Or {
		g, err := t.practices(sub, stance)
		if err != nil {
			return err
		}
		out.Or = append(out.Or, g)
	}
	if f.Not != nil {
		g, err := t.practices(*f.Not, stance)
		if err != nil {
			return err
		}
		out.Not = &g
	}
	return nil
}

// organizations translates a filter of organisations.
func (t *translator) organizations(f generated.OrganizationFilter) (graph.OrganizationFilter, error) {
	if err := t.enter(); err != nil {
		return graph.OrganizationFilter{}, err
	}
	defer t.leave()
	out := graph.OrganizationFilter{Names: f.Name, Domains: f.Domain, LEIs: f.Lei, Sectors: f.Sector, Kinds: f.Kind}
	for _, check := range []error{
		values("id", f.ID), values("name", f.Name), values("domain", f.Domain), values("lei", f.Lei), values("sector", f.Sector),
		values("kind", f.Kind), values("country", f.Country), values("AND", f.And), values("OR", f.Or),
	} {
		if check != nil {
			return out, check
		}
	}
	for _, id := range f.ID {
		key, err := organizationKey(id)
		if err != nil {
			return out, err
		}
		out.IDs = append(out.IDs, key)
	}
	seats, err := parsePlaces("country", f.Country)
	if err != nil {
		return out, err
	}
	out.Countries = countriesIn(seats)
	if err := t.organizationLogic(&out, f); err != nil {
		return out, err
	}
	if f.IncludeSubsidiaries {
		return t.families(out)
	}
	return out, nil
}

func (t *translator) organizationLogic(out *graph.OrganizationFilter, f generated.OrganizationFilter) error {
	for _, list := range []struct {
		from []generated.OrganizationFilter
		to   *[]graph.OrganizationFilter
	}{{f.And, &out.And}, {f.Or, &out.Or}} {
		for _, sub := range list.from {
			g, err := t.organizations(sub)
			if err != nil {
				return err
			}
			*list.to = append(*list.to, g)
		}
	}
	if f.Not != nil {
		g, err := t.organizations(*f.Not)
		if err != nil {
			return err
		}
		out.Not = &g
	}
	return nil
}

// families returns the filter of the organisations that f selects and of all
// that they own.
func (t *translator) families(f graph.OrganizationFilter) (graph.OrganizationFilter, error) {
	list, err := storeOf(t.ctx).Organizations(t.ctx, f, graph.Page{Limit: maxFamilies})
	if err != nil {
		return f, err
	}
	if list.More {
		return f, badInput("includeSubsidiaries: the filter selects more than %d organisations", maxFamilies)
	}
	ids := make([]string, len(list.Items))
	for i, o := range list.Items {
		ids[i] = o.ID
	}
	if len(ids) == 0 {
		return f, nil // selects nobody
	}
	owned, err := familiesOf(t.ctx, ids, t.asOf.Moment())
	if err != nil {
		return f, err
	}
	return graph.OrganizationFilter{IDs: owned.members()}, nil
}

// retentionFilter translates bounds of retention.
func retentionFilter(f generated.RetentionFilter) (graph.RetentionFilter, error) {
	out := graph.RetentionFilter{Criteria: f.Criterion}
	if err := known("criterion", vocab.RetentionCriteria(), f.Criterion); err != nil {
		return out, err
	}
	for _, bound := range []struct {
		name string
		from *string
		to   *policy.Period
	}{{"maxAtLeast", f.MaxAtLeast, &out.AtLeast}, {"maxAtMost", f.MaxAtMost, &out.AtMost}} {
		if bound.from == nil {
			continue
		}
		p, err := policy.ParsePeriod(*bound.from)
		if err != nil || p.IsZero() {
			return out, badInput("%s: %q is not a period in ISO 8601 (such as P30D, P13M, P3Y, PT24H)", bound.name, clip(*bound.from))
		}
		*bound.to = p
	}
	return out, nil
}

// placeFilters returns the filter of places for statements and that for
// denials, in which a bloc counts for its countries.
func placeFilters(f generated.PlaceFilter) (stated, denied graph.PlaceFilter, err error) {
	if f.Role != nil {
		stated.Role, denied.Role = *f.Role, *f.Role
	}
	if f.In != nil && f.Outside != nil {
		return stated, denied, badInput("place: in and outside exclude each other")
	}
	if f.Outside != nil {
		stated.In = placesOutside(*f.Outside)
		denied.In = stated.In
		return stated, denied, nil
	}
	places, err := parsePlaces("in", f.In)
	if err != nil || places == nil {
		return stated, denied, err
	}
	stated.In, denied.In = placesIn(places), placesAbove(places)
	return stated, denied, nil
}

// parsePlaces returns the places with the given codes.
func parsePlaces(name string, codes []string) ([]policy.Place, error) {
	if err := values(name, codes); err != nil {
		return nil, err
	}
	var out []policy.Place
	for _, code := range codes {
		p, err := policy.ParsePlace(code)
		if err != nil {
			return nil, badInput("%s: %q is neither an ISO 3166-1 alpha-2 code nor EU, EEA or NON-EEA", name, clip(code))
		}
		out = append(out, p)
	}
	return out, nil
}

// placesIn returns the places and all that lie in them.
func placesIn(places []policy.Place) []policy.Place {
	return allPlaces(func(p policy.Place) bool {
		return slices.Contains(places, p) || slices.ContainsFunc(p.PartOf(), func(bloc policy.Place) bool { return slices.Contains(places, bloc) })
	})
}

// countriesIn returns the countries among placesIn.
func countriesIn(places []policy.Place) []policy.Place {
	return slices.DeleteFunc(placesIn(places), policy.Place.Bloc)
}

// placesAbove returns the places and the blocs that they lie in.
func placesAbove(places []policy.Place) []policy.Place {
	return allPlaces(func(p policy.Place) bool {
		return slices.ContainsFunc(places, func(q policy.Place) bool { return p == q || slices.Contains(q.PartOf(), p) })
	})
}

// placesOutside returns the countries outside of a bloc, and NON-EEA.
func placesOutside(bloc policy.Place) []policy.Place {
	return allPlaces(func(p policy.Place) bool {
		return p == policy.NonEEA || p.Country() && !slices.Contains(p.PartOf(), bloc)
	})
}

// allPlaces returns the countries and blocs that hold accepts.
func allPlaces(holds func(policy.Place) bool) []policy.Place {
	return slices.DeleteFunc(append(policy.Countries(), policy.EU, policy.EEA, policy.NonEEA), func(p policy.Place) bool { return !holds(p) })
}

// widen returns the terms that a statement must have one of, and those that a
// denial must.
func widen(v *vocab.Vocabulary, f generated.TermFilter) (stated, denied []string) {
	if f.IncludeNarrower {
		return v.Narrower(f.In...), v.Broader(f.In...)
	}
	return f.In, v.Broader(f.In...)
}

func termIDs(v *vocab.Vocabulary) []string {
	ids := make([]string, 0, len(v.Terms()))
	for _, t := range v.Terms() {
		ids = append(ids, t.ID)
	}
	return ids
}

// values reports whether a list of a filter is empty, which could mean
// everything or nothing, or too long. An absent one is neither.
func values[T any](name string, list []T) error {
	switch {
	case list != nil && len(list) == 0:
		return badInput("%s is an empty list: leave it out, or give a value", name)
	case len(list) > maxValues:
		return badInput("%s has %d values, at most %d are allowed", name, len(list), maxValues)
	}
	return nil
}

// known reports whether a list of a filter holds anything but terms of v.
func known(name string, v *vocab.Vocabulary, ids []string) error {
	if err := values(name, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := v.Term(id); ok {
			continue
		}
		if near, ok := nearTerm(v, id); ok {
			return badInput("%s: no term %q; did you mean %q?", name, clip(id), near)
		}
		return badInput("%s: no term %q", name, clip(id))
	}
	return nil
}

// nearTerm returns the term whose label or name is what somebody wrote for an ID.
func nearTerm(v *vocab.Vocabulary, id string) (string, bool) {
	if t, ok := v.ByLabel(id); ok {
		return t.ID, true
	}
	name := func(id string) string { return strings.ToLower(id[strings.IndexByte(id, ':')+1:]) }
	for _, t := range v.Terms() {
		if name(t.ID) == name(id) {
			return t.ID, true
		}
	}
	return "", false
}

// jsonOf returns a filter as the text by which lists are told apart.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // filters are plain values
	}
	return string(b)
}
