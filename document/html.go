package document

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"policygraph/policy"
)

// decodeHTML returns the characters of a page. Bytes that are valid UTF-8 are
// taken for it whatever the page says, since pages that are wrong about it are
// far more common than texts of another encoding that look like it.
func decodeHTML(data []byte, contentType string) (string, error) {
	wide := bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
	page := string(data)
	if !wide && binary(page) {
		return "", ErrBinary
	}
	if utf8.ValidString(page) {
		return page, nil
	}
	encoding, _, _ := charset.DetermineEncoding(data, contentType)
	decoded, err := encoding.NewDecoder().Bytes(data)
	if err != nil {
		decoded = data
	}
	return strings.ToValidUTF8(string(decoded), "\uFFFD"), nil
}

// parseHTML returns the readable text of a page.
//
// It does not build the tree of golang.org/x/net/html, which refuses pages that
// nest deeper than 512 elements and repairs markup at a cost of memory: text
// and layout need only know which blocks are open.
func parseHTML(source string) (*policy.Document, error) {
	p, err := readPage(source)
	if err != nil {
		return nil, err
	}
	p.prune()
	return p.layOut()
}

// A node is the beginning of an element, the end of one, or a run of text.
type node struct {
	tag   tag
	kind  nodeKind
	end   int32 // of a beginning: the index of the node that ends the element
	attr  int32 // of a beginning: index into attrs, or -1
	start int32 // of a text: where it begins in the page's text
	stop  int32 // of a text: where it stops
}

type nodeKind uint8

const (
	begins nodeKind = iota
	ends
	holds
	skips // begins an element that is not read
)

// attrs are the attributes of an element that matter to its text.
type attrs struct {
	href             string
	email            string // decoded from data-cfemail
	colspan, rowspan int
	level            int // of role="heading"

	// Of a table: what tells whether it is one or only arranges the page.
	tabular bool // in the end: it is one
	layout  bool // it says that it is none
	wide    bool // it has a row of several cells
	headed  bool // there are headings in its cells
	nested  int  // bytes of text in tables within it
}

// A page is a list of nodes in the order of the source, in which every
// beginning of a block has its end.
type page struct {
	nodes []node
	text  []byte
	attrs []attrs
	drops []drop // elements that may be no part of the document's text

	open     []openElement
	lastOpen [tags]int32 // 1 + index into open of the innermost open element of a tag
	fence    int32       // 1 + index into open of the innermost table cell or the like
	linked   int         // bytes of text within links
	controls int         // buttons and fields
	inLink   bool
	// Since the last text an element within the line has ended, and then another begun.
	ended, jointed bool
}

// An openElement is an element whose end has not come yet.
type openElement struct {
	node        int32 // its beginning
	tag         tag
	before      int32 // lastOpen of its tag when it opened
	fenceBefore int32
	drop        int32 // index into drops, or -1
	cells       int   // of a table row
	text        int   // bytes of text before it
}

// maxNodes is how many tags and runs of text a page may have: a hundred times
// those of the largest pages, and few enough to hold in memory.
const maxNodes = 1 << 21

// readPage reads the tags and texts of a page.
func readPage(source string) (*page, error) {
	p := &page{}
	z := html.NewTokenizer(strings.NewReader(source))
	for len(p.nodes) <= maxNodes {
		switch z.Next() {
		case html.ErrorToken:
			p.closeTo(0)
			return p, nil
		case html.TextToken:
			p.hold(z.Text())
		case html.StartTagToken:
			name, more := z.TagName()
			p.begin(tagOf(name), z, more)
		case html.SelfClosingTagToken:
			// Only drawings close themselves; elsewhere the slash means nothing.
			name, more := z.TagName()
			if t := tagOf(name); t != tagScript {
				p.begin(t, z, more)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			p.finish(tagOf(name))
		}
	}
	return nil, fmt.Errorf("%w: it has more than %d tags and runs of text; save only the part that is the policy", ErrTooLarge, maxNodes)
}

// hold adds a run of text, its white space collapsed. Within <pre> the ends of
// lines are kept.
func (p *page) hold(text []byte) {
	if p.lastOpen[tagScript] > 0 {
		return
	}
	p.part(text)
	start := len(p.text)
	p.text = appendCollapsed(p.text, text, p.lastOpen[tagPre] > 0)
	if start == len(p.text) {
		return
	}
	p.nodes = append(p.nodes, node{kind: holds, start: int32(start), stop: int32(len(p.text)), attr: -1})
	if p.inLink {
		p.linked += len(p.text) - start
	}
}

// part begins a paragraph where text follows a sentence or a title in another
// element without any space: there a style sheet breaks the line.
func (p *page) part(text []byte) {
	jointed := p.jointed
	p.ended, p.jointed = false, false
	if !jointed || len(p.text) < 2 {
		return
	}
	first, _ := utf8.DecodeRune(text)
	last, before := p.text[len(p.text)-1], p.text[len(p.text)-2]
	sentence := strings.IndexByte(".:;?!)", last) >= 0 && !isUpper(before)
	if beginsItem(text) || unicode.IsUpper(first) && (sentence || 'a' <= last && last <= 'z') || unicode.IsDigit(first) && sentence {
		p.nodes = append(p.nodes, node{tag: tagHr, kind: begins, attr: -1})
	}
}

// appendCollapsed appends src to dst with white space collapsed to one space
// and characters without a shape left out.
func appendCollapsed(dst, src []byte, lines bool) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n' && lines:
			dst = append(dst, '\n')
			i++
			continue
		case c > ' ' && c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case !blank(r) && (r > ' ' || c >= utf8.RuneSelf):
			dst = append(dst, src[i:i+size]...)
		case unicode.Is(unicode.Cf, r):
		case len(dst) == 0 || dst[len(dst)-1] != ' ' && dst[len(dst)-1] != '\n':
			dst = append(dst, ' ')
		}
		i += size
	}
	return dst
}

