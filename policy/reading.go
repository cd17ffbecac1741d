package policy

import (
	"cmp"
	"slices"
	"strings"
)

// A Reading is what one version of a policy says, as an extractor read it.
type Reading struct {
	Language string
	// Assessed is false where the language has no rules or there is no text:
	// the reading is then empty and says nothing about absence.
	Assessed   bool
	Controller *Controller // or nil
	// Effective is when the text says it was last updated or takes effect.
	Effective Date
	Contacts  []Contact
	Rights    []Right
	Practices []Practice // no two with the same statement
	// Organizations are the parties of the practices, and the controller, that
	// no directory lists: ID and the name as the text writes it.
	Organizations []Organization
}

// A Controller is the organisation that answers for the processing.
type Controller struct {
	Name     string // the fullest name in the text
	Country  Place  // of its seat, or ""
	Evidence Evidence
}

// A Contact is an address to write to about privacy.
type Contact struct {
	Email    string
	Evidence Evidence
}

// A Right is a right of the person that the text grants or explains.
type Right struct {
	ID       string // term of the right vocabulary
	Evidence Evidence
}

// Collate returns practices with those of one statement joined into one, in
// the order of their first evidence. Each practice's evidence is in the order
// of the text, without repetition.
func Collate(practices []Practice) []Practice {
	var out []Practice
	at := map[string]int{}
	for _, p := range practices {
		key := p.said.Key("")
		if i, ok := at[key]; ok {
			out[i] = out[i].With(p.evidence...)
			continue
		}
		at[key] = len(out)
		out = append(out, p)
	}
	for i := range out {
		sorted := slices.Clone(out[i].evidence)
		slices.SortStableFunc(sorted, compareEvidence)
		out[i].evidence = slices.CompactFunc(sorted, func(a, b Evidence) bool { return a.ID("", "") == b.ID("", "") })
	}
	slices.SortStableFunc(out, func(a, b Practice) int {
		return cmp.Or(compareEvidence(a.evidence[0], b.evidence[0]), cmp.Compare(a.said.Key(""), b.said.Key("")))
	})
	return out
}

// compareEvidence orders evidence by its place in the text; of evidence for the
// same words the more confident comes first.
func compareEvidence(a, b Evidence) int {
	return cmp.Or(
		cmp.Compare(a.Span().Start, b.Span().Start),
		cmp.Compare(a.Span().End, b.Span().End),
		cmp.Compare(b.f.Confidence, a.f.Confidence),
		cmp.Compare(a.ID("", ""), b.ID("", "")),
		strings.Compare(a.f.Rule, b.f.Rule))
}
