package document

import (
	"strings"

	"policygraph/policy"
)

// A scanner cuts Markdown or plain text into blocks, line by line. It follows
// CommonMark where policies do, and is lenient where converters are not: any
// indentation nests, any bullet counts, and no line is code.
type scanner struct {
	*builder
	pos   int
	plain bool // plain text: a line may be a block of its own, and headings bear no mark
	width int  // to which the lines of a plain text were wrapped, or 0
	open  leaf
}

// A leaf is the paragraph or list item that the next line may continue.
type leaf struct {
	policy.Span
	kind   policy.BlockKind // "" if none is open
	indent int
	first  line // its first line
	last   line
	marker marker // of a list item
	quoted bool   // in a block quotation
	apart  bool   // after a blank line or at the beginning
}

// parseText returns the document that a Markdown or plain text file is, or
// [ErrTooLarge] or [ErrEmpty].
func parseText(text string, plain bool) (*policy.Document, error) {
	s := &scanner{builder: newBuilder(text), plain: plain}
	if strings.HasPrefix(text, "\ufeff") {
		s.pos = len("\ufeff")
	}
	if plain {
		s.width = wrapWidth(text)
	}
	for gap := true; s.pos < len(text) && s.parts <= maxParts; {
		l := lineAt(text, s.pos)
		if l.blank() {
			s.close()
			s.pos = l.next
			gap = true
			continue
		}
		s.read(l, gap)
		gap = false
	}
	s.close()
	for _, block := range s.blocks {
		s.linkText(block.Span)
	}
	return s.document()
}

// read reads the line l, and those after it if it begins a table.
func (s *scanner) read(l line, gap bool) {
	s.pos = l.next
	l, quoted := unquote(s.text, l)
	text := s.text[l.start:l.end]
	switch {
	case text == "":
		s.close()
	case s.open.kind != "" && underline(text) > 0:
		s.setext(underline(text))
	case rule(text) || strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~"):
		s.close()
		s.breakOff()
	case s.table(l) || s.tabbed(l):
	case s.atx(l):
	case s.describes(l):
	case s.item(l):
	case s.open.kind != "" && s.continues(l, quoted):
		s.open.End, s.open.last = l.end, l
	default:
		s.close()
		s.open = leaf{Span: l.span(), kind: policy.Paragraph, indent: l.indent, first: l, last: l, quoted: quoted, apart: gap}
	}
}

// unquote returns l without the marks of a block quotation before it.
func unquote(text string, l line) (line, bool) {
	start := l.start
	for start < l.end && text[start] == '>' {
		start = trim(text, policy.Span{Start: start + 1, End: l.end}).Start
	}
	quoted := start != l.start
	l.start = start
	return l, quoted
}

// underline returns the level of the heading that a setext underline makes of
// the lines above it, or 0.
func underline(s string) int {
	switch {
	case strings.Trim(s, "=") == "":
		return 1
	case strings.Trim(s, "-") == "" && len(s) > 1:
		return 2
	}
	return 0
}

// rule reports whether s is a thematic break: three or more of one of *, - and
// _, with or without spaces.
func rule(s string) bool {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
		case c != s[0] || c != '*' && c != '-' && c != '_':
			return false
		default:
			n++
		}
	}
	return n >= 3
}

// setext closes the open lines as a heading.
func (s *scanner) setext(level int) {
	span := s.open.Span
	s.open = leaf{}
	s.heading(level, span)
}

// atx reads a heading such as "## Cookies ##", which a list marker may precede.
func (s *scanner) atx(l line) bool {
	start := l.start
	if m, ok := markerAt(s.text, l); ok {
		start = m.content
	}
	text := s.text[start:l.end]
	level := len(text) - len(strings.TrimLeft(text, "#"))
	if level == 0 || level > 6 || level < len(text) && text[level] != ' ' && text[level] != '\t' {
		return false
	}
	s.close()
	title := strings.TrimRight(text[level:], "#")
	s.heading(level, policy.Span{Start: start + level, End: start + level + len(title)})
	return true
}

// describes reads a line ": text", which describes the line before it.
func (s *scanner) describes(l line) bool {
	if s.open.kind != policy.Paragraph || s.open.first != s.open.last || !strings.HasPrefix(s.text[l.start:l.end], ": ") {
		return false
	}
	term := s.open.Span
	indent := s.open.indent
	s.open = leaf{}
	s.definition(policy.Span{Start: term.Start, End: l.end}, []policy.Span{term, trim(s.text, policy.Span{Start: l.start + 1, End: l.end})}, indent)
	return true
}

