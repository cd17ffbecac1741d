package extractor

import (
	"fmt"
	"slices"
	"strings"

	"policygraph/policy"
	"policygraph/vocab"
)

// A collector gathers what the readers of a page find. A find that the domain
// refuses is a fault of the reader: it is left out of the reading and kept in
// faults, which tests require to be empty.
type collector struct {
	text      string
	reading   policy.Reading
	practices []policy.Practice
	// names holds the name that the text first gives to each organisation
	// that the directory does not list.
	names  map[string]string
	faults []error
}

func newCollector(doc *policy.Document) *collector {
	return &collector{text: doc.Text, names: map[string]string{}, reading: policy.Reading{Language: doc.Language, Assessed: true}}
}

// practice records that the text states s at f. Evidence is by rule unless f
// says otherwise; spans without text are left out.
func (c *collector) practice(s policy.Statement, f policy.Finding) {
	e, ok := c.evidence(f)
	if !ok {
		return
	}
	p, err := policy.NewPractice(s, e)
	if err != nil {
		c.faults = append(c.faults, fmt.Errorf("rule %s on %q: %w", f.Rule, e.Quote(), err))
		return
	}
	for _, id := range []string{s.Recipient.Organization, s.Source} {
		c.organization(id, f.Party)
	}
	c.practices = append(c.practices, p)
}

// evidence returns the evidence that f points at in the text.
func (c *collector) evidence(f policy.Finding) (policy.Evidence, bool) {
	if f.Method == "" {
		f.Method = policy.ByRule
	}
	f.Spans = c.trimmed(f.Spans)
	e, err := policy.NewEvidence(c.text, f)
	if err != nil {
		c.faults = append(c.faults, fmt.Errorf("rule %s: %w", f.Rule, err))
	}
	return e, err == nil
}

// trimmed returns the spans without white space at their ends, those that are
// left, each once.
func (c *collector) trimmed(spans []policy.Span) []policy.Span {
	var out []policy.Span
	for _, s := range spans {
		if s.Start >= s.End {
			continue
		}
		words := s.Of(c.text)
		s.Start += len(words) - len(strings.TrimLeft(words, " \t\r\n"))
		s.End -= len(words) - len(strings.TrimRight(words, " \t\r\n"))
		if s.Start < s.End && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// organization remembers the name of an organisation, if no directory lists it.
func (c *collector) organization(id, name string) {
	if id == "" || c.names[id] != "" {
		return
	}
	if _, listed := vocab.Organizations().ByID(id); !listed {
		if name == "" {
			c.faults = append(c.faults, fmt.Errorf("organisation %q without a name", id))
			return
		}
		c.names[id] = name
	}
}

// finish returns the reading that was collected.
func (c *collector) finish() *policy.Reading {
	r := c.reading
	r.Practices = policy.Collate(c.practices)
	for id, name := range c.names {
		r.Organizations = append(r.Organizations, policy.Organization{ID: id, Name: name, Kind: kindOf(name)})
	}
	slices.SortFunc(r.Organizations, func(a, b policy.Organization) int { return strings.Compare(a.ID, b.ID) })
	return &r
}

// kindOf tells a company by the legal form at the end of its name from a brand.
func kindOf(name string) policy.OrganizationKind {
	if policy.Slug(name) != policy.SlugOf(name) {
		return policy.LegalEntity
	}
	return policy.Brand
}
