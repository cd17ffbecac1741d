package crawler

import (
	"strings"
	"sync"

	"policygraph/policy"
)

// A titleRule says of what kind a document is that has the words in a heading.
type titleRule struct {
	kind  policy.Kind
	words string
}

// cues are words that speak for a kind, by language.
type cues map[policy.Kind]map[string][]string

type kindRules struct {
	titles []titleRule
	cues   cues
}

var kinds = sync.OnceValue(func() kindRules {
	r := kindRules{cues: cues{}}
	for _, row := range mustRows("kinds", "kind", "where", "language", "words") {
		kind, language, words := policy.Kind(row[0]), row[2], " "+row[3]
		if row[1] == "title" {
			r.titles = append(r.titles, titleRule{kind, words})
			continue
		}
		if r.cues[kind] == nil {
			r.cues[kind] = map[string][]string{}
		}
		r.cues[kind][language] = append(r.cues[kind][language], words+" ")
	}
	return r
})

// How many different cues a document needs. One whose heading names its kind
// needs few: enough to tell it from a page that only links to it.
const (
	titledCues   = 3
	listedCues   = 2 // a list of sub-processors has little text
	untitledCues = 6
	unnamedCues  = 4 // speaks of personal data, but of no kind that is known
)

// classify tells what a document is about; ok is false where it is no policy.
func classify(d *policy.Document) (kind policy.Kind, ok bool) {
	text := words(d.Text)
	privacy := kinds().cues.count(policy.PrivacyPolicy, text)
	for _, title := range titles(d) {
		kind, ok := kindOfTitle(title)
		if !ok {
			continue
		}
		switch kind {
		case policy.CookiePolicy, policy.Terms:
			ok = kinds().cues.count(kind, text) >= titledCues
		case policy.Subprocessors:
			ok = kinds().cues.count(kind, text) >= listedCues
		default:
			ok = privacy >= titledCues
		}
		if ok {
			return kind, true
		}
	}
	terms := kinds().cues.count(policy.Terms, text)
	switch {
	case terms >= untitledCues && terms > privacy:
		return policy.Terms, true
	case privacy >= untitledCues:
		return policy.PrivacyPolicy, true
	case privacy >= unnamedCues:
		return policy.OtherDocument, true
	}
	return "", false
}

// unreadableBytes is how long a text is at least that is taken for a document
// although nothing in it can be read.
const unreadableBytes = 2000

// unreadable reports whether d is a document in a language without cues, so
// that what it is about cannot be told.
func unreadable(d *policy.Document) bool {
	_, known := kinds().cues[policy.PrivacyPolicy][d.Language]
	return !known && len(d.Text) >= unreadableBytes
}

// count returns how many cues of a kind stand in text, in the language that has most.
func (c cues) count(kind policy.Kind, text string) int {
	most := 0
	for _, list := range c[kind] {
		n := 0
		for _, cue := range list {
			if strings.Contains(text, cue) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func kindOfTitle(title string) (policy.Kind, bool) {
	w := words(title)
	for _, r := range kinds().titles {
		if strings.Contains(w, r.words) {
			return r.kind, true
		}
	}
	return "", false
}

// How much of a document may be its title.
const (
	maxTitles     = 6
	maxTitleWords = 15
)

// titles returns what may be the title of a document: the headings of the
// first level, then the first of the others; without headings, its first short
// blocks.
func titles(d *policy.Document) []string {
	var first, other, blocks []string
	for _, b := range d.Blocks {
		text := b.Of(d.Text)
		switch {
		case b.Kind == policy.Heading && b.Level == 1:
			first = append(first, text)
		case b.Kind == policy.Heading:
			other = append(other, text)
		case len(blocks) < maxTitles && len(policy.Words(text)) <= maxTitleWords:
			blocks = append(blocks, text)
		}
	}
	all := append(first, other...)
	if len(all) == 0 {
		all = blocks
	}
	return all[:min(len(all), maxTitles)]
}
