package extractor

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"policygraph/policy"
)

//go:embed rules
var ruleFiles embed.FS

// A class is what a phrase of the lexicon stands for. Phrases of one class
// never overlap in a text; those of two may.
type class uint8

const (
	dataClass class = iota
	categoryClass
	purposeClass
	basisClass
	rightClass
	safeguardClass
	criterionClass
	startClass
	organizationClass
	placeClass
	sectionClass
	triggerClass
	wordClass     // function words that the engine asks for: negators, pronouns
	monthClass    // months of the year, by number
	unitClass     // units of time, as ISO 8601 writes them
	numberClass   // number words
	keepingClass  // words of retention: keep, delete, at least …
	locatingClass // words of storage and transfer
	partyClass    // words that introduce the controller or an address
	topicClass    // words that show that privacy or rights are spoken of
	datingClass   // words that introduce the date of the text
	genericClass  // words that name nobody: common ones ("generic"), parts of addresses, technologies
	ordinaryClass // words that policies write in lower case
	columnClass   // words of table headers that tell what a column holds
	classes
)

// tables are the rule tables that hold the phrases of each class; those of
// organisations and countries come from the vocabularies as well.
var tables = [classes]string{
	dataClass: "data_types", categoryClass: "recipient_categories", purposeClass: "purposes", basisClass: "legal_bases",
	rightClass: "rights", safeguardClass: "safeguards", criterionClass: "retention_criteria", startClass: "retention_starts",
	organizationClass: "organizations", placeClass: "places", sectionClass: "sections", triggerClass: "triggers", wordClass: "words",
	monthClass: "months", unitClass: "units", numberClass: "numbers", keepingClass: "keeping", locatingClass: "locating", partyClass: "party", topicClass: "topics", datingClass: "dating",
	genericClass: "generic", ordinaryClass: "ordinary", columnClass: "columns",
}

func (c class) String() string { return tables[c] }

// An entry is a meaning of a phrase: a term, country or other word of its class.
type entry struct {
	class class
	id    string
	// exact is the spelling that the text must have where the phrase is also
	// an ordinary word ("US", "Meta"); "" if any will do.
	exact string
	// void entries mean nothing: they keep a shorter phrase from matching
	// ("email marketing" is no email address).
	void bool
	// weak entries mean their term only where an enumeration or a possessive
	// says so ("name, age and city", "your address").
	weak bool
	// form entries come from a phrase with alternatives; they yield to a
	// phrase that is written out.
	form bool
}

// A mention is a phrase found in a text.
type mention struct {
	policy.Span
	class class
	id    string
	first int // index of its first token
	last  int // index of its last token
	weak  bool
}

// A dict finds the phrases of one language in one pass over the text. It is
// built once and then only read.
type dict struct {
	words   map[string]uint32 // numbers from 1
	starts  []uint32          // word to the node of phrases that begin with it, 0 if none do
	next    map[uint64]uint32 // (node, word) to node
	entries [][]entry         // of each node; 0 is none
	// patterns are the phrases with gaps, by the words that they can begin with.
	patterns [][]pattern
	// plain are the words that alone name nobody, however they are written;
	// ordinary are those that a capital does not make a name of.
	plain, ordinary map[uint32]bool
}

func newDict() *dict {
	return &dict{words: map[string]uint32{}, starts: make([]uint32, 1), next: map[uint64]uint32{}, entries: make([][]entry, 1),
		patterns: make([][]pattern, 1), plain: map[uint32]bool{}, ordinary: map[uint32]bool{}}
}

// namesNobody reports whether a single word of the class is no name.
func (c class) namesNobody() bool {
	switch c {
	case genericClass, wordClass, monthClass, dataClass, categoryClass, purposeClass, triggerClass, placeClass, columnClass:
		return true
	}
	return false
}

