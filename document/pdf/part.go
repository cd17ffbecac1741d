package pdf

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind is an element of HTML.
type kind string

const (
	heading   kind = "h2"
	paragraph kind = "p"
	item      kind = "li"
)

// A part is a block of the text.
type part struct {
	kind kind
	text string
}

// A shape is what is usual in a file: the size of its body text, the distance
// of its lines, and where they end.
type shape struct{ size, leading, right float64 }

// partsOf returns the blocks of the pages.
func partsOf(pages []page) []part {
	pages = withoutMargins(pages)
	usual, words := shapeOf(pages), wordsOf(pages)
	var parts []part
	for _, p := range pages {
		for i, l := range p {
			text, sign := strings.TrimSpace(l.text), bullet(l.text)
			k, bulleted := usual.kindOf(l), sign != ""
			if bulleted {
				k, text = item, strings.TrimSpace(strings.TrimPrefix(text, sign))
			}
			switch {
			case !bulleted && i > 0 && usual.goesOn(p[i-1], l),
				len(parts) > 0 && k == paragraph && i == 0 && unfinished(parts[len(parts)-1]) && startsLow(text):
				last := &parts[len(parts)-1]
				last.text = join(last.text, text, words)
			default:
				parts = append(parts, part{k, text})
			}
		}
	}
	return parts
}

// withoutMargins leaves out what stands at the top or bottom of most pages, and
// page numbers.
func withoutMargins(pages []page) []page {
	const depth = 2 // lines from the edge
	seen := map[string]int{}
	edges := func(p page, f func(i int, key string)) {
		for i := range p {
			if i < depth || i >= len(p)-depth {
				f(i, pattern(p[i].text))
			}
		}
	}
	for _, p := range pages {
		edges(p, func(_ int, key string) { seen[key]++ })
	}
	out := make([]page, len(pages))
	for n, p := range pages {
		drop := map[int]bool{}
		edges(p, func(i int, key string) {
			number := key == "#" && (i == 0 || i == len(p)-1)
			drop[i] = number || len(pages) > 2 && seen[key] > len(pages)/2
		})
		for i, l := range p {
			if !drop[i] {
				out[n] = append(out[n], l)
			}
		}
	}
	return out
}

// pattern is a text with # for each number.
func pattern(text string) string {
	var b strings.Builder
	digit := false
	for _, r := range strings.ToLower(strings.TrimSpace(text)) {
		if d := unicode.IsDigit(r); !d {
			b.WriteRune(r)
		} else if !digit {
			b.WriteByte('#')
		}
		digit = unicode.IsDigit(r)
	}
	return b.String()
}

func shapeOf(pages []page) shape {
	var s shape
	letters, distances := map[float64]int{}, map[float64]int{}
	for _, p := range pages {
		for i, l := range p {
			letters[half(l.size)] += len(l.text)
			s.right = max(s.right, l.right)
			if i > 0 && p[i-1].bottom > l.bottom && half(p[i-1].size) == half(l.size) {
				distances[half(p[i-1].bottom-l.bottom)] += len(l.text)
			}
		}
	}
	s.size, s.leading = mostFrequent(letters), mostFrequent(distances)
	return s
}

// half rounds to half a point.
func half(x float64) float64 { return float64(int(2*x+0.5)) / 2 }

// mostFrequent returns the key with the highest count, the least of several.
func mostFrequent(counts map[float64]int) (best float64) {
	for key, n := range counts {
		if n > counts[best] || n == counts[best] && key < best {
			best = key
		}
	}
	return best
}

// kindOf tells a heading, which is large or bold and short and no sentence, from
// a paragraph.
func (s shape) kindOf(l line) kind {
	const longest = 120 // characters
	if (l.bold || l.size > 1.1*s.size) && utf8.RuneCountInString(l.text) <= longest && !strings.Contains(".;,:", lastOf(l.text)) {
		return heading
	}
	return paragraph
}

// goesOn reports whether next goes on with the block of last, the line before it.
func (s shape) goesOn(last, next line) bool {
	distance := last.bottom - next.bottom
	ended := strings.ContainsAny(lastOf(last.text), ".:;!?") && last.right < 0.85*s.right
	near := distance > 0 && distance <= 1.3*max(s.leading, last.size)
	row := strings.Contains(next.text, bar)
	return near && half(last.size) == half(next.size) && last.bold == next.bold && !ended && !row
}

func lastOf(text string) string {
	text = strings.TrimSpace(text)
	_, n := utf8.DecodeLastRuneInString(text)
	return text[len(text)-n:]
}

// unfinished reports whether a part may go on on the next page.
func unfinished(p part) bool {
	return p.kind != heading && !strings.ContainsAny(lastOf(p.text), ".:;!?")
}

func startsLow(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLower(r)
}

// bullet returns the sign of a list at the beginning of a line, or "".
func bullet(text string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if rest != "" && slices.Contains([]string{"•", "·", "▪", "■", "●", "○", "◦", "‣", "–", "-", "*", "o", "\uf0b7", "\uf0a7"}, first) {
		return first
	}
	return ""
}

// wordsOf is the set of the words in the text.
func wordsOf(pages []page) map[string]bool {
	words := map[string]bool{}
	for _, p := range pages {
		for _, l := range p {
			for _, w := range strings.FieldsFunc(l.text, func(r rune) bool { return !unicode.IsLetter(r) }) {
				words[strings.ToLower(w)] = true
			}
		}
	}
	return words
}

// join appends the text of a line. A hyphen at the end of the line before is
// that of a word that was parted only if the whole word stands elsewhere.
func join(text, next string, words map[string]bool) string {
	text = strings.TrimRight(text, " ")
	head, parted := strings.CutSuffix(text, "-")
	if !parted || !startsLow(next) {
		return text + " " + next
	}
	left := strings.LastIndexFunc(head, func(r rune) bool { return !unicode.IsLetter(r) }) + 1
	right := strings.IndexFunc(next, func(r rune) bool { return !unicode.IsLetter(r) })
	if right < 0 {
		right = len(next)
	}
	if words[strings.ToLower(head[left:]+next[:right])] {
		return head + next
	}
	return text + next
}

// render writes the parts as a page.
func render(parts []part) []byte {
	var b bytes.Buffer
	b.WriteString("<!DOCTYPE html><meta charset=utf-8>\n")
	list := false
	for _, p := range parts {
		if list != (p.kind == item) {
			list = !list
			b.WriteString(map[bool]string{true: "<ul>\n", false: "</ul>\n"}[list])
		}
		fmt.Fprintf(&b, "<%[1]s>%[2]s</%[1]s>\n", p.kind, html.EscapeString(p.text))
	}
	if list {
		b.WriteString("</ul>\n")
	}
	return b.Bytes()
}
