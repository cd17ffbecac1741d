package extractor

import (
	"slices"
	"sort"
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

// namesIn returns the organisations that the clause names, in order: those of
// the directory, those with a legal form, and others where one is introduced.
func (r *relater) namesIn(c *clause, above context, first bool) []party {
	var out []party
	next := c.first
	for _, o := range r.knownNames(c) {
		out = r.openNames(c, next, o.first, above, out)
		out = append(out, o)
		next = o.last + 1
	}
	out = r.withoutOwn(r.openNames(c, next, c.end, above, out))
	for i := range out {
		out[i].head = first && out[i].first == c.first
	}
	return out
}

// withoutOwn removes names that no directory lists from enumerations of the
// company's own products: "Acme Mail, Sprocket and Acme Maps".
func (r *relater) withoutOwn(names []party) []party {
	own := func(i, beside int) bool {
		if i < 0 || i >= len(names) || max(names[i].first-names[beside].last, names[beside].first-names[i].last) > 2 {
			return false
		}
		return r.self.is(names[i]) || r.self.related(names[i])
	}
	var out []party
	for i, o := range names {
		if _, listed := vocab.Organizations().ByID(o.id); listed || !own(i-1, i) && !own(i+1, i) {
			out = append(out, o)
		}
	}
	return out
}

// knownNames returns the names in the clause that the directory or a legal form
// shows to be some. Of "Hotjar Ltd" the whole is the name of what "Hotjar" means.
func (r *relater) knownNames(c *clause) []party {
	var out []party
	for _, m := range c.mentions {
		if m.class != organizationClass {
			continue
		}
		o := party{mention: r.extended(c, m)}
		o.at, o.name = o.Span, r.nameAt(o.Span)
		if !r.partOfName(c, &o) && !r.ordinaryWord(c, o) && (len(o.name) > 1 || r.besideParty(c, o)) {
			out = append(out, o)
		}
	}
	for _, n := range c.legal() {
		o, ok := r.legalParty(c, n)
		if !ok {
			continue
		}
		from, to := overlapping(out, o)
		if from < to && out[from].first == o.first {
			o.id = out[from].id
		}
		out = slices.Replace(out, from, to, o)
	}
	return out
}

// besideParty reports whether another organisation stands beside o, or o is the
// head of its block: only so is the letter X a name.
func (r *relater) besideParty(c *clause, o party) bool {
	const reach = 3
	return o.first == c.first || slices.ContainsFunc(c.mentions, func(m mention) bool {
		return m.class == organizationClass && m.first != o.first && max(o.first-m.last, m.first-o.last) <= reach
	})
}

// extended returns the mention of an organisation with the words of a name that
// go on behind it: the directory knows Amazon, the text names "Amazon Pinpoint".
func (r *relater) extended(c *clause, m mention) mention {
	tokens := c.b.tokens
	for i := m.last + 1; i < c.end && r.Text[tokens[i-1].End:tokens[i].Start] == " " && tokens[i].upper && r.odd(tokens[i]) && !legalForm(tokens[i].Of(r.Text)); i++ {
		if slices.ContainsFunc(c.mentions, func(n mention) bool { return n.first == i && (n.class == organizationClass || n.class == placeClass) }) {
			break
		}
		m.last, m.End = i, tokens[i].End
	}
	return m
}

// legal returns the names of the clause with a legal form.
func (c *clause) legal() []name {
	names := c.b.legal
	from := sort.Search(len(names), func(k int) bool { return names[k].first >= c.first })
	n := sort.Search(len(names)-from, func(k int) bool { return names[from+k].end > c.end })
	return names[from : from+n]
}

// ordinaryWord reports whether the text writes the name of the directory like an
// ordinary word, "canal", or as the first part of one, "Meta-data".
func (r *relater) ordinaryWord(c *clause, o party) bool {
	if rest := r.Text[o.End:]; len(rest) > 1 && rest[0] == '-' && 'a' <= rest[1] && rest[1] <= 'z' {
		return true
	}
	if c.b.Kind == policy.TableRow || slices.ContainsFunc(c.b.tokens[o.first:o.last+1], r.capital) {
		return false
	}
	listed, ok := vocab.Organizations().ByID(o.id)
	return ok && strings.ToLower(listed.Name) != listed.Name && r.counts[capitalized(o.name)].upper < 2
}

// legalParty returns the organisation that a name with a legal form names. A
// word in lower case before it is part of it where nothing else is: "trbo GmbH".
func (r *relater) legalParty(c *clause, n name) (party, bool) {
	tokens := c.b.tokens
	first := n.first
	if !r.distinct(tokens[first:n.end]) {
		if first--; first < c.first || tokens[first+1].breaks || !r.distinct(tokens[first:first+1]) || r.lang.dict.ordinary[tokens[first].word] {
			return party{}, false
		}
	}
	span := policy.Span{Start: tokens[first].Start, End: n.End}
	if name := span.Of(r.Text); c.b.Kind == policy.Heading && strings.ToUpper(name) == name {
		return party{}, false // "YOUR RIGHTS AS"
	}
	o := party{mention: mention{Span: span, class: organizationClass, first: first, last: n.end - 1}, name: r.nameAt(span), at: span}
	o.id = idOf(o.name)
	return o, o.id != "" && n.end-first <= maxOpenName
}

// distinct reports whether the words of a name hold more than legal forms and
// words that name nobody: "U.S. As" and "Private Limited" do not.
func (r *relater) distinct(tokens []token) bool {
	letters := 0
	for _, t := range tokens {
		if w := t.Of(r.Text); !r.plain(t) && !legalForm(w) {
			letters += len(w)
		}
	}
	return letters > 2
}

// capitalized returns the word with its first letter in upper case.
func capitalized(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[n:]
}

// overlapping returns the range of parties, sorted by place, that share a token with o.
func overlapping(parties []party, o party) (from, to int) {
	for from < len(parties) && parties[from].last < o.first {
		from++
	}
	for to = from; to < len(parties) && parties[to].first <= o.last; to++ {
	}
	return from, to
}

// emphasis removes the marks of Markdown.
var emphasis = strings.NewReplacer("*", "", "_", " ", "\\", "")

// nameAt returns the name that the text writes at s, without marks of emphasis.
func (r *relater) nameAt(s policy.Span) string {
	return strings.Join(strings.Fields(emphasis.Replace(s.Of(r.Text))), " ")
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

// accept decides whether the clause makes o a recipient or a source, and which
// rule says so.
func (r *relater) accept(c *clause, above context, o *party) bool {
	if r.self.is(*o) || r.self.related(*o) && !c.sharedWith(o) || r.skipped(c, above, o) {
		return false
	}
	o.rule, o.confidence = r.recipientRule(c, above, o)
	o.source = c.gives(*o) || o.rule == loginRule && r.repays(c, *o)
	if o.rule == "" && !o.source {
		return false
	}
	v := c.governor(o.first, sharing|using|collecting)
	o.denied = c.denies(o.mention, v) || v == nil && above.denied
	return true
}

// sharedWith reports whether a verb of disclosure leads to o by a word such as "with".
func (c *clause) sharedWith(o *party) bool {
	return o.first > c.first && c.linking(o.first) && slices.ContainsFunc(c.verbs, func(v verb) bool {
		return v.frame.has(sharing) && v.last < o.first && c.b.has(genericClass, "to", v.first, o.first)
	})
}

// linking reports whether what stands before token i can link a party to a verb
// of disclosure: a word such as "with" or "to", or an enumeration.
func (c *clause) linking(i int) bool {
	return c.b.tokens[i].breaks || c.b.has(genericClass, "to", i-1, i) || c.b.has(genericClass, "and", i-1, i)
}

// aside are the kinds of context in which a named party gets nothing.
const aside = linking | optingOut | downloading | trademark | regulating | learning | browsing | contacting | instructing

// skipped reports whether the words around o make nobody of it who gets data:
// a link, an opt-out page, a browser, a regulator.
func (r *relater) skipped(c *clause, above context, o *party) bool {
	near := c.frame
	switch vocab.Organizations().Category(o.id) {
	case "representative", "app-store", "consent":
		if !near.has(sharing) {
			return true
		}
	}
	switch {
	case platform(o.id):
		return true
	case near.has(representing | disclaiming), near.has(defining) && !near.has(sharing), r.writtenTo(c, o), c.controls(o), c.discloses(o), r.defined(c, o), !near.has(signingIn) && (c.thing(o) || r.exampleOfData(c, o)):
		return true
	case near.has(aside) && !near.has(sharing|collecting|storing) && !(near.has(using) && c.word("we")):
		return true
	case above.frame.has(learning|linking) && !above.frame.has(sharing|cookies) && !above.listing && len(r.bonds.ahead[c.b.heading()].data) == 0:
		return true
	case quiet(c.b.section) && !(near.has(processing) && (c.word("we") || near.has(sharing|naming))):
		return true
	}
	if c.b.Kind == policy.Heading && o.first == c.first && o.last == c.end-1 {
		return false // the heading is the name
	}
	return vocab.Organizations().Guarded(o.id) && !(near | above.frame).has(sharing|naming|signingIn|cookies|using|sourcing)
}

// controls reports whether the clause introduces o as the controller.
func (c *clause) controls(o *party) bool {
	const reach = 6
	for _, m := range c.mentions {
		if m.class == partyClass && m.id == "controller" && m.last < o.first && o.first-m.last <= reach &&
			!slices.ContainsFunc(c.verbs, func(v verb) bool { return v.first > m.last && v.last < o.first }) {
			return true
		}
		if m.class == partyClass && m.id == "form" && m.first > o.last && m.first-o.last <= 3 && !c.reached(o, sharing) {
			return true // "Acme Ltd, a company incorporated in"
		}
		if m.class == wordClass && m.id == "user" && m.last == o.first-2 && c.b.has(genericClass, "and", o.first-1, o.first) {
			return true // "between you and Acme"
		}
	}
	return false
}

// discloses reports whether o is the one who passes data on: the company under a
// name that nothing else tells, or somebody who must have it already.
func (c *clause) discloses(o *party) bool {
	const reach = 4
	for _, v := range c.verbs {
		if v.first < o.first {
			return false
		}
		if v.first > o.last {
			return v.id == "share" && v.first-o.last <= reach && !c.wordBetween("we", o.last, v.first) && !c.b.tokens[o.last+1].breaks
		}
	}
	return false
}

// defined reports whether the clause goes on to call o, with others, the
// company: `Acme Inc. and Acme Ltd (together "we")`.
func (r *relater) defined(c *clause, o *party) bool {
	return slices.ContainsFunc(c.mentions, func(m mention) bool {
		return m.class == partyClass && m.id == "owner" && m.first > o.last && r.quoted(m.Span)
	})
}

// quoted reports whether s stands in quotation marks.
func (r *relater) quoted(s policy.Span) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(r.Text[:s.Start], "*_ \u00a0"))
	return strings.ContainsRune("“\"«‘„", before)
}

