package document

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"policygraph/policy"
)

// A hostile document is a head, a part that is repeated to about a megabyte,
// and a tail.
type hostile struct {
	name, mediaType  string
	head, part, tail string
}

var hostiles = []hostile{
	{"nested elements", HTML, "", "<div>x", ""},
	{"nested lists", HTML, "", "<ul><li>x", ""},
	{"nested definition lists", HTML, "", "<dl><dt>x<dd>y", ""},
	{"nested details", HTML, "", "<details><summary>x</summary>y", ""},
	{"nested summaries", HTML, "", "<details><summary>x", ""},
	{"nested tables", HTML, "", "<table><tr><td>x<td>y", ""},
	{"nested links", HTML, "", "<a href=x>x", ""},
	{"nested bold", HTML, "", "<b>x ", ""},
	{"nested menus", HTML, "", "<nav>x", ""},
	{"headings without end", HTML, "", "<h1>x<p>y", ""},
	{"ends without beginning", HTML, "", "<p>x</div></span></table>", ""},
	{"a row of many cells", HTML, "<table><tr>", "<td>x", ""},
	{"cells over many columns", HTML, "<table>", "<tr><td colspan=1000>x<td colspan=1000>y<td rowspan=1000 colspan=1000>z", ""},
	{"many tall cells", HTML, "", "<table><tr><td rowspan=1000>" + strings.Repeat("x", 150) + strings.Repeat("<td rowspan=1000>y", 50) + strings.Repeat("<tr><td>", 20) + "</table>", ""},
	{"many attributes", HTML, "<p ", "a=b ", ">x</p>"},
	{"many names", HTML, "<div class='", "nav cookie banner ", "'>x</div>"},
	{"entities", HTML, "<p>", "&amp;&#120;&lt;", ""},
	{"a comment without end", HTML, "x<!--", "x", ""},
	{"paragraphs that announce", HTML, "", "<p>x:</p>", ""},
	{"lines that go on", HTML, "", "<p>" + strings.Repeat("abcde ", 20) + "</p>", ""},
	{"links before content", HTML, "", "<p><a href=x>x</a></p>", "<p>y"},
	{"one line", Markdown, "", "lorem ipsum ", ""},
	{"one word", Markdown, "", "x", ""},
	{"open brackets", Markdown, "", "[", ""},
	{"open links", Markdown, "", "[x](", ""},
	{"open links and brackets", Markdown, "", "[[[x]](((", ""},
	{"addresses", Markdown, "", "https://", ""},
	{"emphasis", Markdown, "", "**x** ", ""},
	{"bullets", Markdown, "", "* ", "x"},
	{"empty items", Markdown, "x\n", "*\n\n", ""},
	{"titles before blank lines", PlainText, "", "A title\n" + strings.Repeat("\n", 3000), ""},
	{"rows", Markdown, "", "| x | y |\n", ""},
	{"open rows", Markdown, "| a | b | c |\n|---|---|---|\n", "| x y\nz\nz\n\n", ""},
	{"captions", Markdown, "| a | b | c |\n|---|---|---|\n", "| x |\n", ""},
	{"tabs", PlainText, "", "a\t", ""},
	{"rows of tabs", PlainText, "", "a\tb\na\tb\tc\n", ""},
	{"headings", Markdown, "", "# x\n## y\n### z\n", ""},
	{"numbers", PlainText, "", "1.1.1.1 Xyz\n", ""},
	{"quotations", Markdown, "", "> ", "x"},
	{"announcements", Markdown, "", "x:\n\n", ""},
	{"carriage returns", Markdown, "", "x\r", ""},
	{"characters without a shape", Markdown, "", "\u200b", "x"},
}

// The time for hostile documents is linear in their size, and what comes out
// keeps the promises of a document.
func TestHostile(t *testing.T) {
	for _, tt := range hostiles {
		t.Run(tt.name, func(t *testing.T) {
			// What is quadratic in a megabyte runs into the time-out of go test.
			size := 1_000_000
			if testing.Short() {
				size /= 10
			}
			page := tt.head + strings.Repeat(tt.part, size/len(tt.part)) + tt.tail
			d, err := Parse([]byte(page), tt.mediaType)
			if err != nil && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrEmpty) {
				t.Fatal(err)
			}
			if err == nil {
				if err := check(d); err != nil {
					t.Error(err)
				}
				if len(d.Text) > 4*len(page)+2*maxCarried {
					t.Errorf("%d bytes became %d", len(page), len(d.Text))
				}
			}
		})
	}
}

// Depth costs no stack and loses no text.
func TestDeepPage(t *testing.T) {
	const depth = 10_000
	page := strings.Repeat("<div><b><ul><li>", depth) + "We sell nothing." + strings.Repeat("</li></ul></b></div>", depth) + "<p>Nor do we rent."
	d, err := Parse([]byte(page), HTML)
	if err != nil {
		t.Fatal(err)
	}
	if want := "We sell nothing.\n\nNor do we rent."; d.Text != want {
		t.Errorf("text %q, want %q", d.Text, want)
	}
}

// A document of more parts than memory should hold is refused before it holds them.
func TestTooManyParts(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: parses eight documents of half the size allowed")
	}
	for _, tt := range []struct{ mediaType, part string }{
		{HTML, "<p>x"}, {HTML, "<a href=x>x"}, {HTML, "<table><tr><td>x<td>y</table>"},
		{Markdown, "x\n\n"}, {Markdown, "* x\n"}, {Markdown, "|x|y\n"}, {PlainText, "Abc\n"}, {PlainText, "a\tb\n"},
	} {
		t.Run(fmt.Sprintf("%s %q", tt.mediaType, tt.part), func(t *testing.T) {
			page := []byte(strings.Repeat(tt.part, MaxBytes/2/len(tt.part)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Parse(page, tt.mediaType)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrTooLarge) {
				t.Errorf("err %v, want ErrTooLarge", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 {
				t.Errorf("%d MiB allocated on the way", used>>20)
			}
		})
	}
}

// Cells that span columns and rows stay under the right header up to the
// limits, and behind them nothing is lost.
func TestSpanBomb(t *testing.T) {
	page := "<table><tr><th>Data<th>Kept</tr>" + strings.Repeat("<tr><td colspan=100000>e-mail<td rowspan=100000>a year</tr>", 3000) + "</table>"
	d, err := Parse([]byte(page), HTML)
	if err != nil {
		t.Fatal(err)
	}
	rows, cells := 0, 0
	for _, b := range d.Blocks {
		if b.Kind == policy.TableRow && strings.Contains(b.Of(d.Text), "e-mail") && strings.Contains(b.Of(d.Text), "a year") {
			rows++
		}
		cells += len(b.Cells)
	}
	if rows != 3000 || cells > 2*(maxExpanded+6002) {
		t.Errorf("%d rows with both texts, want 3000; %d cells", rows, cells)
	}
}
