package document

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"policygraph/policy"
)

// A builder collects the blocks of a text in its order and works out what
// holds them together: headings, lead-ins and the nesting of lists.
type builder struct {
	text     string
	blocks   []policy.Block
	links    []policy.Link
	headings []openHeading
	path     []int // indexes of headings; shared by the blocks, never modified
	list     []openItem
	// lead is the block that a list or table at the margin would belong to, or -1.
	lead  int
	parts int // blocks and cells
}

// maxParts is how many blocks and cells a document may have: hundreds of times
// those of the longest policies, and few enough to hold in memory.
const maxParts = 1 << 19

// An openHeading is a heading under which the next block stands.
type openHeading struct {
	index, level int
	style        string // of headings that are not marked as such; "" if marked
	held         bool   // it stays open until it is left
}

// An openItem is a list item that later lines may continue or nest in.
type openItem struct {
	index  int
	indent int    // columns before its marker
	class  string // kind of marker
	number int    // of a numbered marker, else 0
	lead   int    // the last block that belongs to the item
	// loose is set where the converter wrote the marker twice ("* * item"): the
	// indent of its siblings is then only known from the next one.
	loose bool
}

// yields reports whether a heading that is marked with a level closes h. One
// that is not marked yields to any, but for the title of the document.
func (h openHeading) yields(level int) bool {
	switch {
	case h.held:
		return false
	case h.style == "" || h.style == titleStyle:
		return h.level >= level
	}
	return true
}

// titleStyle is the style of an unmarked heading at the very beginning.
const titleStyle = "title"

func newBuilder(text string) *builder { return &builder{text: text, lead: -1} }

// add appends a block under the current headings and returns its index, or -1
// if there is no letter or digit in span.
func (b *builder) add(kind policy.BlockKind, span policy.Span, level, leadIn int) int {
	if span = trim(b.text, span); b.parts > maxParts || strings.IndexFunc(span.Of(b.text), isWordy) < 0 {
		return -1
	}
	b.parts++
	b.blocks = append(b.blocks, policy.Block{Kind: kind, Span: span, Level: level, Path: b.path, LeadIn: leadIn})
	return len(b.blocks) - 1
}

// heading adds a heading that is marked with its level.
func (b *builder) heading(level int, span policy.Span) {
	keep := len(b.headings)
	for keep > 0 && b.headings[keep-1].yields(level) {
		keep--
	}
	b.openHeading(keep, level, "", span)
}

// styled adds a heading that only its style shows. It takes the place of the
// last open heading of that style, or else stands below what is open. Styles
// of numbered headings are "1", "1.1" and so on, and nest by their length.
func (b *builder) styled(style string, span policy.Span) {
	if len(b.blocks) == 0 {
		style = titleStyle
	}
	keep := len(b.headings)
	for i := keep - 1; i >= 0 && !b.headings[i].held; i-- {
		open := b.headings[i].style
		if open == style || strings.HasPrefix(open, style+".") {
			keep = i
		} else if open != "" && strings.HasPrefix(style, open+".") {
			keep = i + 1
			break
		}
	}
	b.openHeading(keep, b.below(keep), style, span)
}

// below returns the level of a heading below the first keep that are open.
func (b *builder) below(keep int) int {
	if keep == 0 {
		return 1
	}
	return min(b.headings[keep-1].level+1, 6)
}

// hold adds a heading for all that comes until leave is called with its style.
func (b *builder) hold(style string, span policy.Span) {
	const deepest = 32 // so that paths stay short however deep the page nests
	if len(b.headings) >= deepest {
		b.styled(boldStyle, span)
		return
	}
	keep := len(b.headings)
	b.openHeading(keep, b.below(keep), style, span)
	if len(b.headings) > keep {
		b.headings[keep].held = true
	}
}

// leave closes the heading that is held under style, if any.
func (b *builder) leave(style string) {
	for i := range b.headings {
		if b.headings[i].held && b.headings[i].style == style {
			b.headings = b.headings[:i]
			b.path = b.pathOfOpen()
			b.breakOff()
			return
		}
	}
}

func (b *builder) openHeading(keep, level int, style string, span policy.Span) {
	b.headings = b.headings[:keep]
	b.path = b.pathOfOpen()
	b.breakOff()
	if i := b.add(policy.Heading, span, level, -1); i >= 0 {
		b.headings = append(b.headings, openHeading{index: i, level: level, style: style})
		b.path = b.pathOfOpen()
	}
}

func (b *builder) pathOfOpen() []int {
	var path []int
	for _, h := range b.headings {
		path = append(path, h.index)
	}
	return path
}

// breakOff ends all lists and forgets what could introduce the next one.
func (b *builder) breakOff() {
	b.list, b.lead = b.list[:0], -1
}

// paragraph adds a paragraph whose lines begin at column indent: one that is
// indented under an item belongs to it, another ends the list.
func (b *builder) paragraph(span policy.Span, indent int) {
	b.closeTo(indent)
	if len(b.list) > 0 {
		top := &b.list[len(b.list)-1]
		if i := b.add(policy.Paragraph, span, 0, top.lead); i >= 0 {
			top.lead = i
		}
		return
	}
	if i := b.add(policy.Paragraph, span, 0, -1); i >= 0 {
		b.lead = i
	}
}

// caption adds what stands above the rows of a table: it is introduced as they
// would be, and introduces them.
func (b *builder) caption(span policy.Span, indent int) {
	b.closeTo(indent)
	i := b.add(policy.Paragraph, span, 0, b.owner())
	switch {
	case i < 0:
	case len(b.list) > 0:
		b.list[len(b.list)-1].lead = i
	default:
		b.lead = i
	}
}

