package extractor

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// controller finds who publishes the policy and answers for the processing: of
// the names with a legal form the one with the best reasons, else the name that
// the text is full of.
func (p *page) controller(out *collector) {
	best, score := p.bestLegalName(p.brand)
	if score < minControllerScore {
		bare, points := p.bestIntroduced(p.brand)
		switch {
		case points > minControllerScore:
			best, score = bare, points
		case p.hasBrand:
			best, score = p.withDomain(p.brand), minControllerScore
		case score == 0:
			return
		}
	}
	best = p.wholeName(best)
	country, span := p.seat(best)
	e, ok := out.evidence(policy.Finding{Spans: []policy.Span{span}, Party: best.Of(p.Text), Rule: "controller", Confidence: min(0.95, 0.4+0.06*float64(score))})
	if !ok {
		return
	}
	out.reading.Controller = &policy.Controller{Name: cleanName(best.Of(p.Text)), Country: country, Evidence: e}
}

const (
	minControllerScore = 4
	// laterMalus is taken off a name of the block that has the best so far: of
	// several companies that answer together, the first is named first.
	laterMalus = 2
)

// wholeName returns the name with what belongs to it before its first word: an
// article, or the part of a domain or compound that ends in lower case, as in
// "Example.com Transport Ltd".
func (p *page) wholeName(n name) name {
	first := n.first
	switch i := first - 1; {
	case !n.form || i < 0 || n.tokens[first].breaks:
	case p.word(n.block, i) == "The" && !n.tokens[i].breaks:
		first--
	case i > 0 && !n.tokens[i].upper && n.tokens[i-1].upper && strings.Contains(".-", p.gap(n.block, i)):
		first -= 2
	}
	n.first, n.Start = first, n.tokens[first].Start
	return n
}

// withDomain returns the name with the end of a domain that the text writes as
// part of it: "Example.com".
func (p *page) withDomain(n name) name {
	if n.end < len(n.tokens) && n.index < earlyBlocks && p.gap(n.block, n.end) == "." && !n.tokens[n.end].upper && n.tokens[n.end].End-n.tokens[n.end].Start <= 4 {
		return p.newName(n.block, n.first, n.end+1, false)
	}
	return n
}

// bestLegalName returns the name with a legal form that has the best reasons to
// be the controller's, and how good they are.
func (p *page) bestLegalName(brand name) (best name, score int) {
	for i := range p.blocks {
		b := &p.blocks[i]
		names := slices.Concat(b.legal, p.writtenOut(b))
		slices.SortFunc(names, func(m, n name) int { return m.first - n.first })
		for _, n := range names {
			got := p.controllerScore(n, brand)
			if n.block == best.block {
				got -= laterMalus
			}
			if got > score {
				best, score = n, got
			}
		}
	}
	return best, score
}

// bestIntroduced returns the introduced name that has the best reasons to be the
// controller's, and how good they are.
func (p *page) bestIntroduced(brand name) (best name, score int) {
	for i := range p.blocks {
		for _, n := range p.introduced(&p.blocks[i]) {
			if got := p.controllerScore(n, brand); got > score {
				best, score = n, got
			}
		}
	}
	return best, score
}

// writtenOut returns the names whose legal form is written out behind them:
// "Acme, société par actions simplifiée", "Acme, a limited liability company".
func (p *page) writtenOut(b *block) []name {
	var out []name
	for _, m := range b.mentions {
		if m.class != partyClass || m.id != "form" {
			continue
		}
		word := strings.ToLower(p.word(b, m.first))
		article := small(word) || len(word) == 1
		if n := p.nameBefore(b, m.first); n.end > n.first && (!article || p.gap(b, m.first) != " ") {
			out = append(out, n)
		}
	}
	return out
}

// introduced returns the names without a legal form that words beside them
// introduce: "la société Acme", "the data controller is Acme".
func (p *page) introduced(b *block) []name {
	if b.Kind == policy.Heading {
		return nil
	}
	var out []name
	for _, m := range b.mentions {
		if m.class != partyClass || m.id != "form" && m.id != "controller" {
			continue
		}
		for _, n := range []name{p.nameBefore(b, m.first), p.nameBehind(b, m.last+1)} {
			if n.end > n.first && !p.shouted(b, n.first, n.end) {
				out = append(out, n)
			}
		}
	}
	return out
}

