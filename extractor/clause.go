package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
)

// A frame is a set of kinds of trigger: what a clause is about.
type frame uint32

const (
	collecting frame = 1 << iota
	using
	storing
	sharing
	selling
	naming // "provided by", "such as": what introduces a party
	signingIn
	cookies
	sourcing
	instructing // how to exercise rights, where to write to
	defining
	aboutChildren
	linking // the kinds of context in which a named party gets nothing
	optingOut
	browsing
	downloading
	trademark
	regulating
	learning
	representing
	contacting
	disclaiming
	interacting
)

// frames are the triggers by their ID in the rule tables.
var frames = map[string]frame{
	"collect": collecting, "use": using, "store": storing, "share": sharing, "get": sharing, "sell": selling, "by": naming, "such": naming,
	"login": signingIn, "cookie": cookies, "source": sourcing | collecting, "origin": sourcing, "given": sourcing, "instruction": instructing, "define": defining,
	"children": aboutChildren, "skip.link": linking, "skip.optout": optingOut, "skip.browser": browsing,
	"skip.download": downloading, "skip.mark": trademark, "skip.regulator": regulating, "skip.learn": learning,
	"skip.representative": representing, "skip.contact": contacting, "skip.disclaim": disclaiming, "skip.user": interacting,
}

// processing are the frames in which something is done with data.
const processing = collecting | using | storing | sharing | selling | cookies | sourcing

func (f frame) has(any frame) bool { return f&any != 0 }

// A clause is a part of a sentence within which a trigger governs what stands
// beside it. It ends at a semicolon and before "but".
type clause struct {
	b          *block
	sentence   int // index in the block
	first, end int // tokens
	policy.Span
	mentions []mention // those that begin in it
	verbs    []verb
	frame    frame
	// exception is the first token behind "except", or end.
	exception int
}

// A verb is a trigger of an action with its polarity.
type verb struct {
	mention
	frame  frame
	denied bool
}

// actions are the frames of verbs.
const actions = collecting | using | storing | sharing | selling

// clauses cuts sentences of a block, in order, into their clauses.
func (p *page) clauses(b *block, sentences []sentence) []clause {
	var out []clause
	next := 0 // index of the first mention that no clause has yet
	for i, s := range sentences {
		for next < len(b.mentions) && b.mentions[next].first < s.first {
			next++
		}
		from := s.first
		for t := s.first + 1; t <= s.end; t++ {
			if t < s.end && !p.endsClause(b, t) {
				continue
			}
			c := clause{b: b, sentence: i, first: from, end: t}
			c.Span = policy.Span{Start: b.tokens[from].Start, End: b.tokens[t-1].End}
			if t == s.end {
				c.End = s.End
			}
			c.mentions, next = mentionsUntil(b.mentions, next, t)
			c.read(p.Text)
			out = append(out, c)
			from = t
		}
	}
	return out
}

// mentionsUntil returns the mentions from index next on that begin before token end.
func mentionsUntil(mentions []mention, next, end int) ([]mention, int) {
	from := next
	for next < len(mentions) && mentions[next].first < end {
		next++
	}
	return mentions[from:next], next
}

// endsClause reports whether a clause ends before token t.
func (p *page) endsClause(b *block, t int) bool {
	if !b.tokens[t].breaks {
		return false
	}
	if strings.IndexByte(p.Text[b.tokens[t-1].End:b.tokens[t].Start], ';') >= 0 {
		return true
	}
	return p.lang.is(b.tokens[t], "but")
}

// read finds the verbs of the clause and whether they are denied. A negator
// governs the verb that follows it, and those coordinated with it.
func (c *clause) read(text string) {
	c.exception = c.end
	not, last := -1, -1
	byUser := -1 // last token of a verb of the user's, until the company is spoken of
	denied := false
	for i, m := range c.mentions {
		switch {
		case m.class == wordClass && m.id == "we":
			byUser = -1
		case m.class == wordClass && m.id == "not":
			not = m.last
		case m.class == wordClass && (m.id == "except" || m.id == "unless") && c.exception == c.end && m.first > c.first+1:
			c.exception = m.last + 1
			not = -1
		case m.class == triggerClass:
			f := frames[m.id]
			if f.has(sharing|using) && (c.byUser(m) || byUser >= 0 && m.first-byUser <= oneSubject) {
				byUser = m.last
				continue
			}
			c.frame |= f
			if !f.has(actions) || c.noun(i) {
				continue
			}
			switch {
			case not >= 0 && m.first-not <= reach:
				denied = true
			case last >= 0 && denied && m.first-last <= reach && c.b.has(genericClass, "to", m.first-1, m.first):
				// "we do not use it to collect": what is not done is done for nothing
			case last < 0 || m.first-last > coordinated:
				denied = false
			}
			not, last = -1, m.last
			c.verbs = append(c.verbs, verb{m, f, denied && m.first < c.exception})
		}
	}
}

