package extractor

import (
	"slices"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
	"policygraph/vocab"
)

// accept decides whether the clause makes o a recipient or a source, and which
// rule says so.
func (r *relater) accept(c *clause, above context, o *party) bool {
	if r.self.is(*o) || r.self.related(*o) && !c.sharedWith(o) || r.skipped(c, above, o) {
		return false
	}
	o.rule, o.confidence = r.recipientRule(c, above, o)
	o.source = c.gives(*o) || o.rule == loginRule && r.repays(c, *o) || above.frame.has(sourcing) && !c.frame.has(sharing|using|cookies)
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
	case near.has(representing | disclaiming), near.has(interacting) && !near.has(cookies) && !c.reached(o, sharing), near.has(defining) && !near.has(sharing), r.writtenTo(c, o), c.controls(o), c.discloses(o), r.defined(c, o), !near.has(signingIn) && (c.thing(o) || r.exampleOfData(c, o)):
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
		if m.class == genericClass && m.id == "register" && m.first > o.last && m.first-o.last <= 2*reach && !c.reached(o, sharing) {
			return true // "Acme SA au capital de"
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