// exampleOfData reports whether o stands in brackets behind a type of data, or
// among some: "type of card (American Express, Visa)".
func (r *relater) exampleOfData(c *clause, o *party) bool {
	before := r.Text[c.Start:o.Start]
	open := strings.LastIndexByte(before, '(')
	if open < 0 || strings.IndexByte(before[open:], ')') >= 0 {
		return false
	}
	for _, m := range c.mentions {
		if m.class == dataClass && (m.End <= c.Start+open && strings.TrimSpace(r.Text[m.End:c.Start+open]) == "" || m.Start > c.Start+open && m.last < o.first) {
			return true
		}
	}
	return false
}

// platform reports whether an organisation of the directory is a browser or an
// operating system, which policies name for its settings.
func platform(id string) bool {
	category := vocab.Organizations().Category(id)
	return category == "browser" || category == "os"
}

// writtenTo reports whether o stands in an address to write to.
func (r *relater) writtenTo(c *clause, o *party) bool {
	const reach = 6
	for _, m := range c.mentions {
		if m.class == partyClass && m.id == "address" && m.last < o.first && o.first-m.last <= reach && !c.b.covered(dataClass, m.last) {
			return true
		}
	}
	return false
}

// partOfName reports whether the name of o is a part of a longer one that means
// something else: "Grand Canal Street", "Transfer Impact Assessment".
func (r *relater) partOfName(c *clause, o *party) bool {
	tokens := c.b.tokens
	first, last := o.first, o.last
	for first > c.first && r.Text[tokens[first-1].End:tokens[first].Start] == " " && tokens[first-1].upper {
		first--
	}
	for last+1 < c.end && r.Text[tokens[last].End:tokens[last+1].Start] == " " && tokens[last+1].upper {
		last++
	}
	for _, m := range c.mentions {
		if m.class == genericClass && m.id == "street" && first <= m.first && m.last <= last {
			return true
		}
	}
	return (vocab.Organizations().Guarded(o.id) || r.lang.common(o.name)) && (first < o.first && first > c.first || last > o.last && !legalForm(tokens[o.last+1].Of(r.Text)))
}

