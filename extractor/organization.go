package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
	"policygraph/vocab"
)

// A party is an organisation that a text names.
type party struct {
	mention
	name       string // as the text writes it
	aliases    []string
	at         policy.Span
	denied     bool
	source     bool // data comes from it
	head       bool // it begins its block and the rest is about it
	rule       string
	confidence float64
}

// parties tells which names in a page stand for somebody else.
type parties struct {
	own   map[string]bool // IDs of the company itself
	lower map[string]bool // words that the page also writes in lower case
}

func newParties(p *page) *parties {
	q := &parties{own: map[string]bool{}, lower: map[string]bool{}}
	if p.subject.OrganizationID != "" {
		q.own[p.subject.OrganizationID] = true
	}
	for _, name := range p.subject.Names {
		q.own[idOf(name)] = true
	}
	for i := range p.blocks {
		for _, t := range p.blocks[i].tokens {
			if !t.upper {
				q.lower[t.Of(p.Text)] = true
			}
		}
	}
	return q
}

// idOf returns the ID of the organisation of that name.
func idOf(name string) string {
	if o, ok := vocab.Organizations().ByName(name); ok {
		return o.ID
	}
	return policy.Slug(name)
}

// partiesIn returns whom the clause names as somebody who gets data or, if
// denied, does not.
func (r *relater) partiesIn(c *clause, above context, first bool) []party {
	var out []party
	for _, o := range r.namesIn(c, above, first) {
		if n := len(out); n > 0 && r.alias(c, out[n-1], o) {
			out[n-1].aliases = append(out[n-1].aliases, o.name)
			out[n-1].last = o.last
			continue
		}
		if r.accept(c, above, &o) {
			out = append(out, o)
		}
	}
	return out
}

// namesIn returns the organisations that the clause names, in order.
func (r *relater) namesIn(c *clause, above context, first bool) []party {
	var out []party
	next := c.first
	for _, m := range c.mentions {
		if m.class != organizationClass {
			continue
		}
		out = r.openNames(c, next, m.first, above, out)
		out = append(out, party{mention: m, name: r.nameAt(m.Span), at: m.Span})
		next = m.last + 1
	}
	out = r.openNames(c, next, c.end, above, out)
	for i := range out {
		out[i].head = first && out[i].first == c.first
	}
	return out
}

// nameAt returns the name that the text writes at s, without marks of emphasis.
func (r *relater) nameAt(s policy.Span) string {
	return strings.Join(strings.Fields(strings.NewReplacer("*", "", "_", " ", "\\", "").Replace(s.Of(r.Text))), " ")
}

// alias reports whether o is another name of the party before it, or its
// operator: "Hotjar (Hotjar Ltd)", "Google Analytics, a service of Google LLC".
func (r *relater) alias(c *clause, before, o party) bool {
	if before.id == o.id {
		return true
	}
	gap := r.Text[before.End:o.Start]
	words := o.first - before.last - 1
	if words == 0 && strings.Contains(gap, "(") && !strings.ContainsAny(gap, ",;") {
		return true
	}
	if words == 0 || words > 6 {
		return false
	}
	for _, m := range c.mentions {
		if m.class == wordClass && m.id == "owner" && m.first > before.last && m.last < o.first {
			return true
		}
	}
	return false
}

// silent are the kinds of organisation that policies name without giving them data.
func silent(category string) bool {
	return category == "browser" || category == "os" || category == "representative" || category == "app-store" || category == "consent"
}

// accept decides whether the clause makes o a recipient.
func (r *relater) accept(c *clause, above context, o *party) bool {
	if r.party.own[o.id] {
		return false
	}
	directory := vocab.Organizations()
	near := c.frame
	frame := near | above.frame
	if silent(directory.Category(o.id)) && !near.has(sharing) {
		return false
	}
	if near.has(linking|optingOut|downloading|trademark|regulating|learning|browsing) && !near.has(sharing|collecting|storing) && !(near.has(using) && c.word("we")) {
		return false
	}
	section := c.b.section
	if quiet(section) && !(near.has(processing) && (c.word("we") || near.has(sharing|naming))) {
		return false
	}
	if directory.Guarded(o.id) && !frame.has(sharing|naming|signingIn|cookies|using) {
		return false
	}
	switch {
	case frame.has(sharing):
		o.rule, o.confidence = "share.with", 0.85
	case frame.has(cookies):
		o.rule, o.confidence = "share.cookies", 0.8
	case frame.has(naming):
		o.rule, o.confidence = "share.named", 0.75
	case frame.has(signingIn):
		o.rule, o.confidence = "share.login", 0.7
	case frame.has(processing):
		o.rule, o.confidence = "share.uses", 0.7
	case section == "sharing" || section == "cookies" || section == "transfer":
		o.rule, o.confidence = "share.section", 0.7
	case c.b.Kind == policy.Heading:
		o.rule, o.confidence = "share.heading", 0.6
	default:
		return false
	}
	v := c.governor(o.first, sharing|using|collecting)
	o.denied = c.denies(o.mention, v) || v == nil && above.denied
	o.source = r.gives(c, *o)
	return true
}

// gives reports whether data comes from o: it stands behind a word for that.
func (r *relater) gives(c *clause, o party) bool {
	for _, m := range c.mentions {
		if m.class != triggerClass || m.last >= o.first {
			continue
		}
		if m.id == "source" && o.first-m.last <= 8 {
			return true
		}
	}
	return false
}

