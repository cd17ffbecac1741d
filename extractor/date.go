package extractor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"policygraph/policy"
)

// effectiveDate finds when the text says it was last updated, else when it
// takes effect: the date that follows such words closely.
func (p *page) effectiveDate(out *collector) {
	best := ""
	for i := range p.blocks {
		b := &p.blocks[i]
		for _, cue := range b.within(datingClass, 0, len(b.tokens)) {
			if cue.id != "updated" && (cue.id != "effective" || best != "") {
				continue
			}
			if best == cue.id {
				continue
			}
			if d, ok := p.dateAfter(b, cue.last+1); ok {
				out.reading.Effective, best = d, cue.id
			} else if b.Kind == policy.Heading && cue.last == len(b.tokens)-1 && i+1 < len(p.blocks) {
				if d, ok := p.dateAt(&p.blocks[i+1], 0); ok {
					out.reading.Effective, best = d, cue.id
				}
			}
		}
		if best == "updated" {
			return
		}
	}
	if best == "" {
		p.titleDate(out)
	}
}

// titleDate takes the date that stands by itself near the title, as that of an article.
func (p *page) titleDate(out *collector) {
	const blocks, words = 6, 8
	for i := range min(blocks, len(p.blocks)) {
		b := &p.blocks[i]
		if len(b.tokens) > words {
			continue
		}
		for j := range b.tokens {
			if d, ok := p.dateAt(b, j); ok {
				out.reading.Effective = d
				return
			}
		}
	}
}

// maxDateGap is how many words may stand between "last updated" and the date.
const maxDateGap = 6

func (p *page) dateAfter(b *block, i int) (policy.Date, bool) {
	for j := i; j < len(b.tokens) && j <= i+maxDateGap; j++ {
		if d, ok := p.dateAt(b, j); ok {
			return d, !p.ofLaw(b, i, j)
		}
	}
	return "", false
}

// ofLaw reports whether a law, or another text than the policy, is spoken of shortly
// before tokens first to end, or in them: "the Act of 6 January 1978, as amended on 20 June 2018".
func (p *page) ofLaw(b *block, first, end int) bool {
	const reach = 20
	law := false
	for _, m := range b.within(datingClass, first-reach, end) {
		switch m.id {
		case "law":
			law = true
		case "policy":
			law = false
		}
	}
	return law
}

// dateAt returns the date that begins at token i: "12 March 2024",
// "March 12, 2024", "1er juin 2024", "2024-03-12", "12/03/2024", "March 2024".
func (p *page) dateAt(b *block, i int) (policy.Date, bool) {
	if i >= len(b.tokens) {
		return "", false
	}
	if month, next, ok := p.month(b, i); ok {
		if day, ok := p.number(b, next, 31); ok && p.year(b, next+1) > 0 {
			return date(p.year(b, next+1), month, day)
		}
		if y := p.year(b, next); y > 0 {
			return date(y, month, 0)
		}
		return "", false
	}
	if y := p.year(b, i); y > 0 {
		month, ok1 := p.number(b, i+1, 12)
		day, ok2 := p.number(b, i+2, 31)
		if ok1 && ok2 {
			return date(y, month, day)
		}
		return "", false
	}
	first, ok := p.number(b, i, 31)
	if !ok {
		return "", false
	}
	next := i + 1
	if next < len(b.tokens) && policy.Fold(p.word(b, next)) == "of" {
		next++
	}
	if month, after, ok := p.month(b, next); ok {
		if y := p.year(b, after); y > 0 {
			return date(y, month, first)
		}
		return "", false
	}
	second, ok := p.number(b, i+1, 31)
	y := p.year(b, i+2)
	if y == 0 {
		y = p.shortYear(b, i+2)
	}
	switch {
	case !ok || y == 0:
		if y := p.year(b, i+1); y > 0 && first <= 12 {
			return date(y, first, 0) // 03/2024
		}
		return "", false
	case second > 12 || p.lang.monthFirst && first <= 12 && strings.ContainsAny(p.gap(b, i+1), "/-"):
		return date(y, first, second)
	}
	return date(y, second, first)
}

func (p *page) word(b *block, i int) string {
	if i < 0 || i >= len(b.tokens) {
		return ""
	}
	return b.tokens[i].Of(p.Text)
}

func (p *page) month(b *block, i int) (month, next int, ok bool) {
	for _, m := range b.near(i, i+1) {
		if m.class == monthClass {
			n, err := strconv.Atoi(m.id)
			return n, m.last + 1, err == nil
		}
	}
	return 0, 0, false
}

// number returns the number from 1 to limit at token i; an ordinal ending counts with it.
func (p *page) number(b *block, i, limit int) (int, bool) {
	word := strings.TrimRight(policy.Fold(p.word(b, i)), "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(word)
	return n, err == nil && n > 0 && n <= limit && len(p.word(b, i)) <= 4
}

func (p *page) year(b *block, i int) int {
	word := p.word(b, i)
	n, err := strconv.Atoi(word)
	if err != nil || len(word) != 4 || n < 1990 || n > 2099 {
		return 0
	}
	return n
}

// shortYear returns the year that two digits stand for behind a day and a month
// in digits: "06-03-26", "12/05/24".
func (p *page) shortYear(b *block, i int) int {
	word := p.word(b, i)
	if len(word) != 2 || digits(word) != 2 || b.tokens[i].breaks || !strings.ContainsAny(p.gap(b, i), "/-.") || p.gap(b, i) != p.gap(b, i-1) {
		return 0
	}
	n, _ := strconv.Atoi(word)
	return 2000 + n
}

// date returns the date as precise as it is known: day 0 is none.
func date(year, month, day int) (policy.Date, bool) {
	if day == 0 {
		d, err := policy.ParseDate(fmt.Sprintf("%04d-%02d", year, month))
		return d, err == nil
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return "", false
	}
	return policy.Date(t.Format(time.DateOnly)), true
}
