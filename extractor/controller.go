package extractor

import (
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// A name is a run of capitalised words in a block that may name an organisation.
type name struct {
	*block
	first, end int // tokens
	policy.Span
	form bool // ends in a legal form
}

// controller finds who publishes the policy and answers for the processing: of
// the names that the text introduces as such, the one with the best reasons.
func (p *page) controller(out *collector) {
	var best name
	score := 0
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.section == "sharing" || b.section == "cookies" || b.section == "transfer" || b.section == "sources" {
			continue
		}
		for _, n := range p.names(b) {
			if got := p.controllerScore(n); got > score {
				best, score = n, got
			}
		}
	}
	if score < minControllerScore {
		var ok bool
		if best, ok = p.titleName(); !ok {
			return
		}
	}
	country, end := p.seat(best)
	span := best.Span
	if end-span.Start <= maxClip && end > span.End {
		span.End = end
	}
	e, ok := out.evidence(policy.Finding{Spans: []policy.Span{span}, Party: best.Of(p.Text), Rule: "controller", Confidence: min(0.95, 0.4+0.08*float64(score))})
	if !ok {
		return
	}
	out.reading.Controller = &policy.Controller{Name: cleanName(best.Of(p.Text)), Country: country, Evidence: e}
}

const minControllerScore = 4

// titleName returns the name that the text writes most often, if it stands
// among the first blocks.
func (p *page) titleName() (best name, ok bool) {
	const first = 15 // blocks
	most := 2
	for i := range p.blocks[:min(first, len(p.blocks))] {
		for _, n := range p.names(&p.blocks[i]) {
			if c := p.counts[p.word(n.block, n.first)]; c.upper > most && c.lower == 0 {
				best, most, ok = n, c.upper, true
			}
		}
	}
	return best, ok
}

// controllerScore adds up the reasons to take a name for the controller's.
func (p *page) controllerScore(n name) int {
	score := 0
	switch {
	case n.form:
		score += 3
	case p.counts[p.word(n.block, n.first)].upper < 2 || len(n.within(placeClass, n.first, n.end)) > 0:
		return 0
	}
	if n.first == 0 && n.index > 0 && p.introduces(&p.blocks[n.index-1]) {
		score += 3
	}
	for _, m := range n.mentions {
		if m.class != partyClass {
			continue
		}
		before, after := n.first-m.last, m.first-n.end
		switch {
		case m.id == "controller" && before > 0 && before <= 6:
			score += 3
		case m.id == "controller" && after >= 0 && after <= 20:
			score += 2
		case m.id == "form" && (before == 1 || after >= 0 && after <= 2):
			score += 3
		case m.id == "intro" && (before > 0 && before <= 4 || after >= 0 && after <= 6):
			score++
		case m.id == "owner" && after >= 0 && after <= 4 && n.block.tokens[m.first].breaks:
			score += 4
		case m.id == "address" && after >= 0 && after <= 10:
			score++
		}
	}
	if p.shortName(n) {
		score -= 4
	}
	if n.section == "controller" || n.section == "contact" {
		score++
	}
	if n.index < 12 {
		score++
	}
	if first := p.word(n.block, n.first); score > 0 && p.counts[first].upper > 4 && len(first) > 2 {
		score += 2
	}
	if p.listed(n) {
		score -= 3
	}
	return score
}

// listed reports whether the directory knows the name, or one that it begins
// with: a policy names such organisations mostly as recipients.
func (p *page) listed(n name) bool {
	for _, m := range n.mentions {
		if m.class == organizationClass && m.first == n.first {
			return true
		}
	}
	return false
}

// introduces reports whether a block ends with words that introduce the controller.
func (p *page) introduces(b *block) bool {
	for _, m := range b.mentions {
		if m.class == partyClass && m.id == "controller" && m.last >= len(b.tokens)-3 {
			return true
		}
	}
	return false
}

// shortName reports whether the name stands in quotes or at the beginning of a
// bracket: it is then what the text calls somebody whose full name stands before.
func (p *page) shortName(n name) bool {
	before := strings.TrimRight(p.Text[:n.Start], "*_ \u00a0")
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune("(“\"«‘", r)
}

// names returns the capitalised runs of a block that can be names.
func (p *page) names(b *block) []name {
	var out []name
	for i := 0; i < len(b.tokens); {
		n, ok := p.nameAt(b, i)
		if !ok {
			i++
			continue
		}
		out = append(out, n)
		i = n.end
	}
	return out
}

// maxName is how many words a name may have.
const maxName = 8

// nameAt reads the name that begins at token i: capitalised words, small words
// between them, and a legal form, which a comma may precede.
func (p *page) nameAt(b *block, i int) (name, bool) {
	if !b.tokens[i].upper || p.ordinary(b, i) || p.common(b, i) && !p.formAhead(b, i) {
		return name{}, false
	}
	end := i + 1
	for end < len(b.tokens) && end-i < maxName {
		t := b.tokens[end]
		switch {
		case t.breaks && !p.formAt(b, end):
		case t.upper && !p.ordinary(b, end), p.formAt(b, end), p.Text[b.tokens[end-1].End:t.Start] == "-":
			end++
			continue
		case !t.breaks && end+1 < len(b.tokens) && small(p.word(b, end)) && b.tokens[end+1].upper && !b.tokens[end+1].breaks:
			end += 2
			continue
		}
		break
	}
	n := name{block: b, first: i, end: end, Span: policy.Span{Start: b.tokens[i].Start, End: b.tokens[end-1].End}}
	if strings.Contains(n.Of(p.Text), "\n\n") {
		return name{}, false
	}
	if strings.HasPrefix(p.Text[n.End:], ".") && n.End < b.End && p.formAt(b, end-1) && len(p.word(b, end-1)) <= 4 {
		n.End++ // "Inc."
	}
	n.form = policy.NameKey(n.Of(p.Text)) != strings.Join(policy.Words(n.Of(p.Text)), " ")
	return n, true
}

