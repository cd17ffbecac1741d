package extractor

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// A page is a document prepared for reading: its blocks with their tokens,
// mentions, sentences and the class of the section that they stand in.
type page struct {
	*policy.Document
	lang    *language
	subject Subject
	blocks  []block
	// counts tells, of each word written with a capital, how often that is so.
	counts map[string]wordCount
	// lower tells how often the text writes a word in lower case.
	lower map[string]int
	// brand is the name that the text is full of, if there is one.
	brand    name
	hasBrand bool
	// self is the company whose policy this is, known once its name is found.
	self self
}

// A block of a page. Token indexes of mentions and sentences count from the
// block's first token.
type block struct {
	policy.Block
	index     int
	tokens    []token
	mentions  []mention
	sentences []sentence
	// legal are the names with a legal form, once the words are counted.
	legal []name
	// section is the class of the nearest heading above that has one: a
	// prior, never a filter. "" if there is none.
	section string
}

// A sentence is a run of tokens: first up to but not including end.
type sentence struct {
	first, end int
	policy.Span
}

func newPage(doc *policy.Document, lang *language, of Subject) *page {
	p := &page{Document: doc, lang: lang, subject: of, blocks: make([]block, len(doc.Blocks))}
	var tokens []token // scratch, as is mentions: what a block keeps has the size that it needs
	var mentions []mention
	for i, b := range doc.Blocks {
		pb := &p.blocks[i]
		pb.Block, pb.index = b, i
		tokens = lang.dict.tokenize(doc.Text, b.Span, tokens[:0])
		pb.tokens = slices.Clone(tokens)
		mentions = lang.dict.match(doc.Text, pb.tokens, mentions[:0])
		pb.mentions = slices.Clone(mentions)
		pb.sentences = sentences(doc.Text, b.Span, pb.tokens)
		pb.section = p.sectionOf(pb)
	}
	return p
}

// sectionOf returns the class of the block's own words if it is a heading, or
// of the nearest heading above.
func (p *page) sectionOf(b *block) string {
	if b.Kind == policy.Heading {
		for _, m := range b.mentions {
			if m.class == sectionClass {
				return m.id
			}
		}
	}
	if n := len(b.Path); n > 0 {
		return p.blocks[b.Path[n-1]].section
	}
	return ""
}

// near returns the mentions that begin in tokens first up to but not including
// end. They are sorted by their first token, so that a long block costs no more
// than what lies near.
func (b *block) near(first, end int) []mention {
	from := sort.Search(len(b.mentions), func(k int) bool { return b.mentions[k].first >= first })
	n := sort.Search(len(b.mentions)-from, func(k int) bool { return b.mentions[from+k].first >= end })
	return b.mentions[from : from+n]
}

// at returns the mentions that begin at most maxMention tokens before token i
// or at it: every mention that holds the token is among them.
func (b *block) at(i int) []mention { return b.near(i-maxMention+1, i+1) }

// has reports whether a mention of the class and ID lies within the tokens
// first up to but not including end.
func (b *block) has(c class, id string, first, end int) bool {
	for _, m := range b.near(first, end) {
		if m.class == c && m.id == id && m.last < end {
			return true
		}
	}
	return false
}

// ends reports whether the last words of the block have a mention of the class and ID.
func (b *block) ends(c class, id string) bool {
	return b.has(c, id, len(b.tokens)-maxSentence, len(b.tokens))
}

// within returns the mentions of class c in tokens first up to but not including end.
func (b *block) within(c class, first, end int) []mention {
	var out []mention
	for _, m := range b.near(first, end) {
		if m.class == c && m.last < end {
			out = append(out, m)
		}
	}
	return out
}

// maxSentence is how many tokens a sentence has at most: a longer one is cut, so
// that reading takes time in proportion to the text.
const maxSentence = 400

// covered reports whether a mention of class c holds token i.
func (b *block) covered(c class, i int) bool {
	for _, m := range b.at(i) {
		if m.class == c && i <= m.last {
			return true
		}
	}
	return false
}

// sentences cuts tokens where a full stop, question or exclamation mark ends a
// sentence, and at empty lines.
func sentences(text string, s policy.Span, tokens []token) []sentence {
	var out []sentence
	first := 0
	for i := range tokens {
		end := s.End
		if i+1 < len(tokens) {
			end = tokens[i+1].Start
			if !endsSentence(text, tokens, i) && i-first+1 < maxSentence {
				continue
			}
		}
		out = append(out, sentence{first, i + 1, policy.Span{Start: tokens[first].Start, End: trimEnd(text, tokens[i].End, end)}})
		first = i + 1
	}
	return out
}

// sentencesIn returns the sentences of tokens first up to but not including end.
func (b *block) sentencesIn(text string, first, end int) []sentence {
	out := sentences(text, policy.Span{Start: b.tokens[first].Start, End: b.tokens[end-1].End}, b.tokens[first:end])
	for i := range out {
		out[i].first += first
		out[i].end += first
	}
	return out
}

// endsSentence reports whether a sentence ends between tokens i and i+1.
func endsSentence(text string, tokens []token, i int) bool {
	gap := text[tokens[i].End:tokens[i+1].Start]
	if !tokens[i+1].breaks {
		return false
	}
	stop := strings.IndexAny(gap, ".!?\n")
	if stop < 0 {
		return false
	}
	if strings.Count(gap, "\n") > 1 {
		return true
	}
	if gap[stop] == '\n' || !strings.ContainsAny(gap[stop:], " \t\r\n\u00a0*_)\"”»") {
		return false
	}
	next := rune(0)
	for _, r := range gap[stop+1:] {
		if !unicode.IsSpace(r) && !strings.ContainsRune("*_[(\"“«#>-–•\\", r) {
			next = r
		}
	}
	if !tokens[i+1].upper && next == 0 {
		first, _ := utf8.DecodeRuneInString(text[tokens[i+1].Start:])
		if !unicode.IsDigit(first) {
			return false
		}
	}
	return gap[stop] != '.' || !abbreviation(text[tokens[i].Start:tokens[i].End])
}

// abbreviation reports whether a full stop after the word ends no sentence.
func abbreviation(word string) bool {
	if len(word) == 1 {
		return true
	}
	switch policy.Fold(word) {
	case "inc", "ltd", "co", "corp", "art", "no", "nr", "eg", "ie", "etc", "mr", "mrs", "dr", "st", "al", "cf", "ex", "tel", "vs":
		return true
	}
	return false
}

// trimEnd moves end back over what belongs to no sentence: white space, cell
// borders; it stays behind the last token.
func trimEnd(text string, last, end int) int {
	return last + len(strings.TrimRight(text[last:end], " \t\r\n|*_#>-•[("))
}

// is reports whether the token alone has the given meaning as a function word.
func (l *language) is(t token, id string) bool {
	for _, e := range l.dict.entries[l.dict.child(0, t.word)] {
		if e.class == wordClass && e.id == id && !e.void {
			return true
		}
	}
	return false
}
