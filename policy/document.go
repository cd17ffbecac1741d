package policy

// A Document is the readable text of one published policy, cut into blocks.
// Text is one string of valid UTF-8 and every offset in this module counts its
// bytes. For Markdown and plain text it is the file itself; for HTML and PDF it
// is the blocks joined by a blank line, table cells by " | ".
type Document struct {
	Text     string  `json:"-"`
	Language string  `json:"language"` // BCP 47 primary tag of most of the text; "" if it could not be told
	Blocks   []Block `json:"blocks"`   // in the order of the text
	Links    []Link  `json:"links"`    // in the order of the text
}

// A Span is a half-open range of bytes of a document's text.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Of returns the part of text that s covers.
func (s Span) Of(text string) string { return text[s.Start:s.End] }

// Contains reports whether t lies within s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Overlaps reports whether s and t share a byte.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// A BlockKind tells what a block is in the layout of its document.
type BlockKind string

const (
	Heading    BlockKind = "heading"
	Paragraph  BlockKind = "paragraph"
	ListItem   BlockKind = "item"
	TableRow   BlockKind = "row"
	Definition BlockKind = "definition" // a term and its description: <dl>, <details>, "Term: text"
)

// A Block is one piece of a document that reads as a unit. Blocks do not
// overlap, except that a list item's span ends before its nested items begin.
type Block struct {
	Kind BlockKind `json:"kind"`
	Span
	// Level is the level of a heading (1 to 6) or the depth of a list item (from 1).
	Level int `json:"level,omitempty"`
	// Path holds the indexes of the headings that the block stands under, outermost first.
	Path []int `json:"path,omitempty"`
	// LeadIn is the index of the block that introduces this one: the sentence
	// before a list or table, or the item that a nested list belongs to; -1 if none.
	LeadIn int `json:"leadIn"`
	// Cells are the cells of a table row in column order, or term and description of a definition.
	Cells []Span `json:"cells,omitempty"`
	// Header holds, for each cell of a table row, the span of its column's
	// header cell; an empty span where the column has none.
	Header []Span `json:"header,omitempty"`
	// Language is set where a long block is written in another language than the document.
	Language string `json:"language,omitempty"`
}

// A Link is a hyperlink: the span of its text and the address it leads to.
type Link struct {
	Span
	URL string `json:"url"`
}
