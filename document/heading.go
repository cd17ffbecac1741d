package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// pseudoHeading adds the one-line paragraph o as a heading if it has the look
// of one, or stands where a title does: at the beginning, or in plain text
// before what it heads.
func (s *scanner) pseudoHeading(o leaf) bool {
	if o.kind != policy.Paragraph {
		return false
	}
	text := o.Of(s.text)
	next, apart := s.after(o.last)
	style := pseudoStyle(text, false, !next.blank())
	if style == "" && !next.blank() && titled(text, 100) && !dated(text) {
		if len(s.blocks) == 0 && (apart || s.plain) {
			style = titleStyle
		} else if s.plain && s.leads(o, next, apart) {
			style = plainStyle
		}
	}
	if style == "" {
		return false
	}
	s.styled(style, o.Span)
	return true
}

// Styles of headings that are not numbered.
const (
	boldStyle  = "bold"
	plainStyle = "plain"
)

// pseudoStyle returns the style of the heading that a line reads as without
// being marked as one, or "": all bold, numbered, in capitals or a question. The
// line is bold if it says so or if bold is set; more tells whether text follows it.
func pseudoStyle(text string, bold, more bool) string {
	style, title := numbering(text)
	switch {
	case len(text) <= 200 && dated(text):
	case boldTitle(text) || style != "" && boldTitle(title) || bold && titled(strings.TrimRight(title, ": "), 160):
		if style == "" {
			return boldStyle
		}
		return style
	case style != "" && more && titled(title, 100) && !strings.Contains(title, "](#"):
		return style
	case more && titled(text, 100) && (strings.HasSuffix(text, "?") || shouted(text)):
		return plainStyle
	}
	return ""
}

// shouted reports whether s is several words, all in capitals.
func shouted(s string) bool {
	return strings.IndexByte(s, ' ') > 0 && strings.ToUpper(s) == s && strings.ToLower(s) != s && !strings.ContainsAny(s, "0123456789")
}

// heads reports whether the line l, which begins with a number or letter, is a
// heading rather than an item: it is short or bold, and what follows is
// neither the next item nor a part of this one.
func (s *scanner) heads(l line, m marker) bool {
	title := s.text[m.content:l.end]
	if !boldTitle(title) && !titled(title, 100) {
		return false
	}
	next, _ := s.after(l)
	if next.blank() || next.indent >= l.indent+2 && !boldTitle(title) {
		return false
	}
	following, ok := markerAt(s.text, next)
	return !ok || following.class != m.class
}

// leads reports whether what comes after the line o of a plain text reads as
// the section that it heads.
func (s *scanner) leads(o leaf, next line, apart bool) bool {
	title := o.Of(s.text)
	if len(strings.Fields(title)) > 12 || strings.Contains(title, "...") || strings.Contains(title, "…") ||
		!o.apart && s.introduces(len(s.blocks)-1) {
		return false
	}
	if s.prose(next) {
		return true
	}
	after, _ := s.after(next)
	return o.apart && apart && !after.blank() && titled(s.text[next.start:next.end], 90) && s.prose(after)
}

// prose reports whether a line of plain text is no title: a sentence or a list item.
func (s *scanner) prose(l line) bool {
	if _, ok := markerAt(s.text, l); ok {
		return true
	}
	text := s.text[l.start:l.end]
	return len(text) > 90 || strings.ContainsRune(".:;,", rune(text[len(text)-1]))
}

// titled reports whether s, without emphasis, reads as a title: at most limit
// bytes, no lower-case beginning, no final stop unless all is in capitals.
func titled(s string, limit int) bool {
	s = strings.Trim(s, "*_ \u00a0")
	if s == "" || len(s) > limit {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "\"'«“‘([\u00a0 "))
	if unicode.IsLower(first) || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune(";:,!|", last) {
		return false
	}
	return last != '.' || strings.ToUpper(s) == s
}

// boldTitle reports whether all of s is in bold and reads as a title, which may
// end with a colon.
func boldTitle(s string) bool {
	if len(s) > 200 || len(s) < 5 {
		return false
	}
	mark := s[:2]
	if mark != "**" && mark != "__" || !strings.HasSuffix(s, mark) {
		return false
	}
	inner := s[2 : len(s)-2]
	if i := strings.Index(inner, mark); i >= 0 {
		// Converters split emphasis: "**1.** **Cookies**" is all bold.
		outside := strings.Split(inner, mark)
		for j := 1; j < len(outside); j += 2 {
			if strings.Trim(outside[j], " \u00a0:–-") != "" {
				return false
			}
		}
		inner = strings.ReplaceAll(inner, mark, "")
	}
	inner = strings.Trim(inner, "*_ \u00a0")
	return titled(strings.TrimRight(inner, ": \u00a0"), 160) && len(strings.Fields(inner)) <= 24
}

// sections are the words that number a heading together with a figure.
var sections = map[string]bool{
	"article": true, "section": true, "chapter": true, "chapitre": true, "part": true, "partie": true,
	"artikel": true, "abschnitt": true, "artículo": true, "articolo": true, "artigo": true, "§": true,
	"titre": true, "annex": true, "annexe": true, "appendix": true, "schedule": true, "teil": true,
}

// numbering returns the style of the number that s begins with and what comes
// after it. Styles are "1" for one figure, "1.1" for two and so on, "A" for a
// letter, "I" for a Roman numeral and "§" for a word and a figure; without a
// number the style is "" and the rest all of s.
func numbering(s string) (style, rest string) {
	t := strings.TrimLeft(s, "*_ \u00a0")
	if word, after, ok := strings.Cut(t, " "); ok && sections[strings.ToLower(word)] {
		n := strings.IndexFunc(after, func(r rune) bool { return !isFigure(r) && r != '.' })
		if n < 0 {
			return "§", after
		}
		if n > 0 {
			return "§", strings.TrimLeft(after[n:], " .:)*_–—-\u00a0")
		}
	}
	n, figures := 0, 0
	for n < len(t) && figures < 6 {
		digits := len(t[n:]) - len(strings.TrimLeft(t[n:], "0123456789"))
		if digits == 0 || digits > 3 {
			break
		}
		figures++
		n += digits
		if n < len(t)-1 && t[n] == '.' && t[n+1] >= '0' && t[n+1] <= '9' {
			n++
			continue
		}
		break
	}
	if figures > 0 {
		style = "1" + strings.Repeat(".1", figures-1)
	} else if n, style = letterNumber(t); n == 0 {
		return "", s
	}
	rest = strings.TrimLeft(t[n:], "\\ .)*_–—-\u00a0")
	closed := strings.TrimLeft(t[n:], "\\*_ \u00a0")
	if rest == t[n:] || figures < 2 && (closed == "" || !strings.ContainsAny(closed[:1], ".)-") && !strings.HasPrefix(closed, "–")) {
		return "", s
	}
	return style, rest
}

func isFigure(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("IVXivx", r) }

// letterNumber returns the length and style of a capital letter or Roman numeral before a stop.
func letterNumber(s string) (n int, style string) {
	for n < len(s) && 'A' <= s[n] && s[n] <= 'Z' {
		n++
	}
	if n == 0 || n > 5 || n == len(s) || !strings.ContainsAny(s[n:n+1], ".)\\") {
		return 0, ""
	}
	if number, script := ordinal(s[:n]); number > 0 {
		return n, script
	}
	return 0, ""
}
