package extractor

import (
	"slices"
	"strings"

	"policygraph/policy"
)

// A pattern is a phrase with gaps or with many forms: "as long as … necessary".
// It is tried only at tokens that it can begin with.
type pattern struct {
	entry entry
	steps []step
}

// A step of a pattern is one of several forms, each of one word or more, or a gap.
type step struct {
	forms    [][]uint32 // any of these, the longer first; none for a gap
	optional bool
}

// maxGap is how many words a gap may skip. It crosses no punctuation.
const maxGap = 6

// addPattern adds a phrase in the notation of expand, where "…" is a gap.
func (d *dict) addPattern(e entry, phrase string) {
	p := pattern{entry: e}
	for _, field := range strings.Fields(phrase) {
		if field == "…" {
			p.steps = append(p.steps, step{})
			continue
		}
		var s step
		if rest, ok := strings.CutPrefix(field, "?"); ok {
			s.optional, field = true, rest
		}
		for _, form := range expand(field) {
			var words []uint32
			for _, w := range policy.Words(form) {
				words = append(words, d.intern(w))
			}
			s.forms = append(s.forms, words)
		}
		slices.SortStableFunc(s.forms, func(a, b []uint32) int { return len(b) - len(a) })
		p.steps = append(p.steps, s)
	}
	for i := range p.steps {
		for _, form := range p.steps[i].forms {
			d.patterns[form[0]] = append(d.patterns[form[0]], pattern{e, p.steps[i:]})
		}
		if !p.steps[i].optional {
			break
		}
	}
}

func (d *dict) intern(word string) uint32 {
	id, ok := d.words[word]
	if !ok {
		id = uint32(len(d.words) + 1)
		d.words[word] = id
		d.starts, d.patterns = append(d.starts, 0), append(d.patterns, nil)
	}
	return id
}

// end returns the index of the last token of the match that begins at token
// first with the pattern's first step, or -1.
func (p pattern) end(tokens []token, first int) int {
	for _, form := range p.steps[0].forms {
		if n := formLen(form, tokens, first, true); n > 0 {
			if i := matchSteps(p.steps[1:], tokens, first+n); i > 0 {
				return i - 1
			}
		}
	}
	return -1
}

// formLen returns how many tokens the form has if it stands at token i, else 0.
func formLen(form []uint32, tokens []token, i int, begins bool) int {
	if i+len(form) > len(tokens) {
		return 0
	}
	for k, w := range form {
		if t := tokens[i+k]; t.word != w || t.breaks && !(begins && k == 0) {
			return 0
		}
	}
	return len(form)
}

// matchSteps returns the index behind the last token that steps match from
// token i on, or -1.
func matchSteps(steps []step, tokens []token, i int) int {
	if len(steps) == 0 {
		return i
	}
	s := steps[0]
	if len(s.forms) == 0 {
		return matchGap(steps[1:], tokens, i)
	}
	for _, form := range s.forms {
		if n := formLen(form, tokens, i, false); n > 0 {
			if end := matchSteps(steps[1:], tokens, i+n); end >= 0 {
				return end
			}
		}
	}
	if s.optional {
		return matchSteps(steps[1:], tokens, i)
	}
	return -1
}

// matchGap matches the steps behind a gap that begins at token i.
func matchGap(steps []step, tokens []token, i int) int {
	for skip := 0; skip <= maxGap; skip++ {
		if end := matchSteps(steps, tokens, i+skip); end >= 0 {
			return end
		}
		if i+skip >= len(tokens) || tokens[i+skip].breaks {
			break
		}
	}
	return -1
}
