package extractor

import (
	"strings"

	"policygraph/policy"
)

// bases finds the legal bases that the text names, in words or by article.
func (p *page) bases(out *collector) {
	for i := range p.blocks {
		b := &p.blocks[i]
		for _, s := range p.segments(b) {
			if s.section == "definitions" {
				continue
			}
			for _, m := range append(s.of(basisClass), p.articles(s, basisArticles)...) {
				if !p.bareWord(s, m) {
					p.emitBasis(s, m, out)
				}
			}
		}
	}
}

// bareWord reports whether the mention is one ordinary word ("consent",
// "contract") where nothing says that legal bases are spoken of.
func (p *page) bareWord(s segment, m mention) bool {
	if m.last > m.first || m.class != basisClass {
		return false
	}
	const short = 8 // words: a cell or item that consists of the basis
	switch {
	case s.section == "basis", len(p.header(s, basisClass)) > 0, s.end-s.first <= short && s.section != "rights":
		return false
	}
	return true
}

func (p *page) emitBasis(s segment, m mention, out *collector) {
	st := policy.Statement{Action: policy.Use, Stance: policy.Stated, LegalBases: []string{m.id}}
	if s.cell >= 0 {
		row := s.row()
		st.Purposes = ids(row.of(purposeClass))
	}
	confidence := 0.75
	if s.section == "rights" {
		confidence = 0.5
	}
	out.practice(st, policy.Finding{Spans: []policy.Span{p.clip(s, m.first, m.last+1)}, Rule: "basis", Confidence: confidence})
}

// Articles of the GDPR that stand for terms, by the numbers and letters that
// follow the word "article".
var (
	basisArticles = map[string]string{
		"6 1 a": "eu-gdpr:A6-1-a", "6 1 b": "eu-gdpr:A6-1-b", "6 1 c": "eu-gdpr:A6-1-c", "6 1 d": "eu-gdpr:A6-1-d",
		"6 1 e": "eu-gdpr:A6-1-e", "6 1 f": "eu-gdpr:A6-1-f", "9 2 a": "eu-gdpr:A9-2-a",
	}
	rightArticles = map[string]string{
		"15": "eu-gdpr:A15", "16": "eu-gdpr:A16", "17": "eu-gdpr:A17", "18": "eu-gdpr:A18", "20": "eu-gdpr:A20",
		"21": "eu-gdpr:A21", "22": "eu-gdpr:A22", "7 3": "eu-gdpr:A7-3", "77": "eu-gdpr:A77",
	}
)

// articles returns the mentions of articles ("Art. 6 (1) point (f)") that
// terms has, longest first.
func (p *page) articles(s segment, terms map[string]string) []mention {
	var out []mention
	for i := s.first; i < s.end; i++ {
		switch strings.ToLower(p.word(s.block, i)) {
		case "article", "articles", "art", "arts":
		default:
			continue
		}
		var parts []string
		found := mention{}
		for j := i + 1; j < min(s.end, i+9) && len(parts) < 3; j++ {
			w := policy.Fold(p.word(s.block, j))
			switch w {
			case "point", "lit", "letter", "para", "paragraph", "paragraphe", "alinea", "sentence", "no", "s", "n":
				continue
			}
			parts = append(parts, w)
			if id := terms[strings.Join(parts, " ")]; id != "" {
				found = mention{Span: policy.Span{Start: s.tokens[i].Start, End: s.tokens[j].End}, id: id, first: i, last: j}
			}
		}
		if found.id != "" {
			out = append(out, found)
		}
	}
	return out
}