// thing reports whether the clause speaks of something of the user's at o, not
// of o itself: "Twitter handle", "Twitter and Facebook handles", "compte Uber".
func (c *clause) thing(o *party) bool {
	last := o.last
	for _, m := range c.mentions {
		switch {
		case m.class == organizationClass && m.first > last && m.first-last <= 2:
			last = m.last // an enumeration
		case m.class != wordClass || m.id != "thing":
		case m.last == o.first-1 && !c.b.tokens[o.first].breaks:
			return true
		case m.first == last+1 || m.first == last+2 && c.b.tokens[last+1].End-c.b.tokens[last+1].Start == 1: // "Apple's identifier"
			return !c.b.tokens[m.first].breaks
		}
	}
	return false
}

const loginRule = "share.login"

// recipientRule returns the name of the rule by which a party of the clause is
// a recipient, and how sure it is; "" if none.
func (r *relater) recipientRule(c *clause, above context, o *party) (rule string, confidence float64) {
	lists := o.first == c.first || above.listing // what stands above speaks of such as o
	switch {
	case c.login(o) || above.frame.has(signingIn) && !c.frame.has(sharing|cookies):
		return loginRule, 0.7
	case c.reached(o, sharing) || above.frame.has(sharing):
		return "share.with", 0.85
	case (c.frame | above.frame).has(cookies):
		return "share.cookies", 0.8
	case r.named(c, o) || above.frame.has(naming) && lists:
		return "share.named", 0.75
	case c.reached(o, using) || c.acts(o) || above.frame.has(using) && lists:
		return "share.uses", 0.7
	case (lists || !c.word("user") && !c.frame.has(aside)) && (c.b.section == "sharing" || c.b.section == "cookies" || c.b.section == "transfer"):
		return "share.section", 0.7
	case c.b.Kind == policy.Heading:
		return "share.heading", 0.6
	}
	return "", 0
}