// item opens a list item if l begins one.
func (s *scanner) item(l line) bool {
	m, ok := markerAt(s.text, l)
	if !ok {
		return false
	}
	m = s.resolve(m)
	if m.number != 0 && !s.enumerates(m, l) {
		return false
	}
	s.close()
	if m.content == l.end {
		// A marker alone on its line belongs to the next one.
		next, _ := s.after(l)
		if _, marked := markerAt(s.text, next); marked || next.blank() {
			return true
		}
		s.pos, l, m.content = next.next, next, next.start
	}
	s.open = leaf{Span: policy.Span{Start: m.content, End: l.end}, kind: policy.ListItem, indent: m.indent, first: l, last: l, marker: m}
	return true
}

// resolve reads a letter as the Roman numeral, and i as the letter, that an open list expects.
func (s *scanner) resolve(m marker) marker {
	if m.number == 0 {
		return m
	}
	punctuation := strings.TrimLeft(strings.TrimLeft(m.class, "("), "1aAiI")
	open := m.class[:len(m.class)-len(punctuation)-1]
	swap := func(script string, number int) {
		if number > 1 && s.expects(open+script+punctuation, number) {
			m.class, m.number = open+script+punctuation, number
		}
	}
	switch script := m.class[len(open) : len(m.class)-len(punctuation)]; script {
	case "a", "A":
		letter := string(rune('a' + m.number - 1))
		swap(map[string]string{"a": "i", "A": "I"}[script], roman(letter))
	case "i", "I":
		if m.number == 1 {
			swap(map[string]string{"i": "a", "I": "A"}[script], 9)
		}
	}
	return m
}

// expects reports whether the list that is open, the open leaf included, goes on with this marker.
func (s *scanner) expects(class string, number int) bool {
	if s.open.kind == policy.ListItem && s.open.marker.class == class {
		return s.open.marker.number == number-1
	}
	return s.follows(class, number)
}

// enumerates reports whether the numbered or lettered line l is a list item and
// not the continuation of a sentence, a heading or a numbered paragraph.
func (s *scanner) enumerates(m marker, l line) bool {
	expected := s.expects(m.class, m.number)
	if s.open.kind != "" && !expected && (m.number != 1 || s.plain && s.continues(l, false)) {
		return false
	}
	if expected && (!boldTitle(s.text[m.content:l.end]) || boldTitle(s.lastItem())) {
		return true
	}
	return !s.heads(l, m)
}

// lastItem returns the text of the innermost list item that is open.
func (s *scanner) lastItem() string {
	switch {
	case s.open.kind == policy.ListItem:
		return s.open.Of(s.text)
	case len(s.list) > 0:
		return s.blocks[s.list[len(s.list)-1].index].Of(s.text)
	}
	return ""
}

// continues reports whether l goes on with the open leaf.
func (s *scanner) continues(l line, quoted bool) bool {
	if quoted != s.open.quoted && quoted {
		return false
	}
	if s.open.first == s.open.last && boldTitle(s.open.Of(s.text)) {
		return false
	}
	return !s.plain || s.wrapped(s.open.last, l)
}

// after returns the first line behind l that is not blank, and whether it is
// set apart from l by a blank one. The line is blank at the end of the text.
func (s *scanner) after(l line) (next line, apart bool) {
	for next = l; next.next < len(s.text); apart = true {
		if next = lineAt(s.text, next.next); !next.blank() {
			return next, apart
		}
	}
	return line{}, true
}

// close adds the open leaf, if any, as the block that it turned out to be.
func (s *scanner) close() {
	o := s.open
	s.open = leaf{}
	switch {
	case o.kind == "" || picture(o.Of(s.text)):
	case o.first == o.last && s.pseudoHeading(o):
	case o.kind == policy.ListItem:
		m := o.marker
		s.builder.item(o.Span, openItem{indent: m.indent, class: m.class, number: m.number, loose: m.loose})
	default:
		if cells := termOf(s.text, o.Span, 0); cells != nil {
			s.definition(o.Span, cells, o.indent)
			return
		}
		s.paragraph(o.Span, o.indent)
	}
}

// picture reports whether s is nothing but an image, perhaps in a link.
func picture(s string) bool {
	if !strings.HasPrefix(s, "![") && !strings.HasPrefix(s, "[![") {
		return false
	}
	i := strings.Index(s, "](")
	return i > 0 && strings.HasSuffix(s, ")") && !strings.ContainsAny(s[i:], " \t\n")
}