// begin opens an element and closes those that cannot hold it.
func (p *page) begin(t tag, z *html.Tokenizer, more bool) {
	p.closeFor(t)
	a, m := readAttrs(t, z, more)
	if t == tagInline && a.email == "" {
		p.jointed = p.ended
		return
	}
	at := int32(len(p.nodes))
	n := node{tag: t, kind: begins, attr: -1, end: at}
	if a != (attrs{}) || t == tagTable {
		n.attr = int32(len(p.attrs))
		p.attrs = append(p.attrs, a)
	}
	p.nodes = append(p.nodes, n)
	if t == tagButton || t == tagInput || m.role == "button" || t == tagA && a.leadsNowhere() {
		p.controls++
	}
	if t.void() || t == tagB && a.email == "" {
		return
	}
	e := openElement{node: at, tag: t, before: p.lastOpen[t], fenceBefore: p.fence, drop: -1, text: len(p.text)}
	if why := m.suspect(t, p.lastOpen[tagMain] > 0); why != clean {
		e.drop = int32(len(p.drops))
		p.drops = append(p.drops, drop{why: why, node: at, text: len(p.text), linked: p.linked, controls: p.controls})
	}
	p.open = append(p.open, e)
	p.lastOpen[t] = int32(len(p.open))
	if t.fences() {
		p.fence = int32(len(p.open))
	}
	p.note(t)
}

// note tells the elements around one of tag t what it says about them.
func (p *page) note(t tag) {
	if row := p.lastOpen[tagTr]; (t == tagTd || t == tagTh) && row > p.lastOpen[tagTable] {
		if p.open[row-1].cells++; p.open[row-1].cells == 2 {
			p.table().wide = true
		}
	}
	if t.level() > 0 && p.lastOpen[tagTable] > 0 {
		p.table().headed = true
	}
	if d := p.lastOpen[tagHeader]; t.level() > 0 && d > 0 && p.open[d-1].drop >= 0 {
		// The header of the document is no part of the site's.
		why := &p.drops[p.open[d-1].drop].why
		if t == tagH1 {
			*why = clean
		} else if *why == menu {
			*why = menuName
		}
	}
	if t == tagA {
		p.inLink = true
	}
}

// table returns the attributes of the innermost table that is open, or of none.
func (p *page) table() *attrs {
	at := p.lastOpen[tagTable]
	if at == 0 {
		return &attrs{}
	}
	return &p.attrs[p.nodes[p.open[at-1].node].attr]
}

// endTable decides whether a table that ends is one: it has a row of several
// cells, no headings, and most of its text is its own. It tells the table
// around it.
func (p *page) endTable(e openElement) {
	t := &p.attrs[p.nodes[e.node].attr]
	text := len(p.text) - e.text
	t.tabular = t.wide && !t.headed && !t.layout && t.nested*2 <= text
	if p.lastOpen[tagTable] > 0 {
		outer := p.table()
		outer.nested += text
		outer.headed = outer.headed || t.headed
	}
}

// finish closes the innermost element of tag t, if it may be closed from here.
func (p *page) finish(t tag) {
	p.ended = p.ended || t == tagInline
	at, limit := p.lastOpen[t], p.fence
	switch {
	case t == tagTable || t == tagBody:
		limit = 0
	case t.ofTable():
		limit = p.lastOpen[tagTable]
	}
	switch {
	case t == tagB || at > limit && t.inline() && int(at) < len(p.open):
		// What stands in a line may end in another block than it began in.
		p.nodes = append(p.nodes, node{tag: t, kind: ends, attr: -1})
		if t == tagA {
			p.inLink = false
		}
	case at > limit:
		p.closeTo(int(at) - 1)
	}
}