// reached reports whether a verb of the kinds leads to o: "we use Hotjar", "we
// share your data with partners such as Stripe", "data is processed by Twilio".
func (c *clause) reached(o *party, kinds frame) bool {
	const reach = 8
	for _, v := range c.verbs {
		switch {
		case !v.frame.has(kinds):
		case v.last > o.first:
			return c.acts(o)
		case v.frame.has(using) && o.first-v.last <= reach, c.b.has(genericClass, "to", v.first, o.first):
			return true
		}
	}
	return false
}

// acts reports whether o does something with data: "Google receives".
func (c *clause) acts(o *party) bool {
	const reach = 8
	for _, v := range c.verbs {
		if v.first > o.last {
			return v.id != "share" && v.first-o.last <= reach && !c.wordBetween("we", o.last, v.first) && !c.wordBetween("user", o.last, v.first)
		}
	}
	return false
}

// login reports whether the clause speaks of signing in by means of o.
func (c *clause) login(o *party) bool {
	const reach = 16
	for _, m := range c.mentions {
		if m.class == triggerClass && frames[m.id].has(signingIn) && max(o.first-m.last, m.first-o.last) <= reach {
			return true
		}
	}
	return false
}

// named reports whether the clause introduces o as somebody who serves the
// company ("hosted by", "our provider"), or as an example of such.
func (r *relater) named(c *clause, o *party) bool {
	const reach = 6
	for _, m := range c.mentions {
		if m.class != triggerClass || !frames[m.id].has(naming) {
			continue
		}
		if m.id != "such" && max(o.first-m.last, m.first-o.last) <= reach || m.id == "such" && m.last < o.first && r.introducesParty(c, m, true) && !c.ofUser(m) {
			return true
		}
	}
	return false
}

