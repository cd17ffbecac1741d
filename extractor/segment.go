package extractor

import (
	"sort"

	"policygraph/policy"
)

// A segment is the unit within which facts belong together: a sentence, or a
// cell of a table row.
type segment struct {
	*block
	first, end int // tokens: first up to but not including end
	policy.Span
	cell int // index of the cell, -1 for a sentence
}

// segments returns the segments of a block, in the order of the text.
func (p *page) segments(b *block) []segment {
	var out []segment
	if b.Kind != policy.TableRow {
		for _, s := range b.sentences {
			out = append(out, segment{b, s.first, s.end, s.Span, -1})
		}
		return out
	}
	for i, c := range b.Cells {
		first, end := b.tokensIn(c)
		for ; end-first > maxSentence; first += maxSentence {
			span := policy.Span{Start: b.tokens[first].Start, End: b.tokens[first+maxSentence-1].End}
			out = append(out, segment{b, first, first + maxSentence, span, i})
			c.Start = b.tokens[first+maxSentence].Start
		}
		if first < end {
			out = append(out, segment{b, first, end, c, i})
		}
	}
	return out
}

// tokensIn returns the range of tokens that begin within s.
func (b *block) tokensIn(s policy.Span) (first, end int) {
	first = sort.Search(len(b.tokens), func(k int) bool { return b.tokens[k].Start >= s.Start })
	end = sort.Search(len(b.tokens), func(k int) bool { return b.tokens[k].Start >= s.End })
	return first, end
}

// row returns the table row of a cell as one segment, or of a very long row the cell alone.
func (s segment) row() segment {
	if len(s.tokens) > maxSentence {
		return s
	}
	return segment{s.block, 0, len(s.tokens), s.block.Span, -1}
}

// of returns the segment's mentions of class c.
func (s segment) of(c class) []mention { return s.within(c, s.first, s.end) }

// around returns the segment's mentions of class c that end or begin at most so
// many words from m.
func (s segment) around(c class, m mention, words int) []mention {
	words += maxMention
	return s.within(c, max(s.first, m.first-words), min(s.end, m.last+1+words))
}

// says reports whether the segment has a mention of class c and the given ID.
func (s segment) says(c class, id string) bool { return s.has(c, id, s.first, s.end) }

// header returns the mentions of class c in the header of the segment's column.
func (p *page) header(s segment, c class) []mention {
	if s.cell < 0 || s.cell >= len(s.Header) || s.Header[s.cell].Start == s.Header[s.cell].End {
		return nil
	}
	h := s.Header[s.cell]
	i := sort.Search(len(p.blocks), func(k int) bool { return p.blocks[k].End >= h.End })
	if i == len(p.blocks) {
		return nil
	}
	var out []mention
	first, end := p.blocks[i].tokensIn(h)
	for _, m := range p.blocks[i].near(first, end) {
		if m.class == c && h.Contains(m.Span) {
			out = append(out, m)
		}
	}
	return out
}

// column returns what the header says that the segment's column holds; "" if it
// does not say or the segment is no cell.
func (p *page) column(s segment) string {
	for _, m := range p.header(s, columnClass) {
		return m.id
	}
	return ""
}

// leadIns returns the blocks that introduce b, nearest first.
func (p *page) leadIns(b *block) []*block {
	var out []*block
	for i := b.LeadIn; i >= 0 && len(out) < 8; i = p.blocks[i].LeadIn {
		out = append(out, &p.blocks[i])
	}
	return out
}

// maxClip bounds the quotes of long sentences, in bytes.
const maxClip = 280

// clip returns the span of the segment, or of a long one the part around the
// tokens first up to but not including end.
func (p *page) clip(s segment, first, end int) policy.Span {
	if s.End-s.Start <= maxClip {
		return s.Span
	}
	span := policy.Span{Start: s.tokens[first].Start, End: s.tokens[end-1].End}
	for first > s.first || end < s.end {
		grown := span
		if first > s.first {
			first--
			grown.Start = s.tokens[first].Start
		}
		if end < s.end {
			grown.End = s.tokens[end].End
			end++
		}
		if grown.End-grown.Start > maxClip {
			break
		}
		span = grown
	}
	return span
}

// ids returns the distinct IDs of mentions.
func ids(mentions []mention) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range mentions {
		if !seen[m.id] {
			seen[m.id] = true
			out = append(out, m.id)
		}
	}
	return out
}
