package document

import (
	"strings"
	"unicode/utf8"
)

// wrapWidth returns the width to which the lines of a plain text were wrapped,
// or 0 if each line is a paragraph of its own.
func wrapWidth(text string) int {
	const widest = 120
	var lines [widest + 1]int
	total, beyond := 0, 0
	for pos := 0; pos < len(text); {
		l := lineAt(text, pos)
		pos = l.next
		if l.blank() {
			continue
		}
		total++
		if n := utf8.RuneCountInString(text[l.start:l.end]); n <= widest {
			lines[n]++
		} else {
			beyond++
		}
	}
	if total < 4 || beyond*50 > total {
		return 0
	}
	// A few lines may be longer: addresses and tables are not wrapped.
	width, longer := widest, 0
	for ; width > 0 && (longer+lines[width])*50 <= total; width-- {
		longer += lines[width]
	}
	full := 0
	for n := width * 4 / 5; n <= widest; n++ {
		full += lines[n]
	}
	if width < 40 || full*5 < total {
		return 0
	}
	return width
}

// wrapped reports whether line l only begins where it does because the last
// line was full: its first word did not fit any more.
func (s *scanner) wrapped(last, l line) bool {
	if s.width == 0 {
		return false
	}
	word, _, _ := strings.Cut(s.text[l.start:l.end], " ")
	return last.indent+utf8.RuneCountInString(s.text[last.start:last.end])+1+utf8.RuneCountInString(word) > s.width-2
}
