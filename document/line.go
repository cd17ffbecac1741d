package document

import (
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// A line is one line of a Markdown or plain text, without what ends it.
type line struct {
	start, end int // from the first to behind the last visible character
	indent     int // columns before start, a tab leading to the next multiple of four
	next       int // where the following line starts
}

func (l line) blank() bool       { return l.start == l.end }
func (l line) span() policy.Span { return policy.Span{Start: l.start, End: l.end} }

// lineAt returns the line of text that starts at pos.
func lineAt(text string, pos int) line {
	end, next := len(text), len(text)
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		end, next = pos+i, pos+i+1
	}
	l := line{next: next}
	s := trim(text, policy.Span{Start: pos, End: end})
	l.start, l.end = s.Start, s.End
	for i := pos; i < s.Start; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '\t' {
			l.indent += 4 - l.indent%4
		} else if r >= ' ' && r < 0x7f || r == '\u00a0' {
			l.indent++
		}
		i += size
	}
	return l
}

// A marker is what begins a list item.
type marker struct {
	class   string // the bullet itself, or "1", "a", "A" and so on with its punctuation
	number  int    // of a numbered or lettered marker, from 1
	content int    // where the text of the item starts
	loose   bool   // the bullet is written twice
	indent  int    // columns before the marker
}

// bullets are the characters that begin list items; some must be followed by a space.
const (
	bullets      = "•●○◦▪■‣⦁∙⚫►➢✓✔"
	spacedBullet = "*+-–—·o"
)

// markerAt returns the marker at the beginning of line l.
func markerAt(text string, l line) (marker, bool) {
	s := text[l.start:l.end]
	if s == "" {
		return marker{}, false
	}
	m, ok := bulletOf(s)
	if !ok {
		m, ok = enumeratorOf(s)
	}
	if !ok {
		return marker{}, false
	}
	m.indent = l.indent
	m.content += l.start
	return m, true
}

func bulletOf(s string) (marker, bool) {
	size := bulletSize(s)
	if size == 0 {
		return marker{}, false
	}
	m := marker{class: s[:size]}
	rest := strings.TrimLeftFunc(s[size:], blank)
	for size = bulletSize(rest); size > 0 && size < len(rest); size = bulletSize(rest) {
		rest, m.loose = strings.TrimLeftFunc(rest[size:], blank), true
	}
	m.content = len(s) - len(rest)
	return m, true
}

// bulletSize returns the length of the bullet that s begins with, or 0.
func bulletSize(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune(bullets, r) {
		return size
	}
	if !strings.ContainsRune(spacedBullet, r) {
		return 0
	}
	if next, _ := utf8.DecodeRuneInString(s[size:]); len(s) > size && !blank(next) {
		return 0
	}
	return size
}

// enumeratorOf reads markers such as "1.", "2)", "(3)", "a.", "b)", "(iv)" and "C.".
func enumeratorOf(s string) (marker, bool) {
	open := strings.HasPrefix(s, "(")
	body := strings.TrimPrefix(s, "(")
	n := 0
	for n < len(body) && n < 6 && isAlnum(body[n]) {
		n++
	}
	if n == 0 || n == len(body) || body[n] != ')' && (open || body[n] != '.') {
		return marker{}, false
	}
	rest := strings.TrimLeftFunc(body[n+1:], blank)
	if rest == "" || len(rest) == len(body)-n-1 {
		return marker{}, false
	}
	number, script := ordinal(body[:n])
	if number == 0 {
		return marker{}, false
	}
	class := script + body[n:n+1]
	if open {
		class = "(" + class
	}
	return marker{class: class, number: number, content: len(s) - len(rest)}, true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// ordinal returns the value of a number of at most three digits, a single
// letter or a Roman numeral, and which of "1", "a", "A", "i" and "I" it is. A
// letter that is also a Roman numeral counts as one only where it is i.
func ordinal(s string) (number int, script string) {
	switch c := s[0]; {
	case '0' <= c && c <= '9':
		if len(s) > 3 {
			return 0, ""
		}
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return 0, ""
			}
			number = number*10 + int(s[i]-'0')
		}
		return number, "1"
	case len(s) == 1 && c != 'i' && c != 'I':
		if c >= 'a' {
			return int(c-'a') + 1, "a"
		}
		return int(c-'A') + 1, "A"
	case strings.ToLower(s) == s:
		return roman(s), "i"
	case strings.ToUpper(s) == s:
		return roman(strings.ToLower(s)), "I"
	}
	return 0, ""
}

// roman returns the value of a lower-case Roman numeral below 40, or 0.
func roman(s string) int {
	tens := len(s) - len(strings.TrimLeft(s, "x"))
	i, ok := map[string]int{"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}[s[tens:]]
	if !ok || tens > 3 {
		return 0
	}
	return tens*10 + i
}
