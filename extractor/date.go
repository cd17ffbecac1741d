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
}

// maxDateGap is how many words may stand between "last updated" and the date.
const maxDateGap = 6

func (p *page) dateAfter(b *block, i int) (policy.Date, bool) {
	for j := i; j < len(b.tokens) && j <= i+maxDateGap; j++ {
		if d, ok := p.dateAt(b, j); ok {
			return d, true
		}
	}
	return "", false
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
	switch {
	case !ok || y == 0:
		if y := p.year(b, i+1); y > 0 && first <= 12 {
			return date(y, first, 0) // 03/2024
		}
		return "", false
	case second > 12 || p.lang.monthFirst && first <= 12 && strings.Contains(p.Text[b.tokens[i].End:b.tokens[i+1].Start], "/"):
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
