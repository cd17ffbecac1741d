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
	return o.first == c.first && !strings.HasPrefix(r.Text[o.End:], ".") || slices.ContainsFunc(c.mentions, func(m mention) bool {
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
