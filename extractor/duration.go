package extractor

import (
	"strconv"
	"strings"

	"policygraph/policy"
)

// A duration is a length of time in the text: "up to twenty-four (24) months",
// "13 – 36 months".
type duration struct {
	policy.Span
	first, end int // tokens: first up to but not including end
	min, max   policy.Period
}

// durations returns the lengths of time in tokens first up to but not
// including end of the block, in order.
func (p *page) durations(b *block, first, end int) []duration {
	var out []duration
	for _, unit := range b.within(unitClass, first, end) {
		floor := first
		if n := len(out); n > 0 {
			floor = out[n-1].end
		}
		if d, ok := p.durationBefore(b, unit, floor); ok {
			out = append(out, d)
		}
	}
	return out
}

// durationBefore reads the number or range that stands before a unit.
func (p *page) durationBefore(b *block, unit mention, floor int) (duration, bool) {
	i := unit.first - 1
	n, i, ok := p.numberEndingAt(b, i, floor)
	if !ok {
		return duration{}, false
	}
	low, lowFirst, isRange := p.rangeStart(b, i, floor, n)
	d := duration{first: i + 1, end: unit.last + 1}
	var err error
	if d.max, err = period(n, unit.id); err != nil {
		return duration{}, false
	}
	if isRange {
		d.first = lowFirst
		if d.min, err = period(low, unit.id); err != nil {
			return duration{}, false
		}
	}
	d.Span = policy.Span{Start: b.tokens[d.first].Start, End: b.tokens[d.end-1].End}
	if !isRange && p.minimum(b, d, floor) {
		d.min, d.max = d.max, policy.Period{}
	}
	return d, true
}

// period returns n units as ISO 8601; a unit is "Y", "M", "W", "D", "TH" or "TM".
func period(n int, unit string) (policy.Period, error) {
	if rest, ok := strings.CutPrefix(unit, "T"); ok {
		return policy.ParsePeriod("PT" + strconv.Itoa(n) + rest)
	}
	return policy.ParsePeriod("P" + strconv.Itoa(n) + unit)
}

// numberEndingAt returns the number whose last token is i, and the token
// before it. Of "twenty-four (24)" the digits count.
func (p *page) numberEndingAt(b *block, i, floor int) (n, before int, ok bool) {
	if i < floor {
		return 0, i, false
	}
	word := p.Text[b.tokens[i].Start:b.tokens[i].End]
	if n, err := strconv.Atoi(word); err == nil && n > 0 && n < 10000 {
		before = i - 1
		if m, ok := b.ending(numberClass, before, floor); ok && b.tokens[i].breaks {
			before = m.first - 1 // the same number in words
		}
		return n, before, true
	}
	if m, ok := b.ending(numberClass, i, floor); ok {
		n, err := strconv.Atoi(m.id)
		return n, m.first - 1, err == nil
	}
	return 0, i, false
}

// rangeStart returns the lower number of a range whose upper one, high, begins
// behind token i: "13 – 36", "between 3 and 5", "de 3 à 5".
func (p *page) rangeStart(b *block, i, floor, high int) (low, first int, ok bool) {
	if i < floor {
		return 0, 0, false
	}
	gap := p.Text[b.tokens[i].End:b.tokens[i+1].Start]
	j := i
	switch policy.Fold(p.Text[b.tokens[i].Start:b.tokens[i].End]) {
	case "to", "and", "a", "et":
		j--
	default:
		if !strings.ContainsAny(gap, "-–—") || strings.ContainsAny(gap, "|\n") {
			return 0, 0, false
		}
	}
	low, before, ok := p.numberEndingAt(b, j, floor)
	return low, before + 1, ok && low < high
}

// minimum reports whether the words before or behind the duration make it a least one.
func (p *page) minimum(b *block, d duration, floor int) bool {
	for _, m := range b.near(d.first-maxMention, d.end+1) {
		if m.class == keepingClass && m.id == "atleast" && (m.last < d.first && m.first >= max(floor, d.first-6) || m.first == d.end) {
			return true
		}
	}
	return false
}

// ending returns the mention of class c whose last token is i, the longest.
func (b *block) ending(c class, i, floor int) (mention, bool) {
	for _, m := range b.at(i) {
		if m.class == c && m.last == i && m.first >= floor {
			return m, true
		}
	}
	return mention{}, false
}