// closeFor closes what the beginning of t ends without saying so.
func (p *page) closeFor(t tag) {
	switch table := p.lastOpen[tagTable]; {
	case t == tagLi:
		p.closeWithin(tagLi, max(p.lastOpen[tagUl], p.lastOpen[tagOl]))
	case t == tagDt || t == tagDd:
		p.closeWithin(tagDt, p.lastOpen[tagDl])
		p.closeWithin(tagDd, p.lastOpen[tagDl])
	case t == tagA:
		p.closeWithin(tagA, 0)
	case t.ofTable() && table > 0:
		if p.fence > table {
			p.closeTo(int(p.fence) - 1)
		}
		if t != tagTd && t != tagTh {
			p.closeWithin(tagTr, table)
		}
		if t != tagTd && t != tagTh && t != tagTr {
			p.closeWithin(tagTbody, table)
			p.closeWithin(tagThead, table)
		}
	}
	if !t.inline() && !t.void() {
		p.closeWithin(tagP, 0)
		p.closeHeading(t)
	}
}

// closeHeading closes an open heading that lacks its end: a heading holds no
// other, nor paragraphs and lists after its text.
func (p *page) closeHeading(t tag) {
	at := max(p.lastOpen[tagH1], p.lastOpen[tagH2], p.lastOpen[tagH3], p.lastOpen[tagH4], p.lastOpen[tagH5], p.lastOpen[tagH6])
	if at <= p.fence {
		return
	}
	switch t {
	case tagP, tagUl, tagOl, tagDl, tagTable, tagDetails, tagSection:
		if len(p.text) == p.open[at-1].text {
			return
		}
	case tagH1, tagH2, tagH3, tagH4, tagH5, tagH6:
	default:
		return
	}
	p.closeTo(int(at) - 1)
}

// closeWithin closes the innermost element of tag t if it opened after the
// limit and after the table or cell that is open.
func (p *page) closeWithin(t tag, limit int32) {
	if at := p.lastOpen[t]; at > max(limit, p.fence) {
		p.closeTo(int(at) - 1)
	}
}

// closeTo closes elements until n are open.
func (p *page) closeTo(n int) {
	for len(p.open) > n {
		e := p.open[len(p.open)-1]
		p.open = p.open[:len(p.open)-1]
		p.lastOpen[e.tag], p.fence = e.before, e.fenceBefore
		p.nodes[e.node].end = int32(len(p.nodes))
		p.nodes = append(p.nodes, node{tag: e.tag, kind: ends, attr: -1})
		if e.tag == tagA {
			p.inLink = false
		}
		if e.tag == tagTable {
			p.endTable(e)
		}
		if e.drop >= 0 {
			d := &p.drops[e.drop]
			d.text, d.linked, d.controls = len(p.text)-d.text, p.linked-d.linked, p.controls-d.controls
		}
	}
}

// readAttrs reads the attributes of the current tag: what matters to its text,
// and the words that tell what part of a page it is.
func readAttrs(t tag, z *html.Tokenizer, more bool) (a attrs, m marks) {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href":
			if t == tagA {
				a.href = strings.TrimSpace(string(value))
				if _, token, ok := strings.Cut(a.href, "/cdn-cgi/l/email-protection#"); ok {
					a.href = "mailto:" + decodeEmail(token)
				}
			}
		case "data-cfemail":
			a.email = decodeEmail(string(value))
		case "colspan":
			a.colspan = spanOf(value)
		case "rowspan":
			a.rowspan = spanOf(value)
		case "aria-level":
			if len(value) == 1 && '1' <= value[0] && value[0] <= '6' {
				a.level = int(value[0] - '0')
			}
		case "aria-expanded", "aria-controls":
			m.opens = true
		case "role":
			m.role = strings.ToLower(string(value))
			a.layout = t == tagTable && (m.role == "presentation" || m.role == "none")
		case "class", "id":
			m.names = append(m.names, ' ')
			m.names = append(m.names, value[:min(len(value), 256)]...)
		}
	}
	if m.role != "heading" {
		a.level = 0
	} else if a.level == 0 {
		a.level = 2
	}
	return a, m
}

// spanOf reads how many columns or rows a cell covers.
func spanOf(value []byte) int {
	n := 0
	for _, c := range bytes.TrimSpace(value) {
		if c < '0' || c > '9' || n > 1000 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return min(n, 1000)
}

// leadsNowhere reports whether a link is a button: it has no address that a page could be at.
func (a attrs) leadsNowhere() bool {
	return a.href == "" || a.href == "#" || strings.HasPrefix(a.href, "javascript:")
}

// decodeEmail returns the address that Cloudflare hides from harvesters: hex
// digits, of which the first byte is the key of the others. It is "" if token
// is nothing of the kind.
func decodeEmail(token string) string {
	var b []byte
	for i := 0; i+1 < len(token) && i < 512; i += 2 {
		high, low := unhex(token[i]), unhex(token[i+1])
		if high < 0 || low < 0 {
			return ""
		}
		b = append(b, byte(high<<4|low))
	}
	if len(b) < 2 {
		return ""
	}
	for i := range b[1:] {
		b[i+1] ^= b[0]
	}
	if !utf8.Valid(b[1:]) {
		return ""
	}
	return string(b[1:])
}

func unhex(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }
