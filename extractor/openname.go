package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
	"policygraph/vocab"
)

// openNames appends the organisations in tokens first to end that neither the
// directory nor a legal form tells: capitalised words where a party is introduced.
func (r *relater) openNames(c *clause, first, end int, above context, out []party) []party {
	tokens := c.b.tokens
	for i := first; i < end; i++ {
		if !r.capital(tokens[i]) {
			continue
		}
		j := i + 1
		for j < end {
			if r.joinsOver(tokens, j-1, end) {
				j += 2
			} else if r.joins(tokens[j-1], tokens[j]) {
				j++
			} else {
				break
			}
		}
		if o, ok := r.openName(c, i, j-1, above, out); ok {
			out = append(out, o)
		}
		i = j - 1
	}
	return out
}

// capital reports whether a word is written like a name: "Stripe", "iAdvize".
func (r *relater) capital(t token) bool {
	return t.upper || strings.ContainsFunc(t.Of(r.Text), unicode.IsUpper)
}

// joins reports whether token b continues the name that ends with a.
func (r *relater) joins(a, b token) bool {
	switch r.Text[a.End:b.Start] {
	case "-", ".", "&", "'", "’":
		return true
	case " ", " & ", "\u00a0", " + ":
		return r.capital(b)
	}
	return false
}

// joinsOver reports whether the name that ends with token i goes on behind a
// small word: "Médecins du Monde".
func (r *relater) joinsOver(tokens []token, i, end int) bool {
	if i+2 >= end || r.plain(tokens[i]) || r.Text[tokens[i].End:tokens[i+1].Start] != " " || !r.joins(tokens[i+1], tokens[i+2]) {
		return false
	}
	switch tokens[i+1].Of(r.Text) {
	case "de", "du", "des", "of", "der", "van", "la":
		return !r.plain(tokens[i+2])
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

// maxOpenName is how many words an organisation that no directory lists has at most.
const maxOpenName = 7

// openName decides whether tokens first to last name an organisation.
func (r *relater) openName(c *clause, first, last int, above context, before []party) (party, bool) {
	tokens := c.b.tokens
	own := r.ownPolicy(c, policy.Span{Start: tokens[first].Start, End: tokens[last].End}) && (r.odd(tokens[first]) || r.odd(tokens[last]))
	for !own && first < last && r.plain(tokens[first]) && !r.plain(tokens[last]) && tokens[first].Start == c.Start {
		first++ // "However Acme" at the beginning of a sentence
	}
	span := policy.Span{Start: tokens[first].Start, End: tokens[last].End}
	if last-first >= maxOpenName || !own && !r.odd(tokens[first]) || r.quoted(span) || r.elsewhere(c, first, last) {
		return party{}, false
	}
	head := r.headsList(c, first, last, above)
	if !head && !own && !r.introduced(c, first, before) || r.vague(tokens[first:last+1]) && !(head && above.listing) && !(own && first < last) {
		return party{}, false
	}
	name := r.nameAt(span)
	m := mention{Span: span, class: organizationClass, id: idOf(name), first: first, last: last}
	return party{mention: m, name: name, at: span}, utf8.RuneCountInString(name) > 2 && m.id != ""
}

// elsewhere reports whether the capitalised words first to last are no name of
// an organisation: part of an address, a technology, a law, a right.
func (r *relater) elsewhere(c *clause, first, last int) bool {
	for _, m := range c.mentions {
		if m.first > last || m.last < first || m.id == "to" || m.id == "and" {
			continue
		}
		switch m.class {
		case genericClass, placeClass, safeguardClass, basisClass, rightClass:
			return true
		}
	}
	word := policy.Fold(c.b.tokens[last].Of(r.Text))
	return strings.HasSuffix(word, "strasse") || strings.HasSuffix(word, "straße") || r.inAddress(c, first, last)
}

// inAddress reports whether the words are part of a postal address: a number
// stands beside them, or a place follows ("Berlin, Germany").
func (r *relater) inAddress(c *clause, first, last int) bool {
	tokens := c.b.tokens
	if first > c.first && digits(tokens[first-1].Of(r.Text)) > 0 && !tokens[first].breaks {
		return true
	}
	if last+1 >= c.end {
		return false
	}
	if number := digits(tokens[last+1].Of(r.Text)); number > 1 || number > 0 && tokens[first].breaks && first > c.first {
		return strings.IndexByte(r.Text[tokens[last].End:tokens[last+1].Start], ':') < 0
	}
	for _, m := range c.mentions {
		if m.class == placeClass && m.first == last+1 {
			return first > c.first && tokens[first].breaks
		}
	}
	return false
}

// plain reports whether a word alone names nobody.
func (r *relater) plain(t token) bool { return r.lang.dict.plain[t.word] }

// odd reports whether a word is one of names only: neither a plain one nor one
// that the text also writes in lower case.
func (r *relater) odd(t token) bool { return !r.plain(t) && r.lower[lowerFirst(t.Of(r.Text))] == 0 }

func lowerFirst(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	if strings.ToUpper(word) == word {
		return strings.ToLower(word)
	}
	return string(unicode.ToLower(r)) + word[n:]
}

// vague reports whether capitalised words may be no name: they begin with a word
// that other policies write in lower case, or are a short abbreviation.
func (r *relater) vague(tokens []token) bool {
	const short = 4
	word := tokens[0].Of(r.Text)
	return r.lang.dict.ordinary[tokens[0].word] || len(tokens) == 1 && len(word) <= short && strings.ToUpper(word) == word
}

// introduced reports whether the words before a name say that a party follows,
// or it continues an enumeration of parties that are not the company's own.
func (r *relater) introduced(c *clause, first int, before []party) bool {
	if n := len(before); n > 0 && first-before[n-1].last <= 2 && c.frame.has(naming|sharing|using|cookies) && r.coordinated(c, before[n-1].last, first) {
		return !r.self.is(before[n-1]) && !r.self.related(before[n-1])
	}
	for _, m := range c.mentions {
		if m.class == triggerClass && frames[m.id].has(naming) && m.last < first && first-m.last <= 2 && r.introducesParty(c, m, false) && !(m.id == "such" && c.ofUser(m)) {
			return true
		}
	}
	for _, v := range c.verbs {
		if v.frame.has(using) && v.last == first-1 && c.word("we") {
			return true
		}
	}
	return false
}

// headsList reports whether tokens first to last are the head of a block where
// recipients are listed.
func (r *relater) headsList(c *clause, first, last int, above context) bool {
	if first != c.first || c.b.Kind == policy.Heading || !r.heads(c, last) {
		return false
	}
	return above.frame.has(sharing|cookies) || (c.b.LeadIn < 0 || above.listing) && (c.b.section == "sharing" || c.b.section == "cookies")
}

// ownPolicy reports whether the name at s stands beside the address of a page
// whose host is called like it, which shows that it is a name and of whom:
// "[Sprocket](https://sprocket.example/privacy)".
func (r *relater) ownPolicy(c *clause, s policy.Span) bool {
	const beside, shortest = 6, 4 // bytes
	rest := r.Text[s.End:c.b.End]
	from := strings.Index(rest[:min(len(rest), beside+len("http"))], "http")
	if from < 0 {
		return false
	}
	_, host, _ := strings.Cut(rest[from:], "://")
	if end := strings.IndexAny(host, "/ ?#)]\n"); end >= 0 {
		host = host[:end]
	}
	word := strings.ReplaceAll(policy.SlugOf(r.nameAt(s)), "-", "")
	return len(word) >= shortest && strings.Contains(strings.ReplaceAll(host, "-", ""), word)
}

// coordinated reports whether a comma, "and" or "or" alone stands between
// tokens last and first, so that the two are members of an enumeration.
func (r *relater) coordinated(c *clause, last, first int) bool {
	gap := r.Text[c.b.tokens[last].End:c.b.tokens[first].Start]
	return first == last+1 && strings.ContainsAny(gap, ",/&+") || first == last+2
}

// introducesParty reports whether the words of mention m introduce a party: "such
// as" does so only behind a category of recipients, or, of a party that is known,
// behind any word for somebody else.
func (r *relater) introducesParty(c *clause, m mention, known bool) bool {
	if m.id != "such" {
		return true
	}
	const reach = 5
	found := false
	for _, n := range c.mentions {
		if n.last >= m.first || m.first-n.last > reach || !known && m.first-n.last > 2 {
			continue
		}
		if n.class == wordClass && n.id == "thing" && n.last == m.first-1 {
			return false // "accounts such as"
		}
		if n.class == categoryClass || known && n.class == wordClass && n.id == "party" && !c.b.has(wordClass, "we", n.first-3, n.first) {
			found = true
		}
	}
	return found
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

// idOf returns the ID of the organisation of that name.
func idOf(name string) string {
	if o, ok := vocab.Organizations().ByName(name); ok {
		return o.ID
	}
	return policy.Slug(name)
}
