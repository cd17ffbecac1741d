package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// write makes a PDF file of a layout: a line of text per line, "SIZE X Y TEXT"
// in points from the lower left corner, with ! before the size for bold; an
// empty line ends a page.
func write(t testing.TB, layout string) []byte {
	t.Helper()
	var pages []string
	for text := range strings.SplitSeq(strings.TrimSpace(layout), "\n\n") {
		var content strings.Builder
		for l := range strings.Lines(text) {
			l = strings.TrimRight(l, "\n")
			l, bold := strings.CutPrefix(l, "!")
			field := strings.SplitN(l, " ", 4)
			if len(field) < 4 {
				t.Fatalf("layout: %q is not SIZE X Y TEXT", l)
			}
			font := map[bool]string{false: "F1", true: "F2"}[bold]
			fmt.Fprintf(&content, "BT /%s %s Tf %s %s Td (%s) Tj ET\n", font, field[0], field[1], field[2], winAnsi(field[3]))
		}
		pages = append(pages, content.String())
	}
	return file(pages)
}

// winAnsi encodes text as the inside of a PDF string.
func winAnsi(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '•':
			b.WriteString(`\225`)
		case strings.ContainsRune(`()\`, r):
			b.WriteString(`\` + string(r))
		case r < 0x80:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\%03o`, r)
		}
	}
	return b.String()
}

// file makes a PDF file of the contents of its pages.
func file(pages []string) []byte {
	var kids []string
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
	}
	for _, content := range pages {
		n := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>", n+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}
