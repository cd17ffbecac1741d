package extractor

import (
	"iter"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// controller finds who publishes the policy and answers for the processing: of
// the names with a legal form the one with the best reasons, else the name that
// the text is full of.
func (p *page) controller(out *collector) {
	brand, hasBrand := p.brand, p.hasBrand
	best, score := p.bestLegalName(brand)
	switch {
	case score >= minControllerScore:
	case hasBrand:
		best, score = brand, minControllerScore
	case score == 0:
		return
	}
	country, end := p.seat(best)
	span := best.Span
	if end-span.Start <= maxClip && end > span.End {
		span.End = end
	}
	e, ok := out.evidence(policy.Finding{Spans: []policy.Span{span}, Party: best.Of(p.Text), Rule: "controller", Confidence: min(0.95, 0.4+0.06*float64(score))})
	if !ok {
		return
	}
	out.reading.Controller = &policy.Controller{Name: cleanName(best.Of(p.Text)), Country: country, Evidence: e}
}

const minControllerScore = 4

// bestLegalName returns the name with a legal form that has the best reasons to
// be the controller's, and how good they are.
func (p *page) bestLegalName(brand name) (best name, score int) {
	for i := range p.blocks {
		b := &p.blocks[i]
		for _, n := range b.legal {
			if got := p.controllerScore(n, brand); got > score {
				best, score = n, got
			}
		}
	}
	return best, score
}

// controllerScore adds up the reasons to take a name for the controller's.
func (p *page) controllerScore(n, brand name) int {
	score := p.introductionScore(n)
	switch n.section {
	case "controller", "contact":
		score++
	case "sharing", "cookies", "transfer", "sources":
		score -= 2
	}
	if n.index < 12 {
		score += 2
	}
	branded := brand.block != nil && p.alike(n, brand)
	if branded {
		score += 4
	} else if p.listed(n) {
		score -= 4
	}
	if p.shortName(n) {
		score -= 4
	}
	return score
}

// maxIntroduction is how many words stand between a name and what introduces it at most.
const maxIntroduction = 64

// introductionScore adds up what the words around a name say of it.
func (p *page) introductionScore(n name) int {
	score := 0
	if n.first == 0 && n.index > 0 && p.introduces(&p.blocks[n.index-1]) {
		score += 3
	}
	seen := map[string]bool{}
	for _, m := range n.near(n.first-maxIntroduction, n.end+maxIntroduction) {
		if m.class == partyClass && !seen[m.id] {
			points := introductionPoints(m.id, n.first-m.last, m.first-n.end)
			if m.id == "owner" && !n.tokens[m.first].breaks {
				points = 0
			}
			seen[m.id] = points > 0
			score += points
		}
	}
	return score
}

// introductionPoints returns what words of the kind say of a name that stands
// before tokens behind them, or after tokens ahead of them.
func introductionPoints(kind string, before, after int) int {
	behind := func(n int) bool { return before > 0 && before <= n }
	ahead := func(n int) bool { return after >= 0 && after <= n }
	switch {
	case kind == "controller" && behind(6):
		return 3
	case kind == "controller" && ahead(20):
		return 2
	case kind == "form" && (behind(1) || ahead(2)):
		return 3
	case kind == "intro" && (behind(4) || ahead(6)), kind == "address" && ahead(10):
		return 1
	case kind == "owner" && ahead(6):
		return 4
	}
	return 0
}

// alike reports whether a name begins as the brand does, or holds it.
func (p *page) alike(n, brand name) bool {
	key, of := joined(n.Of(p.Text)), joined(brand.Of(p.Text))
	return len(of) > 1 && (strings.Contains(key, of) || strings.HasPrefix(key, joined(p.word(brand.block, brand.first))))
}

// findBrand returns the name that the text is full of: the one that its e-mail
// addresses and links lead to, or else that it writes most often and early.
func (p *page) findBrand() (best name, ok bool) {
	type candidate struct {
		name
		score int
	}
	labels, found := p.hostLabels(), map[string]*candidate{}
	var order []string
	for i := range p.blocks {
		for _, n := range p.properNames(&p.blocks[i]) {
			key := joined(n.Of(p.Text))
			c := found[key]
			if c == nil {
				c = &candidate{n, labels[key]}
				if p.listed(n) && i > titleBlocks && labels[key] < mailPoints {
					c.score -= listedMalus
				}
				found[key] = c
				order = append(order, key)
			}
			c.score++
			if i < earlyBlocks {
				c.score += 2
			}
		}
	}
	most := 3
	for _, key := range order {
		if c := found[key]; c.score > most && len(key) > 2 {
			best, most, ok = c.name, c.score, true
		}
	}
	return best, ok
}

const (
	titleBlocks = 2
	earlyBlocks = 8
	// listedMalus is taken off names that the directory knows and no title
	// or e-mail address has: policies are full of Google, and few are its own.
	listedMalus = 1000
	linkPoints  = 1
	mailPoints  = 10
)

// hostLabels weighs the labels under which the addresses in the text and behind
// its links are registered: "example" of https://shop.example.co.uk. One that
// mail is sent to says more than one that is linked to.
func (p *page) hostLabels() map[string]int {
	weight := map[string]int{}
	add := func(text, mark string, points, most int) {
		for host := range hostsBehind(text, mark) {
			label := registered(strings.ToLower(host))
			weight[label] = max(weight[label], min(most, weight[label]+points))
		}
	}
	for _, mark := range []string{"://", "www."} {
		add(p.Text, mark, linkPoints, 10*linkPoints)
	}
	for _, l := range p.Links {
		add(l.URL, "://", linkPoints, 10*linkPoints)
	}
	add(p.Text, "@", mailPoints, 3*mailPoints)
	return weight
}

// hostsBehind yields the names of hosts that stand behind a mark in the text, but
// for the www of an address that is already counted.
func hostsBehind(text, mark string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			before, rest, ok := strings.Cut(text, mark)
			if !ok {
				return
			}
			n := 0
			for n < len(rest) && (rest[n] == '.' || rest[n] == '-' || rest[n] < utf8.RuneSelf && wordByte[rest[n]] != 0) {
				n++
			}
			host := strings.Trim(rest[:n], ".-")
			dot := strings.LastIndexByte(host, '.')
			skip := strings.HasSuffix(before, "/") || dot < 1 || len(host)-dot < 3 || digits(host[dot+1:dot+2]) > 0
			if !skip && !yield(host) {
				return
			}
			text = rest
		}
	}
}

// registered returns the label of a host that its owner registered.
func registered(host string) string {
	labels := strings.Split(host, ".")
	i := len(labels) - 2
	if i > 0 && len(labels[i]) <= 3 && len(labels[i+1]) == 2 {
		i-- // co.uk
	}
	return strings.ReplaceAll(labels[i], "-", "")
}

// joined returns the folded letters and digits of a name, without its legal form.
func joined(name string) string { return strings.ReplaceAll(policy.NameKey(name), " ", "") }

// listed reports whether the directory knows the name, or one that it begins
// with: a policy names such organisations mostly as recipients.
func (p *page) listed(n name) bool {
	for _, m := range n.near(n.first, n.first+1) {
		if m.class == organizationClass {
			return true
		}
	}
	return false
}

// introduces reports whether a block ends with words that introduce the controller.
func (p *page) introduces(b *block) bool {
	for _, m := range b.near(len(b.tokens)-maxMention, len(b.tokens)) {
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

func cleanName(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n*_\\", r) }), " ")
}