// noun reports whether the i-th mention, a trigger, is no verb but a part of
// words for data: "health records", "the following information".
func (c *clause) noun(i int) bool {
	const oneTerm = 4 // how many words of a term stand before the trigger at most
	m := c.mentions[i]
	for k := i - 1; k >= 0 && c.mentions[k].first >= m.first-oneTerm; k-- {
		if c.mentions[k].names(m) {
			return true
		}
	}
	for k := i + 1; k < len(c.mentions) && c.mentions[k].first == m.first; k++ {
		if c.mentions[k].names(m) {
			return true
		}
	}
	return false
}

// names reports whether n is a term for data of which m is a part, or the word
// "information" that m begins with.
func (n mention) names(m mention) bool {
	return n.class == dataClass && n.first < n.last && n.first <= m.first && m.last <= n.last ||
		n.class == wordClass && n.id == "info" && n.first == m.first
}

// byUser reports whether the user is who does what the verb m says: "you share",
// "you choose to share", but not "nous vous communiquons".
func (c *clause) byUser(m mention) bool {
	const reach = 3
	for _, n := range slices.Backward(c.b.near(m.first-2*reach, m.first)) {
		switch {
		case n.class != wordClass:
		case m.first-n.last > reach || n.id == "we":
			return false
		case n.id == "user":
			return !c.b.has(wordClass, "we", n.first-1, n.first)
		}
	}
	return false
}

const (
	reach       = 9 // how many words a negator stands before its verb at most
	coordinated = 3 // how many words part coordinated verbs at most
	oneSubject  = 8 // how many words part verbs of one subject at most
)

// governor returns the verb that governs token t: the last of the given kinds
// before it, else the first behind it; nil if there is none.
func (c *clause) governor(t int, kinds frame) *verb {
	var found *verb
	for i := range c.verbs {
		v := &c.verbs[i]
		if !v.frame.has(kinds) {
			continue
		}
		if v.first > t && found != nil {
			break
		}
		found = v
	}
	return found
}

// denies reports whether the clause denies what stands at mention m, governed by v.
func (c *clause) denies(m mention, v *verb) bool {
	if m.first >= c.exception {
		return false
	}
	if v != nil && v.denied {
		return true
	}
	for i := len(c.mentions) - 1; i >= 0; i-- {
		n := c.mentions[i]
		if n.last >= m.first {
			continue
		}
		if n.class == triggerClass && frames[n.id].has(actions) {
			return false
		}
		if n.class == wordClass && n.id == "not" {
			return m.first-n.last <= 3
		}
	}
	return false
}

// word reports whether the clause has a word of the given meaning.
func (c *clause) word(id string) bool {
	for _, m := range c.mentions {
		if m.class == wordClass && m.id == id {
			return true
		}
	}
	return false
}

// maxQuote is how many bytes a quote has at most.
const maxQuote = 280

// quote returns the span that shows what stands in tokens first to last: the
// clause, or a window of it that ends at words.
func (c *clause) quote(first, last int) policy.Span {
	s := c.Span
	if s.End-s.Start <= maxQuote {
		return s
	}
	tokens := c.b.tokens
	s = policy.Span{Start: tokens[first].Start, End: tokens[last].End}
	for grown := true; grown; {
		grown = false
		if first > c.first && s.End-tokens[first-1].Start <= maxQuote {
			first--
			s.Start, grown = tokens[first].Start, true
		}
		if last+1 < c.end && tokens[last+1].End-s.Start <= maxQuote {
			last++
			s.End, grown = tokens[last].End, true
		}
	}
	return s
}

// conditions returns under which conditions the clause says that something happens.
func (c *clause) conditions() []policy.Condition {
	var out []policy.Condition
	for _, m := range c.mentions {
		if m.class != wordClass {
			continue
		}
		switch m.id {
		case "consent":
			out = append(out, policy.WithConsent)
		case "optout":
			out = append(out, policy.UnlessObjected)
		case "legal":
			out = append(out, policy.RequiredByLaw)
		case "merger":
			out = append(out, policy.BusinessTransfer)
		case "request":
			out = append(out, policy.OnRequest)
		}
	}
	return out
}
