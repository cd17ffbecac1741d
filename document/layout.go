package document

import (
	"bytes"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// A layout writes the text of a page and notes its pieces.
type layout struct {
	page   *page
	whole  bool // nothing is left out
	out    []byte
	pieces []piece
	links  []policy.Link

	start  int  // where the current block starts in out
	spaced bool // a space waits for the next word
	breaks int  // line breaks that wait for it
	bold   int  // open bold elements
	strong int  // length of the bold text that the block begins with
	term   int  // length of the term that the block begins with, if any

	href   string // of the open link
	linkAt int    // where its text starts in out, or -1

	depth   int      // of lists
	pending bool     // a list item has begun that has no text yet
	level   int      // of the heading that is open, or 0
	until   int32    // the node that ends it
	summary bool     // a summary is open
	details []string // the styles of the summaries of the details that are open
	inCell  bool
	spare   spare
}

// write writes the text of the page: the whole, or without what comes before its content.
func (p *page) write(whole bool) *layout {
	w := &layout{page: p, whole: whole, linkAt: -1, spare: spare{cells: maxExpanded, bytes: maxCarried}}
	w.read(0, int32(len(p.nodes)))
	w.flush()
	return w
}

// read lays out the nodes from index from up to index to.
func (w *layout) read(from, to int32) {
	for i := from; i < to; i++ {
		n := w.page.nodes[i]
		switch n.kind {
		case skips:
			i = n.end
		case holds:
			w.write(w.page.text[n.start:n.stop])
		case ends:
			w.end(n.tag)
			if i == w.until {
				w.level = 0
			}
		case begins:
			i = w.begin(i, n)
		}
	}
}

// begin begins the element at node i and returns the last node that it read.
func (w *layout) begin(i int32, n node) int32 {
	var a attrs
	if n.attr >= 0 {
		a = w.page.attrs[n.attr]
	}
	switch {
	case a.email != "":
		w.write([]byte(a.email))
		return n.end
	case n.tag == tagA:
		w.closeLink()
		w.href = a.href
	case n.tag == tagB:
		w.bold++
	case n.tag == tagBr:
		w.breaks++
	case n.tag == tagHr:
		w.breaks += 2
	case n.tag == tagVoid || n.tag == tagInput:
	case w.inCell:
		w.breaks = max(w.breaks, 1)
	case n.tag == tagTable && a.tabular:
		w.table(i+1, n.end)
		return n.end
	default:
		w.enter(i, n, a)
	}
	return i
}

// enter begins a block that is not in a table.
func (w *layout) enter(i int32, n node, a attrs) {
	if w.term == 0 || n.tag == tagDt || n.tag == tagUl || n.tag == tagOl || n.tag == tagTable || w.described() {
		w.flush()
	} else {
		w.breaks = 1
	}
	if level := max(n.tag.level(), a.level); level > 0 {
		w.level, w.until, w.pending = level, n.end, false
	}
	switch n.tag {
	case tagUl, tagOl:
		w.depth++
	case tagLi:
		w.pending = true
	case tagButton:
		w.bold++
	case tagDetails:
		w.details = append(w.details, strconv.Itoa(int(i)))
	case tagSummary:
		w.summary = len(w.details) > 0
	}
}

// described reports whether the block has text behind its term.
func (w *layout) described() bool { return len(w.out) > w.start+w.term }

// end ends an element.
func (w *layout) end(t tag) {
	switch {
	case t == tagA:
		w.closeLink()
		return
	case t == tagB:
		w.bold = max(w.bold-1, 0)
		return
	case w.inCell:
		w.breaks = max(w.breaks, 1)
		return
	case t == tagDt && len(w.out) > w.start:
		w.term, w.breaks = len(w.out)-w.start, 1
		return
	}
	w.flush()
	switch t {
	case tagUl, tagOl:
		w.depth--
		w.pending = false
	case tagLi:
		w.pending = false
	case tagButton:
		w.bold = 0
	case tagSummary:
		w.summary = false
	case tagDetails:
		last := len(w.details) - 1
		w.pieces = append(w.pieces, piece{style: w.details[last]})
		w.details = w.details[:last]
	}
}

// write adds text to the current block. Two line breaks end a paragraph, and
// one does before a bullet.
func (w *layout) write(text []byte) {
	for len(text) > 0 {
		switch text[0] {
		case ' ':
			w.spaced = true
			text = text[1:]
			continue
		case '\n':
			w.breaks++
			text = text[1:]
			continue
		}
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line = text[:i]
		}
		text = text[len(line):]
		w.words(line)
	}
}

