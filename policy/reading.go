package policy

import (
	"cmp"
	"maps"
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
	byKey := map[string][]Practice{}
	for _, p := range practices {
		key := p.said.Key("")
		byKey[key] = append(byKey[key], p)
	}
	var out []Practice
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		var all []Evidence
		for _, p := range byKey[key] {
			all = append(all, p.evidence...)
		}
		out = append(out, Practice{byKey[key][0].said, collateEvidence(all)})
	}
	slices.SortStableFunc(out, func(a, b Practice) int { return compareEvidence(a.evidence[0], b.evidence[0]) })
	return out
}

// collateEvidence returns evidence in the order of the text; of several with
// one ID only the most confident.
func collateEvidence(all []Evidence) []Evidence {
	slices.SortStableFunc(all, compareEvidence)
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(e Evidence) bool {
		id := e.ID("", "")
		again := seen[id]
		seen[id] = true
		return again
	})
}

// compareEvidence orders evidence by its place in the text; of evidence for the
// same words the more confident comes first.
func compareEvidence(a, b Evidence) int {
	return cmp.Or(
		slices.CompareFunc(a.f.Spans[:1], b.f.Spans[:1], compareSpans),
		cmp.Compare(b.f.Confidence, a.f.Confidence),
		slices.CompareFunc(a.f.Spans, b.f.Spans, compareSpans),
		strings.Compare(a.f.Party, b.f.Party),
		strings.Compare(a.f.Rule, b.f.Rule),
		cmp.Compare(a.f.Method, b.f.Method))
}

func compareSpans(a, b Span) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}
