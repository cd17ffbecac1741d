package extractor

import (
	"slices"

	"policygraph/policy"
)

// row reads a row of a table: what a cell holds is told by the header of its column.
func (r *relater) row(b *block, above context) {
	if r.titles(b) {
		return
	}
	roles := r.roles(b)
	c := clause{b: b, first: 0, end: len(b.tokens), Span: b.Span, mentions: b.mentions}
	if c.end == 0 {
		return
	}
	c.read(r.Text)
	if above.denied || quiet(b.section) && len(roles) == 0 {
		return
	}
	var f facts
	for i, cell := range b.Cells {
		if part := r.part(&c, cell); part.end > part.first {
			r.cell(&part, role(roles, i), i, above, &f)
		}
	}
	data, purposes := terms(f.data, false), terms(f.purposes, false)
	headers := headers(b)
	say := func(s policy.Statement, rule, name string, m mention) {
		spans := append([]policy.Span{c.quote(m.first, m.last)}, headers...)
		r.out.practice(s, policy.Finding{Spans: spans, Party: name, Rule: rule, Confidence: 0.8})
	}
	if len(data)+len(purposes) > 0 {
		action, shown := policy.Collect, f.data
		if len(data) == 0 {
			action, shown = policy.Use, f.purposes
		}
		say(policy.Statement{Action: action, Stance: policy.Stated, DataTypes: data, Purposes: purposes}, "row", "", shown[0].mention)
	}
	for _, k := range f.categories {
		say(policy.Statement{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Category: k.id}, DataTypes: data, Purposes: purposes}, "row.category", "", k.mention)
	}
	for _, o := range f.parties {
		s := policy.Statement{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: o.id}, DataTypes: data, Purposes: purposes}
		say(s, "row.provider", o.name, o.mention)
		for _, alias := range o.aliases {
			say(s, "row.provider", alias, o.mention)
		}
	}
}

// titles reports whether the row is the header of those below it.
func (r *relater) titles(b *block) bool {
	if b.index+1 == len(r.blocks) {
		return false
	}
	return slices.ContainsFunc(r.blocks[b.index+1].Header, func(h policy.Span) bool { return h.Start < h.End && b.Contains(h) })
}

// headers returns the header cells of a row.
func headers(b *block) []policy.Span {
	var spans []policy.Span
	for _, h := range b.Header {
		if h.End > h.Start {
			spans = append(spans, h)
		}
	}
	return spans
}

// cell adds what a cell names to f.
func (r *relater) cell(c *clause, role string, column int, above context, f *facts) {
	for _, m := range c.mentions {
		switch {
		case m.class == dataClass && (role == "data" || role == "cookie" || role == "" && !m.weak || role == "purpose" && !m.weak):
			f.data = append(f.data, fact{mention: m})
		case m.class == purposeClass && role != "data" && role != "provider" && role != "link":
			f.purposes = append(f.purposes, fact{mention: m})
		case m.class == categoryClass && (role == "provider" || (above.frame.has(sharing) || c.b.section == "sharing") && role != "purpose"):
			f.categories = append(f.categories, fact{mention: m})
		}
	}
	switch {
	case role == "provider":
		r.cellParties(c, role, above, f)
	case role != "" && role != "purpose":
	case c.end-c.first > maxCell:
		r.clausesIn(c.b, c.b.sentencesIn(r.Text, c.first, c.end), above)
	case role == "" && column == 0 && (above.frame.has(sharing|naming|cookies) || c.b.section == "sharing" || c.b.section == "cookies"):
		r.cellParties(c, role, above, f)
	}
}

// maxCell is how many words a cell has that is no prose at most.
const maxCell = 15

// cellParties adds the organisations that a cell of a column of parties names to f.
func (r *relater) cellParties(c *clause, role string, above context, f *facts) {
	names := r.namesIn(c, above, true)
	if len(names) == 0 && role == "provider" {
		names = r.cellName(c)
	}
	for _, o := range names {
		if n := len(f.parties); n > 0 && r.alias(c, f.parties[n-1], o) {
			f.parties[n-1].aliases = append(f.parties[n-1].aliases, o.name)
		} else if !r.self.is(o) && !platform(o.id) {
			f.parties = append(f.parties, o)
		}
	}
}

// part returns the clause of the tokens within s.
func (r *relater) part(c *clause, s policy.Span) clause {
	first, end := c.b.tokensIn(s)
	return clause{b: c.b, Span: s, first: first, end: end, mentions: c.b.near(first, end)}
}

// cellName returns the name that a cell of a column of parties holds: its
// capitalised words up to the first comma or bracket.
func (r *relater) cellName(c *clause) []party {
	tokens := c.b.tokens
	last := c.first
	for last+1 < c.end && !tokens[last+1].breaks && last-c.first < 5 {
		last++
	}
	if !r.capital(tokens[c.first]) || c.end-c.first > maxCell {
		return nil
	}
	named := false
	for t := c.first; t <= last; t++ {
		named = named || r.odd(tokens[t]) && !r.lang.dict.ordinary[tokens[t].word]
	}
	span := policy.Span{Start: tokens[c.first].Start, End: tokens[last].End}
	name := r.nameAt(span)
	if !named || len(name) < 2 || policy.Slug(name) == "" {
		return nil
	}
	return []party{{mention: mention{Span: span, class: organizationClass, id: idOf(name), first: c.first, last: last}, name: name, at: span}}
}

func role(roles []string, column int) string {
	if column < len(roles) {
		return roles[column]
	}
	return ""
}

// roles returns what each column of the row's table holds: the classes of the
// words in its header cell.
func (r *relater) roles(b *block) []string {
	if len(b.Header) == 0 {
		return nil
	}
	key := b.Header[0].Start
	if roles, ok := r.columns[key]; ok {
		return roles
	}
	var roles []string
	for _, h := range b.Header {
		id := ""
		tokens := r.lang.dict.tokenize(r.Text, h, nil)
		for _, m := range r.lang.dict.match(r.Text, tokens, nil) {
			if m.class == columnClass {
				id = m.id
				break
			}
		}
		roles = append(roles, id)
	}
	r.columns[key] = roles
	return roles
}