// words adds a part of a line that begins with a word.
func (w *layout) words(text []byte) {
	if w.breaks > 0 && !w.inCell && w.level == 0 && w.term == 0 && (w.breaks > 1 || beginsItem(text)) {
		w.flush()
	}
	switch {
	case len(w.out) == w.start:
	case w.breaks > 0:
		w.out = append(w.out, '\n')
	case w.spaced:
		w.out = append(w.out, ' ')
	}
	words := bytes.TrimRight(text, " ")
	w.spaced, w.breaks = len(words) < len(text), 0
	if w.href != "" && w.linkAt < 0 {
		w.linkAt = len(w.out)
	}
	inBold := w.strong == len(w.out)-w.start || w.strong == len(w.out)-w.start-1
	w.out = append(w.out, words...)
	if w.bold > 0 && inBold {
		w.strong = len(w.out) - w.start
	}
}

// beginsItem reports whether a line begins with a bullet.
func beginsItem(line []byte) bool {
	_, ok := bulletOf(string(line[:min(len(line), 16)]))
	return ok && (line[0] >= utf8.RuneSelf || line[0] == '-' || line[0] == '*')
}

// closeLink ends the open link.
func (w *layout) closeLink() {
	w.cutLink()
	w.href = ""
}

// cutLink notes the part of the open link that is in the current block.
func (w *layout) cutLink() {
	if w.linkAt >= 0 && w.linkAt < len(w.out) {
		w.links = append(w.links, policy.Link{Span: policy.Span{Start: w.linkAt, End: len(w.out)}, URL: w.href})
	}
	w.linkAt = -1
}

// flush ends the current block and makes a piece of it.
func (w *layout) flush() {
	w.cutLink()
	if len(w.out) > w.start {
		if p := w.piece(); p.link && w.leads(p) {
			w.out, w.links = w.out[:w.start], w.links[:0]
		} else if !w.join(p) {
			w.pieces = append(w.pieces, p)
		}
		w.bold = 0
	}
	w.endBlock()
}

// endBlock parts the current block from what comes.
func (w *layout) endBlock() {
	if len(w.out) > w.start {
		w.out = append(w.out, "\n\n"...)
	}
	w.start = len(w.out)
	w.spaced, w.breaks, w.strong, w.term = false, 0, 0, 0
}

// leads reports whether a piece that is all links comes before any text of the
// page: a menu that bears no mark of one, or a link that skips it.
func (w *layout) leads(p piece) bool {
	return !w.whole && len(w.pieces) == 0 && p.kind == policy.Paragraph
}

// linked reports whether the current block, whose links are closed, is links
// but for what parts them.
func (w *layout) linked() bool {
	from := len(w.out)
	for _, l := range slices.Backward(w.links) {
		if l.Start < w.start || bytes.IndexFunc(w.out[l.End:from], unicode.IsLetter) >= 0 {
			break
		}
		from = l.Start
	}
	return from < len(w.out) && bytes.IndexFunc(w.out[w.start:from], unicode.IsLetter) < 0
}

// piece returns the current block as a piece.
func (w *layout) piece() piece {
	p := piece{Span: policy.Span{Start: w.start, End: len(w.out)}, kind: policy.Paragraph, depth: w.depth, bold: w.strong, link: w.linked()}
	switch {
	case w.level > 0:
		p.kind, p.level = policy.Heading, w.level
	case w.summary && len(w.details) > 0:
		p.kind, p.style = policy.Heading, w.details[len(w.details)-1]
	case w.pending:
		p.kind = policy.ListItem
		w.pending = false
	case w.term > 0 && w.described():
		p.kind = policy.Definition
		p.cells = []policy.Span{{Start: w.start, End: w.start + w.term}, {Start: w.start + w.term + 1, End: len(w.out)}}
	}
	return p
}

// join adds p to the last piece if it only continues it: some pages, made from
// PDF, have a paragraph for each line.
func (w *layout) join(p piece) bool {
	const fullLine = 60
	if len(w.pieces) == 0 || p.kind != policy.Paragraph {
		return false
	}
	last := &w.pieces[len(w.pieces)-1]
	if last.kind != policy.Paragraph || last.depth != p.depth || last.End-last.Start < fullLine || last.End+2 != p.Start {
		return false
	}
	if _, ok := enumeratorOf(string(w.out[p.Start:min(p.End, p.Start+16)])); ok {
		return false
	}
	first, _ := utf8.DecodeRune(w.out[p.Start:p.End])
	end := w.out[last.End-1]
	if !unicode.IsLower(first) || !(end == ',' || end >= utf8.RuneSelf || isAlnum(end)) {
		return false
	}
	w.out[last.End] = ' '
	w.out = append(w.out[:last.End+1], w.out[p.Start:]...)
	for i := len(w.links) - 1; i >= 0 && w.links[i].Start >= p.Start; i-- {
		w.links[i].Start--
		w.links[i].End--
	}
	last.End, last.link = p.End-1, last.link && p.link
	return true
}
