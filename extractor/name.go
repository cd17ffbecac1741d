package extractor

import (
	"sort"
	"strings"

	"policygraph/policy"
)

// A name is a run of capitalised words in a block that may name an organisation.
type name struct {
	*block
	first, end int // tokens
	policy.Span
	form bool // ends in a legal form
}

// maxName is how many words a name may have.
const maxName = 9

// legalNames returns the names of a block that end in a legal form.
func (p *page) legalNames(b *block) []name {
	var out []name
	from := 0
	for i := 1; i < len(b.tokens); i++ {
		n := p.formLen(b, i)
		if n == 0 || !p.continues(b, i) {
			continue
		}
		first, end := p.firstWord(b, i, from), i
		for ; n > 0; n = p.formLen(b, end) {
			if end += n; end >= len(b.tokens) || !p.continues(b, end) {
				break
			}
		}
		if first < i && !p.shouted(b, first, i) {
			out = append(out, p.newName(b, first, end, true))
			from = end
		}
		i = end - 1
	}
	return out
}

// shouted reports whether tokens first to end are ordinary words in capitals:
// "WHAT INFORMATION DOES AG".
func (p *page) shouted(b *block, first, end int) bool {
	for i := first; i < end; i++ {
		if w := p.word(b, i); w != strings.ToUpper(w) || p.lower[strings.ToLower(w)] == 0 {
			return false
		}
	}
	return true
}

// firstWord returns where the name begins whose legal form is token form: the
// capitalised words before it, without those that only lead up to it.
func (p *page) firstWord(b *block, form, from int) int {
	i := form
	for i > from && form-i < maxName && p.continues(b, i) {
		switch {
		case b.tokens[i-1].upper || p.gap(b, i) == "." || digits(p.word(b, i-1)) > 0:
			i--
			continue
		case i-2 >= from && small(p.word(b, i-1)) && b.tokens[i-2].upper && !p.formAt(b, i-2) && p.continues(b, i-1):
			i -= 2
			continue
		}
		break
	}
	for i < form-1 && p.leadsUp(b, i) {
		i++
	}
	return i
}

// leadsUp reports whether the capitalised word is not the first of a name: it
// begins a sentence and is an ordinary word, or says that a name follows.
func (p *page) leadsUp(b *block, i int) bool {
	for _, m := range b.at(i) {
		if m.class == partyClass && m.id != "noname" && m.first <= i && i <= m.last {
			return true
		}
	}
	if small(p.word(b, i)) {
		return true
	}
	return (b.tokens[i].breaks || i == 0) && p.counts[p.word(b, i)].lower > 0 && p.counts[p.word(b, i)].upper < 3
}

// continues reports whether token i stands so that it continues a name which
// the token before it is in.
func (p *page) continues(b *block, i int) bool {
	if i == 0 {
		return false
	}
	switch p.gap(b, i) {
	case " ", "\u00a0", "-", ".", " & ", "&", "'", "’", " + ", "\\-":
		return true
	case ", ", "., ", ". ", "/", " / ", "  ", " , ":
		return p.formAt(b, i)
	}
	return false
}

// gap returns what stands between token i and the one before it.
func (p *page) gap(b *block, i int) string {
	return p.Text[b.tokens[i-1].End:b.tokens[i].Start]
}

func (p *page) newName(b *block, first, end int, form bool) name {
	n := name{block: b, first: first, end: end, Span: policy.Span{Start: b.tokens[first].Start, End: b.tokens[end-1].End}, form: form}
	const longest = 6 // letters of a form that is an abbreviation
	if last := p.word(b, end-1); form && strings.HasPrefix(p.Text[n.End:], ".") && n.End < b.End && len(last) <= longest {
		n.End++ // "Inc."
	}
	return n
}

// properNames returns the runs of words of a block that the text writes with a
// capital everywhere, and that are no words of the rules.
func (p *page) properNames(b *block) []name {
	var out []name
	for i := 0; i < len(b.tokens); i++ {
		if !p.proper(b, i) {
			continue
		}
		end := i + 1
		for end < len(b.tokens) && end-i < maxName && p.continues(b, end) {
			switch {
			case p.proper(b, end):
				end++
				continue
			case end+1 < len(b.tokens) && small(p.word(b, end)) && p.continues(b, end+1) && p.proper(b, end+1):
				end += 2
				continue
			}
			break
		}
		out = append(out, p.newName(b, i, end, false))
		i = end - 1
	}
	return out
}

// proper reports whether token i is a word that names something of its own.
func (p *page) proper(b *block, i int) bool {
	w := p.word(b, i)
	return b.tokens[i].upper && len(w) > 1 && !p.formAt(b, i) && p.counts[w].lower == 0 && p.counts[w].upper > 0 && !p.ordinary(b, i) && !b.covered(placeClass, i)
}

// formLen returns how many tokens the legal form has that stands at token i, or
// 0: "SAS" has one and "S.A.S." three.
func (p *page) formLen(b *block, i int) int {
	if i >= len(b.tokens) || !b.tokens[i].upper {
		return 0
	}
	end := i + 1
	for end < len(b.tokens) && end-i < 4 && len(p.word(b, end)) <= 2 && p.gap(b, end) == "." {
		end++
	}
	for ; end > i; end-- {
		form := p.Text[b.tokens[i].Start:b.tokens[end-1].End]
		if policy.NameKey("x "+form) == "x" {
			return end - i
		}
	}
	return 0
}

// formAt reports whether a legal form begins at token i.
func (p *page) formAt(b *block, i int) bool { return p.formLen(b, i) > 0 }

// common reports whether the capitalised word is an ordinary one at the
// beginning of a sentence or in a title, so that no name begins with it.
func (p *page) common(b *block, i int) bool {
	return p.ordinary(b, i) || p.counts[p.word(b, i)].lower > 0 || len(p.word(b, i)) < 2
}

// hasLegalForm reports whether the segment names a party with a legal form.
func (p *page) hasLegalForm(s segment) bool {
	i := sort.Search(len(s.legal), func(k int) bool { return s.legal[k].first >= s.first })
	return i < len(s.legal) && s.legal[i].end <= s.end
}

// ordinary reports whether the rules know the word as one that is in no name.
func (p *page) ordinary(b *block, i int) bool {
	for _, m := range b.at(i) {
		if i <= m.last {
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

// namesNear returns the names with a legal form that stand at token i or in the
// words of an address before it.
func (b *block) namesNear(i int) []name {
	from := sort.Search(len(b.legal), func(k int) bool { return b.legal[k].end > i-maxAddress })
	n := sort.Search(len(b.legal)-from, func(k int) bool { return b.legal[from+k].first > i })
	return b.legal[from : from+n]
}

// findNames finds the names with a legal form and the brand, once the words are counted.
func (p *page) findNames() {
	for i := range p.blocks {
		p.blocks[i].legal = p.legalNames(&p.blocks[i])
	}
	p.brand, p.hasBrand = p.findBrand()
}

// A wordCount tells how often a document writes a word, as it stands in the
// map, with a capital amid a phrase, and how often in lower case.
type wordCount struct{ upper, lower int }

// countWords counts the words of the text that it writes with a capital where
// no sentence begins.
func (p *page) countWords() {
	p.counts, p.lower = map[string]wordCount{}, map[string]int{}
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
	for i := range p.blocks {
		for _, t := range p.blocks[i].tokens {
			if !t.upper && !p.glued(t) {
				p.lower[t.Of(p.Text)]++
			}
		}
	}
	for w, c := range p.counts {
		c.lower = p.lower[strings.ToLower(w)]
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