// ofUser reports whether the clause speaks of what the user does before m, and
// not of the company: "when you take part in forums such as".
func (c *clause) ofUser(m mention) bool {
	user := false
	for _, n := range c.mentions {
		if n.class == wordClass && n.last < m.first && (n.id == "we" || n.id == "user") {
			user = n.id == "user"
		}
	}
	return user
}

// gives reports whether the clause says that data comes from o: o stands behind
// a word for that ("received from"), or itself gives something to the company.
func (c *clause) gives(o party) bool {
	const before, after = 8, 12 // words
	for _, m := range c.mentions {
		if m.class != triggerClass {
			continue
		}
		switch m.id {
		case "source", "origin":
			if m.last < o.first && c.reaches(m, o, before) && (m.id == "source" || c.receives(m)) {
				return true
			}
		case "given":
			if m.first > o.last && m.first-o.last <= after && !c.wordBetween("user", o.last, m.first) {
				return true
			}
		}
	}
	return false
}

// reaches reports whether o stands at most so many words behind m, or behind
// examples of what does ("from partners such as A, B and C").
func (c *clause) reaches(m mention, o party, words int) bool {
	if o.first-m.last <= words {
		return true
	}
	such := false
	for _, n := range c.mentions {
		if n.class != triggerClass || n.first <= m.last || n.last >= o.first {
			continue
		}
		if frames[n.id].has(actions) {
			return false
		}
		such = such || n.id == "such"
	}
	return such
}

// receives reports whether a word for an origin ("from") belongs to what the
// company gets: data or a verb of collection stands before it.
func (c *clause) receives(m mention) bool {
	const reach = 8
	for i := len(c.mentions) - 1; i >= 0; i-- {
		n := c.mentions[i]
		switch {
		case n.last >= m.first:
		case m.first-n.last > reach:
			return false
		case n.class == triggerClass && frames[n.id].has(actions|cookies):
			return frames[n.id].has(collecting)
		case n.class == wordClass && n.id == "info":
			return true
		case n.class == wordClass && n.id == "party" && m.first-n.last <= 2, n.class == wordClass && n.id == "not":
			return false // "services from"
		}
	}
	return false
}

// repays reports whether, behind a social login, the company gets data.
func (r *relater) repays(c *clause, o party) bool {
	const reach = 4 // blocks
	for i := c.b.index; i < min(c.b.index+reach, len(r.blocks)) && (i == c.b.index || r.blocks[i].Kind != policy.Heading); i++ {
		b, first := &r.blocks[i], 0
		if i == c.b.index {
			first = o.last + 1
		}
		for _, m := range b.near(first, first+maxSentence) {
			if m.class == triggerClass && frames[m.id].has(sourcing|collecting) {
				return true
			}
		}
	}
	return false
}

// wordBetween reports whether a word of the meaning stands between tokens first and end.
func (c *clause) wordBetween(id string, first, end int) bool {
	return c.b.has(wordClass, id, first+1, end)
}
