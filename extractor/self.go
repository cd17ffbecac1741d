package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
	"policygraph/vocab"
)

// A self tells which names stand for the company whose policy it is.
type self struct {
	ids   map[string]bool
	names [][]string // in words, without legal form
	// group holds the company and those above it.
	group map[string]bool
	seat  policy.Span // where the text gives its name and address; empty if it does not
}

// newSelf gathers the names of the company: those that are known, that of the
// controller which the text names, and the one that the text is full of.
func newSelf(p *page, c *policy.Controller) self {
	s := self{ids: map[string]bool{}, group: map[string]bool{}}
	add := func(name string) {
		if words := nameWords(name); len(words) > 0 && len(name) > 1 {
			s.ids[idOf(name)] = true
			s.names = append(s.names, words)
		}
	}
	if p.subject.OrganizationID != "" {
		s.ids[p.subject.OrganizationID] = true
	}
	for _, name := range p.subject.Names {
		add(name)
	}
	if c != nil {
		add(c.Name)
		s.seat = c.Evidence.Finding().Spans[0]
	}
	if p.hasBrand && !(len(p.subject.Names) > 0 && p.listed(p.brand)) {
		add(p.brand.Of(p.Text))
	}
	for id := range s.ids {
		s.group[id] = true
		for _, owner := range vocab.Organizations().Owners(id) {
			s.group[owner] = true
		}
	}
	return s
}

// nameWords returns the words by which names are compared.
func nameWords(name string) []string {
	words := strings.Fields(policy.NameKey(name))
	if len(words) > 1 && (words[0] == "the" || words[0] == "la" || words[0] == "le") {
		return words[1:]
	}
	return words
}

// is reports whether o is the company itself or a product of its own: a name
// that begins as the company's does, but is no other company of its group.
func (s self) is(o party) bool {
	if s.ids[o.id] {
		return true
	}
	words := nameWords(o.name)
	for _, own := range s.names {
		switch n := min(len(own), len(words)); {
		case n > 1 && slices.Equal(own[len(own)-n:], words):
			return true // "Naf Naf" of "New Naf Naf"
		case n == 0 || !slices.Equal(own[:n], words[:n]):
		case len(words) <= len(own):
			return true
		default:
			return !legalForm(o.name[strings.LastIndexByte(o.name, ' ')+1:]) && !slices.ContainsFunc(words[n:], sister)
		}
	}
	return false
}

// related reports whether the name of o begins as the company's does: another
// company of its group, or the company itself under another name.
func (s self) related(o party) bool {
	if s.group[o.id] || slices.ContainsFunc(vocab.Organizations().Owners(o.id), func(id string) bool { return s.group[id] }) {
		return true
	}
	words := nameWords(o.name)
	if len(words) == 0 {
		return false
	}
	name := strings.Join(words, "")
	return slices.ContainsFunc(s.names, func(own []string) bool {
		stem := own[0]
		if len(stem) <= 2 && len(own) > 1 {
			stem += own[1] // "O'Reilly"
		}
		return len(stem) > 2 && (words[0] == stem || len(stem) > 3 && strings.HasPrefix(name, stem))
	})
}

// sister reports whether a word behind a company's name makes another company
// of it: "Acme Group", "Acme Bank".
func sister(word string) bool {
	switch word {
	case "group", "groupe", "holding", "holdings", "bank", "banque", "foundation", "fondation", "europe", "international":
		return true
	}
	return false
}