// openNames appends the organisations that no directory lists in tokens first
// to end: capitalised words with a legal form, or where a party is introduced.
func (r *relater) openNames(c *clause, first, end int, above context, out []party) []party {
	tokens := c.b.tokens
	for i := first; i < end; i++ {
		if !r.capital(tokens[i]) {
			continue
		}
		j := i + 1
		for j < end && r.joins(tokens[j-1], tokens[j]) {
			j++
		}
		if o, ok := r.openName(c, i, j-1, above, out); ok {
			out = append(out, o)
		}
		i = j - 1
	}
	return out
}

// capital reports whether a word is written like a name.
func (r *relater) capital(t token) bool {
	if t.upper {
		return true
	}
	word := t.Of(r.Text)
	for i := 1; i < len(word); i++ {
		if 'A' <= word[i] && word[i] <= 'Z' {
			return true
		}
	}
	return false
}

// joins reports whether token b continues the name that ends with a.
func (r *relater) joins(a, b token) bool {
	gap := r.Text[a.End:b.Start]
	switch gap {
	case "-", ".", "&", "'", "’":
		return true
	case " ", " & ", "\u00a0", " + ":
		return r.capital(b)
	case ", ", " (":
		return gap == ", " && legalForm(b.Of(r.Text))
	}
	return false
}

// legalForm reports whether a word alone is a legal form, as names write it.
func legalForm(word string) bool {
	switch word {
	case "Inc", "LLC", "Ltd", "Limited", "GmbH", "AG", "SAS", "SARL", "SA", "BV", "AB", "Oy", "Oyj", "AS", "ApS", "UG", "SE", "plc", "PLC",
		"Corp", "Corporation", "SpA", "Srl", "LP", "LLP", "KG", "SNC", "EURL", "SASU", "SCA", "NV", "UAB", "OÜ", "INC", "LTD":
		return true
	}
	return false
}

// openName decides whether tokens first to last name an organisation.
func (r *relater) openName(c *clause, first, last int, above context, before []party) (party, bool) {
	tokens := c.b.tokens
	for first < last && r.generic(tokens[first]) && !r.generic(tokens[last]) && tokens[first].Start == c.Start {
		first++
	}
	span := policy.Span{Start: tokens[first].Start, End: tokens[last].End}
	name := r.nameAt(span)
	if utf8.RuneCountInString(name) < 3 || last-first > 6 {
		return party{}, false
	}
	legal := last > first && legalForm(tokens[last].Of(r.Text))
	if !legal && !r.introduced(c, first, last, above, before) {
		return party{}, false
	}
	odd := false
	for t := first; t <= last; t++ {
		if !r.generic(tokens[t]) && !r.party.lower[lowerFirst(tokens[t].Of(r.Text))] && !legalForm(tokens[t].Of(r.Text)) {
			odd = true
		}
	}
	if !odd && !legal {
		return party{}, false
	}
	for _, m := range c.mentions {
		if m.first <= last && m.last >= first && !legal {
			switch m.class {
			case placeClass, safeguardClass, basisClass, rightClass:
				return party{}, false
			}
		}
	}
	id := policy.Slug(name)
	if id == "" {
		return party{}, false
	}
	if o, ok := vocab.Organizations().ByName(name); ok {
		id = o.ID
	}
	return party{mention: mention{Span: span, class: organizationClass, id: id, first: first, last: last}, name: name, at: span}, true
}

// generic reports whether a word alone names nobody.
func (r *relater) generic(t token) bool {
	if t.word == 0 {
		return false
	}
	child, ok := r.lang.dict.next[uint64(t.word)]
	if !ok {
		return false
	}
	for _, e := range r.lang.dict.entries[child] {
		switch e.class {
		case genericClass, wordClass, monthClass, dataClass, categoryClass, purposeClass, triggerClass, placeClass, columnClass:
			return true
		}
	}
	return false
}

func lowerFirst(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	if strings.ToUpper(word) == word {
		return strings.ToLower(word)
	}
	return string(unicode.ToLower(r)) + word[n:]
}

// introduced reports whether the words before a name say that a party follows,
// or it continues an enumeration of parties.
func (r *relater) introduced(c *clause, first, last int, above context, before []party) bool {
	if n := len(before); n > 0 && first-before[n-1].last <= 2 && c.frame.has(naming|sharing|using|cookies) {
		return true
	}
	for _, m := range c.mentions {
		if m.class == triggerClass && frames[m.id].has(naming) && m.last < first && first-m.last <= 2 {
			return true
		}
	}
	if first == c.first && c.b.Kind != policy.Heading {
		return r.heads(c, last) && (above.frame.has(sharing|naming|cookies|using) || c.b.section == "sharing" || c.b.section == "cookies")
	}
	for _, v := range c.verbs {
		if v.frame.has(using) && v.last == first-1 && c.word("we") {
			return true
		}
	}
	return false
}

// heads reports whether a name that ends at token last is the head of an item:
// a colon, dash, bracket or nothing follows.
func (r *relater) heads(c *clause, last int) bool {
	if c.b.Kind != policy.ListItem && c.b.Kind != policy.Definition && c.b.Kind != policy.Paragraph {
		return false
	}
	end := c.b.End
	if last+1 < len(c.b.tokens) {
		end = c.b.tokens[last+1].Start
	} else if c.b.Kind != policy.ListItem {
		return false
	}
	gap := r.Text[c.b.tokens[last].End:end]
	return strings.TrimSpace(gap) == "" && last+1 == len(c.b.tokens) || strings.ContainsAny(gap, ":(–—[") || strings.Contains(gap, " - ")
}