// nameBefore returns the capitalised words that end before token i, across a
// comma or bracket; empty if none are a name.
func (p *page) nameBefore(b *block, i int) name {
	end, gap := i, ""
	if i > 0 {
		gap = strings.Trim(p.gap(b, i), " *_\u00a0")
	}
	if gap != "" && gap != "," && gap != "(" {
		return name{}
	}
	first := end
	for first > 0 && end-first < maxName && (first == end || p.continues(b, first)) {
		switch {
		case b.tokens[first-1].upper, first > 1 && p.gap(b, first-1) == "-":
			first--
			continue
		case first < end && first > 1 && small(p.word(b, first-1)) && b.tokens[first-2].upper && p.continues(b, first-1):
			first -= 2
			continue
		}
		break
	}
	return p.bareName(b, first, end)
}

// nameBehind returns the capitalised words that begin at token i, or behind a few
// words in lower case; empty if none are a name.
func (p *page) nameBehind(b *block, i int) name {
	const skip = 2
	first := i
	for first < len(b.tokens) && first-i < skip && !b.tokens[first].upper && !b.tokens[first].breaks {
		first++
	}
	if first >= len(b.tokens) || !b.tokens[first].upper {
		return name{}
	}
	end := first + 1
	for end < len(b.tokens) && end-first < maxName && p.continues(b, end) {
		switch {
		case b.tokens[end].upper:
			end++
			continue
		case end+1 < len(b.tokens) && small(p.word(b, end)) && p.continues(b, end+1) && b.tokens[end+1].upper:
			end += 2
			continue
		}
		break
	}
	return p.bareName(b, first, end)
}

// bareName returns the name of tokens first to end without the words that lead up
// to it; empty if no word of it is one that only names have.
func (p *page) bareName(b *block, first, end int) name {
	for first < end && p.leadsUp(b, first) {
		first++
	}
	for end < len(b.tokens) && first < end && p.gap(b, end) == "-" {
		if p.lang.dict.plain[b.tokens[end].word] {
			return name{} // "QR-code"
		}
		end++
	}
	proper := false
	for i := first; i < end; i++ {
		if p.formAt(b, i) {
			return name{} // found by its form
		}
		w := p.word(b, i)
		proper = proper || b.tokens[i].upper && len(w) > 1 && p.lower[strings.ToLower(w)] == 0 && !p.ordinary(b, i) && !b.covered(placeClass, i)
	}
	if !proper {
		return name{}
	}
	return p.newName(b, first, end, false)
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
	if p.namedShort(n) {
		score += 2
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
	return len(of) > 1 && (strings.Contains(key, of) || p.initials(n) == of || strings.HasPrefix(key, joined(p.word(brand.block, brand.first))))
}

// initials returns the first letters of a name's capitalised words, folded,
// without an article and a legal form.
func (p *page) initials(n name) string {
	var out []byte
	for _, w := range nameWords(n.Of(p.Text)) {
		if !small(w) {
			out = append(out, w[0])
		}
	}
	return string(out)
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
		if p.blocks[i].Kind == policy.TableRow {
			continue // repeats its words
		}
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
	if !ok || most < wellKnown && labels[joined(best.Of(p.Text))] == 0 {
		if small, found := p.smallBrand(labels); found {
			return small, true
		}
	}
	return best, ok
}

// smallBrand returns the name that the text writes in lower case, and under which
// e-mail addresses in it are registered: "noyb".
func (p *page) smallBrand(labels map[string]int) (best name, ok bool) {
	most := mailPoints - 1
	for i := range p.blocks {
		b := &p.blocks[i]
		for t, tok := range b.tokens {
			w := p.word(b, t)
			if tok.upper || len(w) < 3 || labels[w] == 0 || p.lang.dict.plain[tok.word] || p.lang.dict.ordinary[tok.word] {
				continue
			}
			n := p.newName(b, t, t+1, false)
			if labels[w] > most && !p.listed(n) {
				best, most, ok = n, labels[w], true
			}
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
	// wellKnown is the score of a name that needs no address to be the brand.
	wellKnown  = 15
	linkPoints = 1
	mailPoints = 10
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

// namedShort reports whether a bracket behind the name says in quotes what the
// text calls it: `Acme Inc. ("Acme")`.
func (p *page) namedShort(n name) bool {
	rest := strings.TrimLeft(p.Text[n.End:min(len(p.Text), n.End+8)], " .,*_\u00a0")
	rest, ok := strings.CutPrefix(rest, "(")
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, "*_ "))
	return ok && strings.ContainsRune("“\"«‘", r)
}