// formAt reports whether a legal form stands at token i, written as one.
func (p *page) formAt(b *block, i int) bool {
	w := p.word(b, i)
	return w != "" && b.tokens[i].upper && policy.NameKey("x "+w) == "x"
}

// common reports whether the capitalised word is an ordinary one at the
// beginning of a sentence or in a title, so that no name begins with it.
func (p *page) common(b *block, i int) bool {
	return p.ordinary(b, i) || p.counts[p.word(b, i)].lower > 0 || len(p.word(b, i)) < 2
}

// formAhead reports whether capitalised words lead from token i to a legal
// form: "Time and Date AS".
func (p *page) formAhead(b *block, i int) bool {
	for j := i + 1; j < len(b.tokens) && j < i+maxName && (!b.tokens[j].breaks || p.formAt(b, j)); j++ {
		switch {
		case p.formAt(b, j):
			return true
		case b.tokens[j].upper && !p.ordinary(b, j), !b.tokens[j].upper && small(p.word(b, j)):
			continue
		}
		return false
	}
	return false
}

// ordinary reports whether the rules know the word as one that is in no name.
func (p *page) ordinary(b *block, i int) bool {
	for _, m := range b.mentions {
		if m.first <= i && i <= m.last {
			if m.id == "noname" {
				return true
			}
			switch m.class {
			case partyClass, topicClass, datingClass, wordClass, triggerClass, keepingClass, monthClass, sectionClass:
				if p.word(b, i) != strings.ToUpper(p.word(b, i)) || len(p.word(b, i)) < 3 {
					return true
				}
			}
		}
	}
	return false
}

// A wordCount tells how often a document writes a word, as it stands in the
// map, with a capital amid a phrase, and how often in lower case.
type wordCount struct{ upper, lower int }

// countWords counts the words of the text that it writes with a capital where
// no sentence begins.
func (p *page) countWords() {
	p.counts = map[string]wordCount{}
	for i := range p.blocks {
		b := &p.blocks[i]
		for _, t := range b.tokens {
			if t.upper && !t.breaks {
				c := p.counts[t.Of(p.Text)]
				c.upper++
				p.counts[t.Of(p.Text)] = c
			}
		}
	}
	lower := map[string]int{}
	for i := range p.blocks {
		for _, t := range p.blocks[i].tokens {
			if !t.upper && !p.glued(t) {
				lower[t.Of(p.Text)]++
			}
		}
	}
	for w, c := range p.counts {
		c.lower = lower[strings.ToLower(w)]
		p.counts[w] = c
	}
}

// glued reports whether the word is part of a domain name or an address.
func (p *page) glued(t token) bool {
	if t.Start > 0 && strings.IndexByte("./@-_", p.Text[t.Start-1]) >= 0 {
		return true
	}
	return t.End+1 < len(p.Text) && strings.IndexByte(".@_/", p.Text[t.End]) >= 0 && wordRuneLen(p.Text[t.End+1:]) > 0
}

func small(word string) bool {
	switch word {
	case "of", "and", "de", "du", "des", "la", "et", "for", "the", "di", "van", "der":
		return true
	}
	return false
}

// seat returns the country that the text near the controller's name gives, and
// where that is said.
func (p *page) seat(n name) (policy.Place, int) {
	const blocksBehind = 4
	for k := 0; k <= blocksBehind && n.index+k < len(p.blocks); k++ {
		b := &p.blocks[n.index+k]
		from := 0
		if k == 0 {
			from = n.end
		} else if b.Kind == policy.Heading {
			break
		}
		for _, m := range b.within(placeClass, from, len(b.tokens)) {
			if place := policy.Place(m.id); place.Country() && (k == 0 || m.first < 60) {
				return place, m.End
			}
		}
		if place, end := p.postal(b, from); place != "" {
			return place, end
		}
	}
	return "", 0
}

// postal tells a country by the form of a postal address: "CA 94103", or in
// French a five-digit code before a capitalised town.
func (p *page) postal(b *block, from int) (policy.Place, int) {
	for i := from; i+1 < len(b.tokens); i++ {
		a, z := p.word(b, i), p.word(b, i+1)
		switch {
		case len(a) == 2 && a == strings.ToUpper(a) && digits(z) == 5 && digits(a) == 0:
			return "US", b.tokens[i+1].End
		case p.lang.code == "fr" && digits(a) == 5 && b.tokens[i+1].upper && digits(z) == 0 && !b.tokens[i+1].breaks:
			return "FR", b.tokens[i+1].End
		}
	}
	return "", 0
}

// digits returns the length of a word of digits only, else 0.
func digits(word string) int {
	for _, c := range []byte(word) {
		if c < '0' || c > '9' {
			return 0
		}
	}
	return len(word)
}

// hasLegalForm reports whether the segment names a party with a legal form.
func (p *page) hasLegalForm(s segment) bool {
	for _, n := range p.names(s.block) {
		if n.form && s.first <= n.first && n.end <= s.end {
			return true
		}
	}
	return false
}

func cleanName(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n*_\\", r) }), " ")
}
