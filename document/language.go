package document

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

//go:embed data/languages.tsv
var languagesTSV string

// languages are the languages that are told apart, in the order of their bits.
// functionWords gives for each word of the table the languages that have it.
var languages, functionWords = readLanguages(languagesTSV)

func readLanguages(tsv string) ([]string, map[string]uint32) {
	var tags []string
	words := map[string]uint32{}
	for line := range strings.Lines(tsv) {
		tag, list, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		for _, word := range strings.Fields(list) {
			words[word] |= 1 << len(tags)
		}
		tags = append(tags, tag)
	}
	return tags, words
}

// A tally counts the words of a text by language.
type tally struct {
	words int     // all
	hits  [32]int // function words of each language
	score [32]int // the same, less for words that several languages have
}

// few is how many function words tell the language of a text.
const few = 3

// Language returns the BCP 47 tag of the language in which most of text is
// written, or "" if it is too short, mixed or in a language that has no table.
func Language(text string) string {
	var t tally
	t.count(text)
	return t.language(few)
}

// count adds the words of text.
func (t *tally) count(text string) {
	const longest = 24 // bytes of a word that can be a function word
	var buf [longest + utf8.UTFMax]byte
	word := buf[:0]
	letters := 0
	var last rune
	address := false // in the address of a link
	for _, r := range text {
		if address = address && r != ' ' && r != '\n' || last == ']' && r == '(' || last == ':' && r == '/'; address {
			last = r
			continue
		}
		last = r
		if r < utf8.RuneSelf {
			if c := byte(r) | 0x20; 'a' <= c && c <= 'z' {
				letters++
				if len(word) < longest {
					word = append(word, c)
				}
				continue
			}
		} else if unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) {
			letters++
			if len(word) < longest {
				word = policy.AppendFold(word, r)
			}
			continue
		}
		if letters > 0 {
			t.add(word)
			word, letters = buf[:0], 0
		}
	}
	if letters > 0 {
		t.add(word)
	}
}

// add counts a folded word.
func (t *tally) add(word []byte) {
	t.words++
	of := functionWords[string(word)]
	if of == 0 {
		return
	}
	share := 0
	for bits := of; bits != 0; bits &= bits - 1 {
		share++
	}
	for i := range languages {
		if of&(1<<i) != 0 {
			t.hits[i]++
			t.score[i] += 60 / share
		}
	}
}

// merge adds the words of another text.
func (t *tally) merge(other *tally) {
	t.words += other.words
	for i := range languages {
		t.hits[i] += other.hits[i]
		t.score[i] += other.score[i]
	}
}

// language returns the language that the counts speak for, or "". Its function
// words must be as many as least, at least a sixth of the text, and clearly more
// than those of any other.
func (t *tally) language(least int) string {
	best, second := -1, -1
	for i := range languages {
		switch {
		case best < 0 || t.score[i] > t.score[best]:
			best, second = i, best
		case second < 0 || t.score[i] > t.score[second]:
			second = i
		}
	}
	if t.hits[best] < least || t.hits[best]*6 < t.words || t.score[best]*10 < t.score[second]*13 {
		return ""
	}
	return languages[best]
}

// setLanguages sets the language of d and of those long blocks that are
// written in another one. Where names and figures drown the words of the whole,
// as in a list of countries, the blocks of sentences tell its language.
func setLanguages(d *policy.Document) {
	const long, clear = 30, 8 // words, function words
	var whole, sentences, block tally
	found := map[int]string{}
	for i, b := range d.Blocks {
		block = tally{}
		block.count(b.Of(d.Text))
		whole.merge(&block)
		if block.words < long {
			continue
		}
		if l := block.language(clear); l != "" {
			found[i] = l
			sentences.merge(&block)
		}
	}
	if d.Language = whole.language(few); d.Language == "" {
		d.Language = sentences.language(few)
	}
	for i, l := range found {
		if l != d.Language {
			d.Blocks[i].Language = l
		}
	}
}