// definition adds a term and its description. A run of them shares the
// sentence before it, unless a list has come between.
func (b *builder) definition(span policy.Span, cells []policy.Span, indent int) {
	listed := len(b.list) > 0
	b.closeTo(indent)
	leadIn := b.owner()
	if len(b.list) == 0 && (listed || !b.introduces(leadIn)) {
		leadIn = -1
	}
	i := b.add(policy.Definition, span, 0, leadIn)
	if i < 0 {
		return
	}
	b.blocks[i].Cells = cells
	if len(b.list) == 0 && (leadIn < 0 || b.introduces(i)) {
		b.lead = i
	}
}

// owner returns the block that a list or table here belongs to, or -1.
func (b *builder) owner() int {
	if len(b.list) > 0 {
		return b.list[len(b.list)-1].lead
	}
	return b.lead
}

// introduces reports whether block i ends by announcing what follows.
func (b *builder) introduces(i int) bool {
	if i < 0 {
		return false
	}
	return strings.HasSuffix(strings.TrimRight(b.blocks[i].Of(b.text), "*_ \u00a0"), ":")
}

// closeTo ends the items that a block which begins at column indent cannot belong to.
func (b *builder) closeTo(indent int) {
	for len(b.list) > 0 && indent < b.list[len(b.list)-1].indent+2 {
		b.list = b.list[:len(b.list)-1]
	}
}

// item adds a list item. Deeper indentation nests it; so does, at the same
// indentation, another kind of marker after an item that ends with a colon.
func (b *builder) item(span policy.Span, it openItem) {
	b.closeForItem(&it)
	i := b.add(policy.ListItem, span, len(b.list)+1, b.owner())
	if i < 0 {
		return
	}
	it.index, it.lead = i, i
	b.list = append(b.list, it)
}

// closeForItem ends the items that it is not nested in.
func (b *builder) closeForItem(it *openItem) {
	for len(b.list) > 0 {
		last := len(b.list) - 1
		top := b.list[last]
		aligned := top.aligned(it)
		switch {
		case top.loose && it.indent > top.indent, aligned && top.class == it.class:
			b.list = b.list[:last]
			return
		case !aligned && it.indent > top.indent:
			return
		case aligned && b.introduces(top.lead) && !b.openAt(it):
			return
		}
		b.list = b.list[:last]
	}
}

// openAt reports whether an item with the marker of it is open at its indentation.
func (b *builder) openAt(it *openItem) bool {
	for i := len(b.list) - 1; i >= 0 && b.list[i].aligned(it); i-- {
		if b.list[i].class == it.class {
			return true
		}
	}
	return false
}

// aligned reports whether the markers of two items stand in one column, give or take one.
func (it openItem) aligned(other *openItem) bool {
	return it.indent < other.indent+2 && other.indent < it.indent+2
}

// unmarkedLists makes items of paragraphs that are a list but for their marks:
// two or more short ones without a final stop that a colon announces.
func (b *builder) unmarkedLists() {
	for i := 0; i < len(b.blocks); i++ {
		if b.blocks[i].Kind != policy.Paragraph || !b.introduces(i) {
			continue
		}
		end := i + 1
		for end < len(b.blocks) && b.listed(i, end) {
			end++
		}
		if end-i < 3 {
			continue
		}
		for j := i + 1; j < end; j++ {
			b.blocks[j].Kind, b.blocks[j].Level, b.blocks[j].LeadIn = policy.ListItem, b.blocks[i].Level+1, i
		}
		i = end - 1
	}
}

// listed reports whether paragraph i reads as an item of the list that block
// lead announces. The last of a list may end with a full stop if the one before
// it ends with a comma or semicolon.
func (b *builder) listed(lead, i int) bool {
	const longest = 160
	p := b.blocks[i]
	if p.Kind != policy.Paragraph || p.LeadIn != b.blocks[lead].LeadIn || p.End-p.Start > longest {
		return false
	}
	stop := func(i int) byte { return b.text[b.blocks[i].End-1] }
	switch stop(i) {
	case ':', '?', '!':
		return false
	case '.':
		return i > lead+1 && (stop(i-1) == ';' || stop(i-1) == ',')
	}
	return true
}

// follows reports whether a marker of this class and number continues an open list.
func (b *builder) follows(class string, number int) bool {
	for _, it := range slices.Backward(b.list) {
		if it.class == class {
			return it.number == number-1
		}
	}
	return false
}

// document returns what was built, or [ErrTooLarge] or [ErrEmpty].
func (b *builder) document() (*policy.Document, error) {
	switch {
	case b.parts > maxParts:
		return nil, fmt.Errorf("%w: it has more than %d blocks and table cells; split it", ErrTooLarge, maxParts)
	case len(b.blocks) == 0:
		return nil, ErrEmpty
	}
	b.unmarkedLists()
	return &policy.Document{Text: b.text, Blocks: b.blocks, Links: b.links}, nil
}

func isWordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// blank reports whether r is white space or a character without a shape.
func blank(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return unicode.IsSpace(r)
}

// trim returns span without white space around it; a blank span becomes empty.
func trim(text string, span policy.Span) policy.Span {
	s := strings.TrimRightFunc(text[span.Start:span.End], blank)
	t := strings.TrimLeftFunc(s, blank)
	start := span.Start + len(s) - len(t)
	return policy.Span{Start: start, End: start + len(t)}
}
