package document

// A tag is the name of an element, as far as it matters.
type tag uint8

const (
	tagBlock tag = iota // any other element that begins a new block
	tagDiv
	tagSection
	tagInline // any other element that stands in a line
	tagA
	tagBr
	tagHr
	tagVoid // any other element without content
	tagB
	tagP
	tagPre
	tagH1
	tagH2
	tagH3
	tagH4
	tagH5
	tagH6
	tagUl
	tagOl
	tagLi
	tagDl
	tagDt
	tagDd
	tagTable
	tagThead
	tagTbody
	tagTr
	tagTd
	tagTh
	tagCaption
	tagDetails
	tagSummary
	tagMain
	tagBody
	tagNav
	tagFooter
	tagHeader
	tagForm
	tagButton
	tagInput
	tagScript // and whatever else is never read

	tags = int(tagScript) + 1
)

// names gives the tag of every element that is not just a block.
var names = map[string]tag{
	"div": tagDiv, "section": tagSection, "a": tagA, "br": tagBr, "b": tagB, "strong": tagB, "p": tagP, "pre": tagPre, "listing": tagPre, "xmp": tagPre, "plaintext": tagPre,
	"h1": tagH1, "h2": tagH2, "h3": tagH3, "h4": tagH4, "h5": tagH5, "h6": tagH6,
	"ul": tagUl, "ol": tagOl, "menu": tagUl, "dir": tagUl, "li": tagLi, "dl": tagDl, "dt": tagDt, "dd": tagDd,
	"table": tagTable, "thead": tagThead, "tbody": tagTbody, "tfoot": tagTbody, "tr": tagTr, "td": tagTd, "th": tagTh, "caption": tagCaption,
	"details": tagDetails, "summary": tagSummary, "main": tagMain, "article": tagMain, "body": tagBody, "html": tagBody,
	"nav": tagNav, "footer": tagFooter, "header": tagHeader, "button": tagButton, "form": tagForm, "input": tagInput,

	"script": tagScript, "style": tagScript, "noscript": tagScript, "template": tagScript, "iframe": tagScript, "svg": tagScript, "math": tagScript,
	"canvas": tagScript, "select": tagScript, "datalist": tagScript, "title": tagScript, "object": tagScript, "audio": tagScript,
	"video": tagScript, "noembed": tagScript, "noframes": tagScript, "dialog": tagScript,

	"area": tagVoid, "base": tagVoid, "col": tagVoid, "embed": tagVoid, "hr": tagHr, "img": tagVoid, "link": tagVoid,
	"meta": tagVoid, "param": tagVoid, "source": tagVoid, "track": tagVoid, "wbr": tagVoid,

	"abbr": tagInline, "acronym": tagInline, "bdi": tagInline, "bdo": tagInline, "big": tagInline, "cite": tagInline, "code": tagInline,
	"data": tagInline, "del": tagInline, "dfn": tagInline, "em": tagInline, "font": tagInline, "i": tagInline, "ins": tagInline, "kbd": tagInline,
	"label": tagInline, "mark": tagInline, "meter": tagInline, "nobr": tagInline, "output": tagInline, "picture": tagInline, "progress": tagInline,
	"q": tagInline, "rp": tagInline, "rt": tagInline, "ruby": tagInline, "s": tagInline, "samp": tagInline, "small": tagInline, "span": tagInline,
	"strike": tagInline, "sub": tagInline, "sup": tagInline, "time": tagInline, "tt": tagInline, "u": tagInline, "var": tagInline,
	"o:p": tagInline, "slot": tagInline, "bold": tagInline,
}

func tagOf(name []byte) tag { return names[string(name)] }

// void reports whether elements of the tag have no content and no end.
func (t tag) void() bool { return t == tagBr || t == tagHr || t == tagVoid || t == tagInput }

// inline reports whether elements of the tag stand in a line of text.
func (t tag) inline() bool { return t == tagInline || t == tagB || t == tagA }

// fences reports whether no end tag within an element of the tag closes an
// element around it.
func (t tag) fences() bool {
	return t == tagTable || t == tagTd || t == tagTh || t == tagCaption || t == tagBody
}

// ofTable reports whether elements of the tag make up a table.
func (t tag) ofTable() bool { return tagThead <= t && t <= tagCaption }

// level returns the level of a heading, or 0.
func (t tag) level() int {
	if tagH1 <= t && t <= tagH6 {
		return int(t-tagH1) + 1
	}
	return 0
}
