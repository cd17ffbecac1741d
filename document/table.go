package document

import (
	"strings"

	"policygraph/policy"
)

// maxCells is how many cells of a row are told apart; the last has all the rest.
const maxCells = 1000

// A row is a row of a table while the rest of the table is not known yet.
type row struct {
	policy.Span
	cells  []policy.Span
	header bool // marked as the header of what follows
	// head is what each column would have as its header, where a cell of a
	// header spans several columns; nil if that is the cells.
	head []policy.Span
}

// table reads the pipe table that begins at line l, if one does.
func (s *scanner) table(l line) bool {
	if s.text[l.start] != '|' && !s.beginsTable(l) {
		return false
	}
	s.close()
	var rows []row
	columns, cells := 0, 0
	for next := l; ; {
		r, separator := s.row(next, columns)
		if separator && len(rows) > 0 {
			rows[len(rows)-1].header = true
		}
		if len(r.cells) > 0 {
			rows = append(rows, r)
			columns = max(columns, len(r.cells))
			cells += columns
		}
		if s.pos >= len(s.text) || cells > maxParts {
			break
		}
		next = lineAt(s.text, s.pos)
		if next.blank() || s.text[next.start] != '|' && !s.goesOn(next, columns) {
			break
		}
		s.pos = next.next
	}
	s.rows(rows, l.indent)
	return true
}

// tabbed reads the lines of a plain text whose cells are parted by tabs, as
// copying a table from a page leaves them, if at least two begin at line l.
func (s *scanner) tabbed(l line) bool {
	if !s.plain || strings.IndexByte(s.text[l.start:l.end], '\t') < 0 {
		return false
	}
	columns := len(tabCells(s.text, l))
	var rows []row
	for next := l; !next.blank(); next = lineAt(s.text, next.next) {
		cells := tabCells(s.text, next)
		if len(cells) != columns || len(rows)*columns > maxParts {
			break
		}
		rows = append(rows, newRow(cells))
		l = next
		if next.next >= len(s.text) {
			break
		}
	}
	if len(rows) < 2 {
		return false
	}
	s.close()
	s.pos = l.next
	s.rows(rows, l.indent)
	return true
}

// tabCells cuts a line at its tabs.
func tabCells(text string, l line) []policy.Span {
	var cells []policy.Span
	for start := l.start; ; {
		i := strings.IndexByte(text[start:l.end], '\t')
		if i < 0 || len(cells) == maxCells-1 {
			return append(cells, trim(text, policy.Span{Start: start, End: l.end}))
		}
		cells = append(cells, trim(text, policy.Span{Start: start, End: start + i}))
		start += i + 1
	}
}

// beginsTable reports whether l, which does not begin with a pipe, is the
// header of a table: a separator is below it.
func (s *scanner) beginsTable(l line) bool {
	if strings.IndexByte(s.text[l.start:l.end], '|') < 0 || s.pos >= len(s.text) {
		return false
	}
	below := lineAt(s.text, s.pos)
	_, ok := separator(s.text, below)
	return ok && strings.IndexByte(s.text[below.start:below.end], '|') >= 0
}

// goesOn reports whether l, which does not begin with a pipe, is a row of a
// table of so many columns all the same.
func (s *scanner) goesOn(l line, columns int) bool {
	if _, ok := markerAt(s.text, l); ok || columns < 2 {
		return false
	}
	return strings.Count(s.text[l.start:l.end], "|")+1 >= columns
}

// separator returns what comes after the dashes of a separator row: nothing,
// or a caption that a converter put there.
func separator(text string, l line) (caption policy.Span, ok bool) {
	rest := strings.TrimLeft(text[l.start:l.end], "|:- \t")
	head := text[l.start : l.end-len(rest)]
	if strings.Count(head, "--") == 0 || rest != "" && !strings.HasSuffix(head, "|") {
		return policy.Span{}, false
	}
	return policy.Span{Start: l.end - len(rest), End: l.end}, true
}

// row returns the cells of the row that begins at line l. Where a cell spills
// over several lines it reads on to the line that closes the row.
func (s *scanner) row(l line, columns int) (r row, isSeparator bool) {
	if caption, ok := separator(s.text, l); ok {
		if caption.Start < caption.End {
			r = row{Span: caption, cells: []policy.Span{caption}}
		}
		return r, true
	}
	span := l.span()
	cells := splitCells(s.text, span)
	if s.text[l.start] == '|' && s.text[l.end-1] != '|' && (columns == 0 || len(cells) < columns) {
		if end, ok := s.spill(); ok {
			span.End = end
			cells = splitCells(s.text, span)
		}
	}
	return newRow(cells), false
}

// spill moves on to the line that closes a row which the current line leaves
// open, and returns where that line ends.
func (s *scanner) spill() (end int, ok bool) {
	const most = 20
	pos := s.pos
	for range most {
		if pos >= len(s.text) {
			break
		}
		l := lineAt(s.text, pos)
		pos = l.next
		switch {
		case l.blank():
		case s.text[l.start] == '|':
			return 0, false
		case s.text[l.end-1] == '|':
			s.pos = pos
			return l.end, true
		}
	}
	return 0, false
}

