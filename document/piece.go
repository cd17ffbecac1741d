package document

import (
	"bytes"
	"strings"

	"policygraph/policy"
)

// A piece is a block of a page before the whole text is known.
type piece struct {
	policy.Span
	kind  policy.BlockKind // "" at the end of what a summary heads
	level int              // of a marked heading, else 0
	style string           // of a summary and its end
	depth int              // of the lists around it
	bold  int              // length of the bold text that it begins with
	link  bool             // all of it is links
	// listed is set among other pieces that are all links: no such paragraph is a
	// heading, for together they are a table of contents.
	listed  bool
	caption bool          // of a table
	cells   []policy.Span // of a definition
	rows    []row         // of a table
}

// layOut returns the document that what is left of the page reads as, or
// [ErrTooLarge] or [ErrEmpty].
func (p *page) layOut() (*policy.Document, error) {
	w := p.write(false)
	if len(w.pieces) == 0 {
		w = p.write(true)
	}
	if len(w.pieces) == 0 {
		return nil, ErrEmpty
	}
	b := newBuilder(string(bytes.TrimRight(w.out, "\n")))
	b.links = w.links
	for i := range w.pieces[1:] {
		if w.pieces[i].link && w.pieces[i+1].link {
			w.pieces[i].listed, w.pieces[i+1].listed = true, true
		}
	}
	for i := 0; i < len(w.pieces); i++ {
		i += b.place(w.pieces[i:])
	}
	return b.document()
}

// place adds the first of pieces as a block, and returns how many more it took with it.
func (b *builder) place(pieces []piece) int {
	p := pieces[0]
	indent := 0
	if p.depth > 0 {
		indent = 4*(p.depth-1) + 2
	}
	switch {
	case p.kind == "":
		b.leave(p.style)
	case p.kind == policy.Heading && p.level > 0:
		b.heading(p.level, p.Span)
	case p.kind == policy.Heading:
		if described(pieces) {
			b.definition(policy.Span{Start: p.Start, End: pieces[1].End}, []policy.Span{p.Span, pieces[1].Span}, indent)
			return 2
		}
		b.hold(p.style, p.Span)
	case p.kind == policy.ListItem:
		if m, ok := bulletOf(p.Of(b.text)); ok {
			p.Start += m.content
		}
		b.item(p.Span, openItem{indent: indent - 2, class: "li"})
	case p.kind == policy.Definition:
		b.definition(p.Span, p.cells, indent)
	case p.kind == policy.TableRow:
		b.rows(p.rows, indent)
	case p.caption:
		b.caption(p.Span, indent)
	default:
		b.prose(p, indent, len(pieces) > 1)
	}
	return 0
}

// described reports whether pieces begin with a summary that has one short
// paragraph: a term and its description.
func described(pieces []piece) bool {
	const short = 600
	return len(pieces) > 2 && pieces[1].kind == policy.Paragraph && pieces[1].End-pieces[1].Start <= short &&
		pieces[2].kind == "" && pieces[2].style == pieces[0].style
}

// prose adds a paragraph of a page as what it reads as.
func (b *builder) prose(p piece, indent int, more bool) {
	text := p.Of(b.text)
	if m, ok := bulletOf(text); ok && m.content < len(text) {
		b.item(policy.Span{Start: p.Start + m.content, End: p.End}, openItem{indent: indent, class: m.class})
		return
	}
	if style := pseudoStyle(text, p.bold == len(text), more); style != "" && !p.listed && !strings.Contains(text, "\n") {
		b.styled(style, p.Span)
		return
	}
	if m, ok := enumeratorOf(text); ok && (m.number == 1 && b.introduces(len(b.blocks)-1) || b.follows(m.class, m.number)) {
		b.item(policy.Span{Start: p.Start + m.content, End: p.End}, openItem{indent: indent, class: m.class, number: m.number})
		return
	}
	if cells := termOf(b.text, p.Span, p.bold); cells != nil {
		b.definition(p.Span, cells, indent)
		return
	}
	b.paragraph(p.Span, indent)
}