// add makes the dictionary find a phrase, given in the notation of expand.
func (d *dict) add(c class, id, phrase string) error {
	e := entry{class: c, id: id}
	if rest, ok := strings.CutPrefix(phrase, "!"); ok {
		e.void, phrase = true, rest
	}
	if rest, ok := strings.CutPrefix(phrase, "~"); ok {
		e.weak, phrase = true, rest
	}
	if rest, ok := strings.CutPrefix(phrase, "="); ok {
		e.exact, phrase = rest, rest
	}
	variants := []string{phrase}
	if e.exact == "" {
		if strings.Contains(phrase, "…") || forms(phrase) > maxForms {
			d.addPattern(e, phrase)
			return nil
		}
		variants = expand(phrase)
		e.form = len(variants) > 1
	}
	for _, v := range variants {
		if err := d.insert(policy.Words(v), e); err != nil {
			return fmt.Errorf("%s %s: phrase %q: %w", c, id, phrase, err)
		}
	}
	return nil
}

func (d *dict) insert(words []string, e entry) error {
	if len(words) == 0 {
		return fmt.Errorf("has no word")
	}
	if e.class == ordinaryClass {
		d.ordinary[d.intern(words[0])] = true
		return nil
	}
	if len(words) == 1 && e.class.namesNobody() {
		d.plain[d.intern(words[0])] = true
		if e.id == "generic" {
			return nil // found in every sentence and of no use but for this
		}
	}
	node := uint32(0)
	for _, w := range words {
		word := d.intern(w)
		child := d.child(node, word)
		if child == 0 {
			child = uint32(len(d.entries))
			d.entries = append(d.entries, nil)
			if node == 0 {
				d.starts[word] = child
			} else {
				d.next[uint64(node)<<32|uint64(word)] = child
			}
		}
		node = child
	}
	for i, old := range d.entries[node] {
		switch {
		case old.class != e.class || old.exact != e.exact:
			continue
		case old.void != e.void && old.id != e.id:
			if old.void {
				d.entries[node][i] = e // void for one term may mean another
			}
		case old.form && (!e.form || e.void):
			d.entries[node][i] = e
		case !old.form && !e.form && (old.id != e.id && !(old.void && e.void) || old.void != e.void):
			return fmt.Errorf("already means %s", old.id)
		}
		return nil // of two forms the earlier row wins
	}
	d.entries[node] = append(d.entries[node], e)
	return nil
}

// child returns the node that a word leads to, 0 if it leads to none.
func (d *dict) child(node, word uint32) uint32 {
	if node == 0 {
		return d.starts[word]
	}
	return d.next[uint64(node)<<32|uint64(word)]
}

// expand returns the phrases that a pattern stands for: "a|b" is either word,
// "word(s)" is with and without the ending, "word(s/d)" with one of two or
// without, "?word" may be left out, "a_b" is two words in the place of one.
func expand(pattern string) []string {
	out := []string{""}
	for _, word := range strings.Fields(pattern) {
		var forms []string
		if rest, ok := strings.CutPrefix(word, "?"); ok {
			forms, word = append(forms, ""), rest
		}
		for _, alt := range strings.Split(word, "|") {
			stem, ending, ok := strings.Cut(alt, "(")
			forms = append(forms, stem)
			if ok {
				for _, e := range strings.Split(strings.TrimSuffix(ending, ")"), "/") {
					forms = append(forms, stem+e)
				}
			}
		}
		var longer []string
		for _, head := range out {
			for _, f := range forms {
				longer = append(longer, strings.TrimSpace(head+" "+strings.ReplaceAll(f, "_", " ")))
			}
		}
		out = longer
	}
	return out
}

// maxForms is how many forms of a phrase are kept one by one; a phrase with
// more is a pattern.
const maxForms = 64

// forms returns how many phrases expand makes of a pattern.
func forms(pattern string) int {
	n := 1
	for _, word := range strings.Fields(pattern) {
		one := 1 + strings.Count(word, "|") + strings.Count(word, "(") + strings.Count(word, "/")
		if word[0] == '?' {
			one++
		}
		n *= one
	}
	return n
}

// maxMention is how many tokens a mention has at most.
const maxMention = 40

