package document

import (
	"bytes"

	"policygraph/policy"
)

// Limits of what cells that span several rows or columns are expanded to. Behind
// them a cell stands only where it begins.
const (
	maxColumns  = 100
	maxRepeat   = 200       // bytes of a cell that is repeated in each row it spans
	maxExpanded = 100_000   // cells that are added in one page
	maxCarried  = 1_000_000 // bytes that are repeated in one page
)

// A spare is what is left of the limits of a page.
type spare struct{ cells, bytes int }

// A grid is a table of a page while it is laid out.
type grid struct {
	*layout
	rows    []row
	cells   []policy.Span // of the current row
	head    []policy.Span // what each of its columns would have as header
	marked  int           // filled cells of the row that are header cells
	carried []carry       // by column: the cells that reach into the next rows
	inHead  bool          // within <thead>
}

// A carry is a cell that spans several rows.
type carry struct {
	policy.Span
	rows   int // still to come
	marked bool
}

// table lays out the nodes of a table. Each row is a block of its own.
func (w *layout) table(from, to int32) {
	w.flush()
	g := &grid{layout: w}
	for i := from; i < to; i++ {
		n := w.page.nodes[i]
		switch {
		case n.kind == skips:
			i = n.end
		case n.kind == holds:
			g.loose(w.page.text[n.start:n.stop])
		case n.kind == begins && (n.tag == tagTd || n.tag == tagTh):
			g.cell(i, n)
			i = n.end
		case n.tag == tagThead:
			g.endRow()
			g.inHead = n.kind == begins
		case n.tag.ofTable():
			g.endRow()
		}
	}
	g.endRow()
	if len(g.rows) > 0 {
		w.pieces = append(w.pieces, piece{kind: policy.TableRow, depth: w.depth, rows: g.rows})
	}
}

// cell lays out a cell, after those of the rows above that reach into its place.
func (g *grid) cell(i int32, n node) {
	if len(g.cells) == 0 {
		g.betweenRows()
	}
	g.fill()
	var a attrs
	if n.attr >= 0 {
		a = g.page.attrs[n.attr]
	}
	span := g.put(func() {
		g.inCell = true
		g.read(i+1, n.end)
		g.closeLink()
		g.inCell, g.bold = false, 0
	})
	marked := n.tag == tagTh || g.inHead
	columns := max(min(a.colspan, maxColumns, g.spare.cells), 1)
	g.spare.cells -= columns - 1
	cell := span
	for range columns {
		if a.rowspan > 1 {
			g.carry(carry{cell, a.rowspan - 1, marked})
		}
		g.add(cell, span, marked)
		cell.Start = cell.End
	}
}

// loose writes text that is in no cell; within a row it is one of its own.
func (g *grid) loose(text []byte) {
	if len(g.cells) == 0 {
		g.write(text)
	} else if len(bytes.TrimSpace(text)) > 0 {
		span := g.put(func() { g.write(text) })
		g.add(span, span, false)
	}
}

// betweenRows ends what stands outside of the rows: above them it is a caption,
// among them a row of one cell.
func (g *grid) betweenRows() {
	if len(g.rows) == 0 {
		before := len(g.pieces)
		g.flush()
		if len(g.pieces) > before {
			g.pieces[before].caption = g.pieces[before].kind == policy.Paragraph
		}
		return
	}
	if span := (policy.Span{Start: g.layout.start, End: len(g.out)}); span.Start < span.End {
		g.cutLink()
		g.endBlock()
		g.rows = append(g.rows, newRow([]policy.Span{span}))
	}
}

// carry keeps the next cell of the row for the rows below it.
func (g *grid) carry(c carry) {
	column := len(g.cells)
	if column >= maxColumns {
		return
	}
	for len(g.carried) <= column {
		g.carried = append(g.carried, carry{})
	}
	g.carried[column] = c
}

// put writes a cell and returns its span.
func (g *grid) put(write func()) policy.Span {
	before := len(g.out)
	if before > g.start {
		g.out = append(g.out, " | "...)
	}
	start := len(g.out)
	// The cell is a block of its own while it is written.
	row := g.start
	g.start = start
	g.spaced, g.breaks, g.strong = false, 0, 0
	write()
	g.start = row
	g.spaced, g.breaks, g.strong = false, 0, 0
	if len(g.out) == start {
		g.out = g.out[:before]
		start = before
	}
	return policy.Span{Start: start, End: len(g.out)}
}

func (g *grid) add(cell, head policy.Span, marked bool) {
	if len(g.cells) == maxCells {
		g.cells[maxCells-1].End = cell.End
		return
	}
	g.cells = append(g.cells, cell)
	g.head = append(g.head, head)
	if marked && cell.Start < cell.End {
		g.marked++
	}
}

// fill adds the cells of rows above that reach into the next columns.
func (g *grid) fill() {
	for column := len(g.cells); column < len(g.carried) && g.carried[column].rows > 0 && g.spare.cells > 0; column++ {
		c := &g.carried[column]
		c.rows--
		g.spare.cells--
		size := c.End - c.Start
		if size > min(maxRepeat, g.spare.bytes) {
			at := policy.Span{Start: len(g.out), End: len(g.out)}
			g.add(at, at, c.marked)
			continue
		}
		g.spare.bytes -= size
		span := g.put(func() { g.out = append(g.out, g.out[c.Start:c.End]...) })
		g.add(span, span, c.marked)
	}
}

// endRow ends the current row.
func (g *grid) endRow() {
	if len(g.cells) == 0 {
		return
	}
	g.fill()
	r := newRow(g.cells)
	if len(r.cells) > 0 {
		r.header = g.marked == r.filled()
		r.head = g.head
		g.rows = append(g.rows, r)
	} else {
		g.out = g.out[:g.layout.start]
	}
	g.endBlock()
	g.cells, g.head, g.marked = nil, nil, 0
}