// splitCells cuts a row at its pipes that are not escaped.
func splitCells(text string, span policy.Span) []policy.Span {
	if text[span.Start] == '|' {
		span.Start++
	}
	if span.End > span.Start && text[span.End-1] == '|' && (span.End-2 < span.Start || text[span.End-2] != '\\') {
		span.End--
	}
	var cells []policy.Span
	start := span.Start
	for i := span.Start; i < span.End; i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '|' && len(cells) < maxCells-1:
			cells = append(cells, trim(text, policy.Span{Start: start, End: i}))
			start = i + 1
		}
	}
	return append(cells, trim(text, policy.Span{Start: start, End: span.End}))
}

// newRow returns the row of these cells; it has none if all are empty.
func newRow(cells []policy.Span) row {
	r := row{Span: policy.Span{Start: -1}, cells: cells}
	for _, c := range cells {
		if c.Start < c.End {
			if r.Start < 0 {
				r.Start = c.Start
			}
			r.End = c.End
		}
	}
	if r.Start < 0 {
		return row{}
	}
	for i, c := range cells {
		if c.Start == c.End {
			at := min(max(c.Start, r.Start), r.End)
			cells[i] = policy.Span{Start: at, End: at}
		}
	}
	return r
}

// filled returns the number of cells with text.
func (r row) filled() int {
	n := 0
	for _, c := range r.cells {
		if c.Start < c.End {
			n++
		}
	}
	return n
}

// rows adds the rows of a table which begins at column indent. A header row
// comes before the rows that it heads and has no header itself. A row of one
// short cell introduces the rows below it, as a caption does.
func (b *builder) rows(rows []row, indent int) {
	b.closeTo(indent)
	leadIn := b.owner()
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r.cells))
	}
	var header []policy.Span
	section := leadIn
	for i, r := range rows {
		head := b.isHeader(rows, i, columns, header)
		caption := !head && b.isCaption(r, columns)
		under := section
		if head || caption {
			under = leadIn
		}
		at := b.add(policy.TableRow, r.Span, 0, under)
		if at < 0 {
			continue
		}
		b.blocks[at].Cells = r.cells
		b.parts += len(r.cells)
		switch {
		case head:
			if header = r.head; header == nil {
				header = r.cells
			}
		case caption:
			section = at
		case header != nil:
			b.blocks[at].Header = b.headerOf(r, header)
		}
	}
}

// isHeader reports whether row i heads the columns of the rows below it: it is
// marked so, or it is the first that has no caption's look and looks like one.
func (b *builder) isHeader(rows []row, i, columns int, header []policy.Span) bool {
	r := rows[i]
	if i+1 >= len(rows) || r.filled() < 2 {
		return false
	}
	if r.header {
		return true
	}
	if !b.short(r) {
		return false
	}
	bold := b.bold(r)
	if header != nil {
		return bold && !b.bold(rows[i+1])
	}
	for _, earlier := range rows[:min(i, 3)] {
		if earlier.filled() > 1 {
			return false
		}
	}
	if i > 2 {
		return false
	}
	return bold && !b.bold(rows[i+1]) || b.shorter(r, rows[i+1:min(len(rows), i+6)])
}

// short reports whether every cell of r is as brief as a column's name.
func (b *builder) short(r row) bool {
	for _, c := range r.cells {
		if text := c.Of(b.text); len(text) > 100 || strings.HasSuffix(text, ".") || strings.HasSuffix(text, ";") {
			return false
		}
	}
	return true
}

// bold reports whether every filled cell of r is in bold.
func (b *builder) bold(r row) bool {
	for _, c := range r.cells {
		if text := c.Of(b.text); text != "" && !(strings.HasPrefix(text, "**") && strings.HasSuffix(text, "**")) {
			return false
		}
	}
	return true
}

// shorter reports whether r is written like a header: it has the first column
// like the rows below it, not set off by bold, and they are longer on the whole.
func (b *builder) shorter(r row, below []row) bool {
	length := 0
	for _, other := range below {
		length += other.End - other.Start
		if first := other.cells[0].Of(b.text); strings.HasPrefix(first, "**") && !strings.HasPrefix(r.cells[0].Of(b.text), "**") {
			return false
		}
	}
	return (r.End-r.Start)*3 < length/len(below)*2
}

// isCaption reports whether r names the rows below it: one short cell alone
// where the table has several columns.
func (b *builder) isCaption(r row, columns int) bool {
	if columns < 2 || r.filled() != 1 || !b.short(r) {
		return false
	}
	text := r.Of(b.text)
	return r.cells[0].Start < r.cells[0].End && (len(r.cells) > 1 || strings.HasPrefix(text, "**") || columns > 2)
}

// headerOf returns for each cell of r the header of its column. A row that is
// short of cells has lost those at its left, which a taller cell above covers.
func (b *builder) headerOf(r row, header []policy.Span) []policy.Span {
	spans := make([]policy.Span, len(r.cells))
	shift := max(len(header)-len(r.cells), 0)
	for i := range r.cells {
		if j := i + shift; j < len(header) && header[j].Start < header[j].End {
			spans[i] = header[j]
		}
	}
	return spans
}