// match appends the mentions in tokens to out, in the order of their first
// token: of each class the leftmost and longest.
func (d *dict) match(text string, tokens []token, out []mention) []mention {
	var found []mention // at one token, at most one of each class
	var voids []bool
	var free [classes]int // of each class, the first token that is not taken
	for i := range tokens {
		found, voids = found[:0], voids[:0]
		node := uint32(0)
		for j := i; j < len(tokens) && tokens[j].word != 0 && (j == i || !tokens[j].breaks); j++ {
			if node = d.child(node, tokens[j].word); node == 0 {
				break
			}
			span := policy.Span{Start: tokens[i].Start, End: tokens[j].End}
			for _, e := range d.entries[node] {
				if e.exact != "" && !spelled(span.Of(text), e.exact) {
					continue
				}
				m := mention{Span: span, class: e.class, id: e.id, first: i, last: j, weak: e.weak}
				found, voids = keepLongest(found, voids, m, e.void)
			}
		}
		for _, p := range d.patterns[tokens[i].word] {
			if j := p.end(tokens, i); j >= 0 {
				span := policy.Span{Start: tokens[i].Start, End: tokens[j].End}
				m := mention{Span: span, class: p.entry.class, id: p.entry.id, first: i, last: j, weak: p.entry.weak}
				found, voids = keepLongest(found, voids, m, p.entry.void)
			}
		}
		for k, m := range found {
			if m.first < free[m.class] || m.last-m.first >= maxMention {
				continue
			}
			free[m.class] = m.last + 1
			if !voids[k] {
				out = append(out, m)
			}
		}
	}
	return out
}

func keepLongest(found []mention, voids []bool, m mention, void bool) ([]mention, []bool) {
	for k := range found {
		if found[k].class == m.class {
			if m.last > found[k].last || m.last == found[k].last && !(void && m.id != found[k].id) {
				found[k], voids[k] = m, void
			}
			return found, voids
		}
	}
	return append(found, m), append(voids, void)
}

// spelled reports whether got has the exact spelling, but for what stands between words.
func spelled(got, exact string) bool {
	return got == exact || strings.Join(strings.FieldsFunc(got, notWord), " ") == strings.Join(strings.FieldsFunc(exact, notWord), " ")
}

func notWord(r rune) bool { return wordRuneLen(string(r)) == 0 }

// A line is a row of a rule table.
type line struct {
	file   string
	number int
	fields []string // by column; missing ones at the end are ""
}

// phrases returns the field's phrases, which semicolons separate.
func (l line) phrases(column int) []string {
	var out []string
	for _, p := range strings.Split(l.field(column), ";") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (l line) field(column int) string {
	if column < len(l.fields) {
		return strings.TrimSpace(l.fields[column])
	}
	return ""
}

func (l line) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", l.file, l.number, fmt.Errorf(format, args...))
}

// readTable returns the rows of rules/<language>/<name>.tsv. Empty lines and
// lines that begin with # do not count.
func readTable(language, name string) ([]line, error) {
	file := path.Join("rules", language, name+".tsv")
	f, err := ruleFiles.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []line
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		if text := s.Text(); strings.TrimSpace(text) != "" && !strings.HasPrefix(text, "#") {
			out = append(out, line{file: file, number: n, fields: strings.Split(text, "\t")})
		}
	}
	return out, s.Err()
}

// languages returns the languages that have a folder of rules.
func languages() ([]string, error) {
	dirs, err := fs.ReadDir(ruleFiles, "rules")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range dirs {
		if d.IsDir() {
			out = append(out, d.Name())
		}
	}
	return out, nil
}

// addUnlessTaken adds a phrase like add, but leaves one that already has a
// meaning of its class alone.
func (d *dict) addUnlessTaken(c class, id, phrase string) error {
	plain := strings.TrimLeft(phrase, "=")
	if d.taken(c, policy.Words(plain)) || len(policy.Words(plain)) == 0 {
		return nil
	}
	return d.insertName(c, id, phrase)
}

func (d *dict) insertName(c class, id, phrase string) error {
	e := entry{class: c, id: id}
	if rest, ok := strings.CutPrefix(phrase, "="); ok {
		e.exact, phrase = rest, rest
	}
	return d.insert(policy.Words(phrase), e)
}

func (d *dict) taken(c class, words []string) bool {
	node := uint32(0)
	for _, w := range words {
		if node = d.child(node, d.words[w]); node == 0 {
			return false
		}
	}
	for _, e := range d.entries[node] {
		if e.class == c {
			return true
		}
	}
	return false
}
