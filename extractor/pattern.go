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

// A step of a pattern is one word of several, or a gap.
type step struct {
	words    []uint32 // any of these, sorted; none for a gap
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
			// A form of several words ("e-mail") is not split: phrases with
			// gaps are written in single words.
			s.words = append(s.words, d.intern(strings.Join(policy.Words(form), "")))
		}
		slices.Sort(s.words)
		p.steps = append(p.steps, s)
	}
	for i := 0; i < len(p.steps); i++ {
		for _, w := range p.steps[i].words {
			d.patterns[w] = append(d.patterns[w], pattern{e, p.steps[i:]})
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
	}
	return id
}

// end returns the index of the last token of the match that begins at token
// first, or -1.
func (p pattern) end(tokens []token, first int) int {
	if i := matchSteps(p.steps[1:], tokens, first+1); i > 0 {
		return i - 1
	}
	return -1
}

// matchSteps returns the index behind the last token that steps match from
// token i on, or -1.
func matchSteps(steps []step, tokens []token, i int) int {
	if len(steps) == 0 {
		return i
	}
	s := steps[0]
	if len(s.words) == 0 {
		for skip := 0; skip <= maxGap; skip++ {
			if end := matchSteps(steps[1:], tokens, i+skip); end >= 0 {
				return end
			}
			if i+skip >= len(tokens) || tokens[i+skip].breaks {
				break
			}
		}
		return -1
	}
	if i < len(tokens) && !tokens[i].breaks && slices.Contains(s.words, tokens[i].word) {
		if end := matchSteps(steps[1:], tokens, i+1); end >= 0 {
			return end
		}
	}
	if s.optional {
		return matchSteps(steps[1:], tokens, i)
	}
	return -1
}
