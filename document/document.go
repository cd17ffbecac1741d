// Package document turns the bytes of a published policy into a
// [policy.Document]: readable text cut into blocks that know their place in the
// layout. It reads HTML, Markdown and plain text.
//
// Whatever the bytes, reading them neither panics nor takes more than linear
// time, and the result keeps every promise of [policy.Document]: offsets are in
// range, on character boundaries and in the order of the text.
package document

import (
	"errors"
	"fmt"
	"strings"

	"policygraph/policy"
)

// MaxBytes is the size of the largest document that is read.
const MaxBytes = 16 << 20

// Why a document cannot be read.
var (
	ErrTooLarge    = errors.New("document is too large")
	ErrBinary      = errors.New("document is binary data or not in UTF-8: give HTML, Markdown or plain text")
	ErrEmpty       = errors.New("document has no text: give the page as a browser shows it, not only pictures or scripts")
	ErrUnsupported = errors.New("document type is not supported: give HTML, Markdown or plain text")
)

// Parse reads a document of the given media type; parameters such as charset
// are heeded, and "" means that the bytes tell the type. Its errors are
// [ErrTooLarge], [ErrBinary], [ErrEmpty] and [ErrUnsupported].
//
// The text of Markdown and plain text is the data itself with invalid UTF-8
// replaced, so that offsets are those of the file. The text of HTML is the
// blocks joined by a blank line, cells by " | ".
func Parse(data []byte, mediaType string) (*policy.Document, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: it has more than %d MiB; give only the part that is the policy", ErrTooLarge, MaxBytes>>20)
	}
	kind := essence(mediaType)
	if kind == "" {
		kind = MediaType("", data)
	}
	d, err := parse(data, kind, mediaType)
	if err != nil {
		return nil, err
	}
	setLanguages(d)
	return d, nil
}

func parse(data []byte, kind, mediaType string) (*policy.Document, error) {
	switch kind {
	case HTML, xhtml:
		page, err := decodeHTML(data, mediaType)
		if err != nil {
			return nil, err
		}
		return parseHTML(page)
	case Markdown, PlainText:
		text := strings.ToValidUTF8(string(data), "\uFFFD")
		if binary(text) {
			return nil, ErrBinary
		}
		return parseText(text, kind == PlainText)
	}
	return nil, fmt.Errorf("%w, not %s", ErrUnsupported, kind)
}

// Title returns the title of a document, without Markdown: of the headings at
// its beginning the first of the highest level, else its first heading, else
// its first block if that is short, else "".
func Title(d *policy.Document) string {
	const beginning, short = 10, 120 // blocks, bytes
	var title policy.Span
	level := 7
	for i, b := range d.Blocks {
		if i >= beginning && level < 7 {
			break
		}
		if b.Kind == policy.Heading && b.Level < level {
			title, level = b.Span, b.Level
		}
	}
	if level == 7 && len(d.Blocks) > 0 && d.Blocks[0].End-d.Blocks[0].Start <= short {
		title = d.Blocks[0].Span
	}
	return unmarked(title.Of(d.Text))
}

// binary reports whether data can be no text in an encoding that embeds ASCII:
// it has a NUL byte, or a tenth of its beginning is control characters.
func binary(data string) bool {
	if strings.IndexByte(data, 0) >= 0 {
		return true
	}
	head := data[:min(len(data), 4096)]
	controls := 0
	for _, c := range []byte(head) {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f {
			controls++
		}
	}
	return controls*10 > len(head)
}
