package pdf

import (
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/responses"
)

// A line is a piece of text on one line of a page, with its box in points from
// the lower left corner of the page.
type line struct {
	text                     string
	left, right, top, bottom float64
	size                     float64 // of the font, in points
	bold                     bool    // all of it
}

// A page is its lines in the order of the file, which is nearly always the
// order of reading.
type page []line

// runOf returns a run of characters in one font as a line.
func runOf(r *responses.GetPageTextStructuredRect) line {
	l := line{
		text: clean(r.Text),
		left: r.PointPosition.Left, right: r.PointPosition.Right, top: r.PointPosition.Top, bottom: r.PointPosition.Bottom,
	}
	l.size = l.top - l.bottom
	if f := r.FontInformation; f != nil {
		if f.Size > 1 { // else the size is in the matrix of the text
			l.size = f.Size
		}
		l.bold = f.Weight >= 600 || strings.Contains(strings.ToLower(f.Name), "bold")
	}
	return l
}

// clean makes what PDFium writes for a hyphen at the end of a line a hyphen, and
// drops other characters without a shape.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\x02', r == '\ufffe':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, text)
}

// add appends a run to the last line, if it goes on on it, else as a new line.
func (p page) add(run line) page {
	if strings.TrimSpace(run.text) == "" {
		return p
	}
	if len(p) == 0 || !p[len(p)-1].goesOn(run) {
		return append(p, run)
	}
	last := &p[len(p)-1]
	last.text = joinRuns(*last, run)
	last.right = max(last.right, run.right)
	last.top, last.bottom = max(last.top, run.top), min(last.bottom, run.bottom)
	last.size, last.bold = max(last.size, run.size), last.bold && run.bold
	return p
}

// bar parts the cells of a row.
const bar = " | "

// joinRuns joins two runs on a line: by a bar where the gap is that of cells, by
// a space where there is a gap.
func joinRuns(left, right line) string {
	gap := right.left - left.right
	switch {
	case gap > 2*right.size:
		return strings.TrimRight(left.text, " ") + bar + strings.TrimLeft(right.text, " ")
	case gap > 0.15*right.size && !strings.HasSuffix(left.text, " ") && !strings.HasPrefix(right.text, " "):
		return left.text + " " + right.text
	}
	return left.text + right.text
}

// goesOn reports whether run stands to the right of l on the same line.
func (l line) goesOn(run line) bool {
	overlap := min(l.top, run.top) - max(l.bottom, run.bottom)
	return overlap > 0.5*min(l.top-l.bottom, run.top-run.bottom) && run.left > l.right-run.size
}
