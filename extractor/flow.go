package extractor

import (
	"slices"

	"policygraph/policy"
)

// A bond is data that a clause ties to parties that the text lists elsewhere:
// "the partners below set cookies", "these providers receive your address".
type bond struct {
	data []string
	at   []policy.Span
}

// bonds remembers, of each section, what ties data and parties that stand in
// different blocks. Sections are told by the index of their heading, or -1.
type bonds struct {
	ahead  map[int]bond    // data of parties that a list will name
	listed map[int][]party // parties that a list has named
}

func newBonds() bonds { return bonds{map[int]bond{}, map[int][]party{}} }

// heading returns the index of the heading that the block stands under, or -1.
func (b *block) heading() int {
	if len(b.Path) == 0 {
		return -1
	}
	return b.Path[len(b.Path)-1]
}

// expect remembers that data is tied to parties that a list under the heading names.
func (b bonds) expect(heading int, data []string, at policy.Span) {
	known := b.ahead[heading]
	for _, id := range data {
		if !slices.Contains(known.data, id) {
			known.data = append(slices.Clip(known.data), id)
		}
	}
	if len(known.at) < maxBondSpans {
		known.at = append(slices.Clip(known.at), at)
	}
	b.ahead[heading] = known
}

// maxBondSpans is how many places are shown for a bond at most.
const maxBondSpans = 3

// maxListed is how many parties of a list "these partners" means at most.
const maxListed = 80

// flows records which of the data goes to whom: to the parties of the clause,
// or to those that it refers to.
func (r *relater) flows(c *clause, f facts, above context, last []party) {
	data := r.tied(c, f, above)
	if len(f.parties) > 0 {
		r.disclosed(c, f, above, data)
		return
	}
	if len(data) == 0 || c.frame.has(learning|optingOut|instructing) {
		return
	}
	heading := c.b.heading()
	if m, ok := c.refersToList(); ok && c.frame.has(sharing|collecting|cookies|using) {
		r.bonds.expect(heading, terms(f.data, false), c.quote(m.first, m.last))
		for _, o := range r.bonds.listed[heading] {
			r.continued(c, f, above, o)
		}
		return
	}
	switch {
	case above.about != nil && (len(last) == 0 || !c.refersBack()):
		r.continued(c, f, above, *above.about)
	case c.refersBack():
		for _, o := range last {
			r.continued(c, f, above, o)
		}
	}
}

// tied returns the types of data that the clause ties to the parties that it
// names: its own, and those of the words that introduce it.
func (r *relater) tied(c *clause, f facts, above context) []string {
	if c.frame.has(learning | optingOut | browsing) {
		return nil
	}
	var data []string
	if c.frame.has(processing) || len(c.verbs) > 0 {
		data = terms(f.data, false)
	}
	if above.frame.has(sharing|naming|cookies) && !above.frame.has(learning|optingOut) && (above.listing || !above.frame.has(collecting)) {
		data = append(data, above.data...)
	}
	return data
}

// disclosed records that the parties of the clause get data, or give some.
func (r *relater) disclosed(c *clause, f facts, above context, data []string) {
	role := ""
	for _, k := range f.categories {
		if !k.denied && k.id != "x:ThirdParties" {
			role = k.id
		}
	}
	heading := c.b.heading()
	for _, o := range f.parties {
		s := policy.Statement{Action: policy.Share, Stance: stance(o.denied), Recipient: policy.Recipient{Organization: o.id, Role: role}}
		var more []policy.Span
		if !o.denied {
			s.DataTypes, s.Purposes = data, terms(f.purposes, false)
			if ahead, ok := r.bonds.ahead[heading]; ok && c.b.Kind == policy.ListItem {
				s.DataTypes = append(slices.Clip(data), ahead.data...)
				more = ahead.at
			}
		}
		if !o.source && o.rule != loginRule {
			r.name(c, s, o, above, more...)
			if c.b.Kind == policy.ListItem && !o.denied && len(r.bonds.listed[heading]) < maxListed {
				r.bonds.listed[heading] = append(r.bonds.listed[heading], o)
			}
		}
		if o.source {
			r.say(c, policy.Statement{Action: policy.Collect, Stance: policy.Stated, Source: o.id, DataTypes: terms(f.data, false)}, "source", 0.6, o.name, o.mention, above)
		}
	}
}

// name records a practice with a named recipient, under each of its names.
func (r *relater) name(c *clause, s policy.Statement, o party, above context, more ...policy.Span) {
	r.say(c, s, o.rule, o.confidence, o.name, o.mention, above, more...)
	for _, alias := range o.aliases {
		r.say(c, s, o.rule+".alias", o.confidence, alias, o.mention, above, more...)
	}
}

// continued ties data of a clause that names nobody to o, of whom the clauses
// before it, or the heading, spoke.
func (r *relater) continued(c *clause, f facts, above context, o party) {
	data := terms(f.data, false)
	if o.denied || o.source || o.rule == loginRule || len(data) == 0 {
		return
	}
	s := policy.Statement{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: o.id}, DataTypes: data, Purposes: terms(f.purposes, false)}
	m := f.data[0].mention
	m.last = f.data[len(f.data)-1].last
	r.say(c, s, "share.continued", 0.6, o.name, m, above, o.at)
}

// refersToList returns the words by which the clause speaks of parties that a
// list names: "the following partners", "these companies".
func (c *clause) refersToList() (mention, bool) {
	const reach = 3
	for _, m := range c.mentions {
		if m.class != wordClass || m.id != "listed" {
			continue
		}
		for _, n := range c.mentions {
			who := n.class == categoryClass || n.class == wordClass && n.id == "party"
			if who && (n.first > m.last && n.first-m.last <= reach || n.last < m.first && m.first-n.last <= reach) {
				return m, true
			}
		}
	}
	return mention{}, false
}

// refersBack reports whether the clause begins with words for whom the text
// spoke of before: "they", "this service", "the data collected".
func (c *clause) refersBack() bool {
	const reach = 3
	for _, m := range c.mentions {
		if m.first > c.first+reach {
			return false
		}
		if m.class == wordClass && (m.id == "it" || m.id == "listed") {
			return true
		}
	}
	return false
}
