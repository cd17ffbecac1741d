package extractor

import (
	"strings"

	"policygraph/policy"
)

// seat returns the country that an address near the controller's name gives, and
// the place of the name, with the address if it stands in the same block.
func (p *page) seat(n name) (policy.Place, policy.Span) {
	own := p.wordsOf(n)
	for i := n.index; i < len(p.blocks); i++ {
		if place, at, ok := p.seatIn(&p.blocks[i], own, n); ok {
			return place, at
		}
	}
	for i := range n.index {
		if place, at, ok := p.seatIn(&p.blocks[i], own, n); ok {
			return place, at
		}
	}
	return "", n.Span
}

// wordsOf returns the words of a name without its legal form or the end of its domain.
func (p *page) wordsOf(n name) []string {
	var out []string
	for i := n.first; i < n.end && (len(out) == 0 || !p.formAt(n.block, i) && (n.form || n.tokens[i].upper)); i++ {
		out = append(out, p.word(n.block, i))
	}
	return out
}

// seatIn looks for the name in a block, in whatever case, and for an address behind it.
func (p *page) seatIn(b *block, own []string, n name) (policy.Place, policy.Span, bool) {
	for i := 0; i+len(own) <= len(b.tokens); i++ {
		k := 0
		for k < len(own) && strings.EqualFold(p.word(b, i+k), own[k]) {
			k++
		}
		if k < len(own) {
			continue
		}
		end := i + k
		form := p.formLen(b, end)
		at := p.newName(b, i, end+form, form > 0)
		if form == 0 && (n.form && i > 0 || at.end < len(b.tokens) && b.tokens[at.end].upper && p.continues(b, at.end)) {
			continue // the name of another, or of the product
		}
		place, last := p.addressBehind(b, at.end)
		if place == "" && (form > 0 || i == 0) {
			place = p.addressLines(b, at.end)
		}
		if place != "" {
			if last > at.End && last-at.Start <= maxClip {
				at.End = last
			}
			return place, at.Span, true
		}
	}
	return "", policy.Span{}, false
}

// addressBehind returns the country of the address behind a name that ends before
// token i, and where it ends.
func (p *page) addressBehind(b *block, i int) (policy.Place, int) {
	const town = 30 // bytes of what stands between a postal code and a country
	end := p.addressReach(b, i)
	coded, last := p.postal(b, i, end)
	for _, m := range b.within(placeClass, i, end) {
		if policy.Place(m.id).Country() && (coded == "" || m.Start <= last+town) {
			return policy.Place(m.id), m.End
		}
	}
	return coded, last
}

// addressReach returns the token before which what stands from token i on may be
// an address: names and numbers, and few other words but those that speak of one.
func (p *page) addressReach(b *block, i int) int {
	const reach, few, spoken = 60, 6, 12
	end, words := min(len(b.tokens), i+reach), few
	for t := i; t < end; t++ {
		for _, m := range b.near(t, t+1) {
			if m.class == partyClass && (m.id == "address" || m.id == "form") || m.class == genericClass && m.id == "street" {
				words = spoken
			}
		}
		if !b.tokens[t].upper && digits(p.word(b, t)) == 0 && !small(p.word(b, t)) {
			if words--; words < 0 {
				return t
			}
		}
	}
	return end
}

// addressLines returns the country in the lines of an address below a name that
// stands near the end of its block.
func (p *page) addressLines(b *block, i int) policy.Place {
	const lines, words, rest = 8, 15, 20
	if len(b.tokens)-i > rest {
		return ""
	}
	for k := 1; k <= lines && b.index+k < len(p.blocks); k++ {
		line := &p.blocks[b.index+k]
		if line.Kind == policy.Heading || line.Kind == policy.TableRow || len(line.tokens) > words {
			break
		}
		for _, m := range line.within(placeClass, 0, len(line.tokens)) {
			if place := policy.Place(m.id); place.Country() {
				return place
			}
		}
		if place, _ := p.postal(line, 0, len(line.tokens)); place != "" {
			return place
		}
	}
	return ""
}

// postal tells a country by the form of a postal code: "CA 94103", "SW1A 1AA",
// "1011 DL", "CH-8203", or in French five digits before a capitalised town.
func (p *page) postal(b *block, from, to int) (policy.Place, int) {
	for i := from; i+1 < to; i++ {
		a, z := p.word(b, i), p.word(b, i+1)
		end := b.tokens[i+1].End
		switch gap := p.gap(b, i+1); {
		case b.tokens[i].upper && len(a) == 2 && digits(z) == 5 && strings.Contains(states, " "+strings.ToUpper(a)+" ") && gap != "-":
			return "US", end
		case gap == "-" && len(a) == 2 && a == strings.ToUpper(a) && digits(z) >= 4 && digits(z) <= 5 && policy.Place(a).Country():
			return policy.Place(a), end
		case gap == " " && outward(a) && inward(z):
			return "GB", end
		case gap == " " && digits(a) == 4 && len(z) == 2 && z == strings.ToUpper(z) && b.tokens[i+1].upper && i > from:
			return "NL", end
		case p.lang.code == "fr" && digits(a) == 5 && b.tokens[i+1].upper && digits(z) == 0 && !b.tokens[i+1].breaks,
			p.lang.code == "fr" && gap == " (" && b.tokens[i].upper && digits(z) == 5:
			return "FR", end
		}
	}
	return "", 0
}

// states are the abbreviations of the states in American addresses.
const states = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY "

// outward reports whether a word is the first half of a British postal code: "EC4M".
func outward(word string) bool {
	n := len(word)
	return n >= 2 && n <= 4 && word == strings.ToUpper(word) && digits(word[:1]) == 0 && strings.ContainsAny(word[1:min(n, 3)], "0123456789")
}

// inward reports whether a word is the second half of one: "9BT".
func inward(word string) bool {
	return len(word) == 3 && digits(word[:1]) == 1 && digits(word[1:2]) == 0 && digits(word[2:]) == 0 && word == strings.ToUpper(word)
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

func cleanName(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n*_\\", r) }), " ")
}
