package document

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseErrors(t *testing.T) {
	logo := "![Logo](data:image/svg+xml;base64," + strings.Repeat("QUJD", 2000) + ")"
	for _, tt := range []struct {
		name, data, mediaType string
		want                  error
		says                  string // what to do
	}{
		{"too large", strings.Repeat("a", MaxBytes+1), PlainText, ErrTooLarge, "16 MiB"},
		{"NUL in text", "We collect\x00 data.", PlainText, ErrBinary, "give HTML, Markdown or plain text"},
		{"NUL in HTML", "<p>We collect\x00 data.", HTML, ErrBinary, "give HTML"},
		{"control characters", strings.Repeat("\x01\x02abc", 100), Markdown, ErrBinary, "give HTML"},
		{"PNG without a type", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "", ErrBinary, "give HTML"},
		{"nothing", "", PlainText, ErrEmpty, "give the page"},
		{"blank", " \n\t\u200b\u00a0\n", Markdown, ErrEmpty, "give the page"},
		{"marks", "---\n\n* * *\n\n| | |\n", Markdown, ErrEmpty, "give the page"},
		{"a picture", logo, Markdown, ErrEmpty, "not only pictures"},
		{"scripts", "<html><head><title>Privacy</title></head><body><div id=root></div><script>render()</script></body></html>", HTML, ErrEmpty, "scripts"},
		{"PDF", "%PDF-1.7", PDF, ErrUnsupported, "application/pdf"},
		{"image", "GIF89a", "image/gif", ErrUnsupported, "image/gif"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse([]byte(tt.data), tt.mediaType)
			if d != nil || !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Parse = %v, %v, want %v that says %q", d, err, tt.want, tt.says)
			}
		})
	}
}

func TestLargestDocument(t *testing.T) {
	line := "We keep your address for one year. "
	text := strings.Repeat(line, MaxBytes/len(line))
	text += strings.Repeat(" ", MaxBytes-len(text))
	d, err := Parse([]byte(text), PlainText)
	if err != nil || len(d.Blocks) != 1 || d.Language != "en" {
		t.Fatalf("one line of 16 MiB: %v", err)
	}
}

// What a server says about the characters counts only where the bytes are no UTF-8.
func TestEncodings(t *testing.T) {
	const page = "<p>Durée de conservation : dès l’été, « trois ans »</p>"
	const want = "Durée de conservation : dès l’été, « trois ans »"
	utf16 := []byte("\xff\xfe")
	for _, r := range page {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	latin := []byte(page)
	for from, to := range map[string]string{"é": "\xe9", "è": "\xe8", "’": "\x92", "«": "\xab", "»": "\xbb"} {
		latin = bytes.ReplaceAll(latin, []byte(from), []byte(to))
	}
	for _, tt := range []struct {
		name, mediaType string
		data            []byte
	}{
		{"UTF-8", "text/html; charset=utf-8", []byte(page)},
		{"UTF-8 that is called Latin-1", "text/html; charset=iso-8859-1", []byte(page)},
		{"UTF-8 with a mark", HTML, []byte("\ufeff" + page)},
		{"UTF-16 with a mark", HTML, utf16},
		{"Latin-1 by the server", "text/html; charset=iso-8859-1", latin},
		{"Latin-1 by the page", "TEXT/HTML", append([]byte("<meta charset=windows-1252>"), latin...)},
		{"XHTML", "application/xhtml+xml", []byte(page)},
		{"a guess", "", []byte("<!doctype html>" + page)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse(tt.data, tt.mediaType)
			if err != nil || d.Text != want {
				t.Errorf("text %q, %v, want %q", d.Text, err, want)
			}
		})
	}
}

// Invalid bytes are replaced once, before anything counts offsets.
func TestInvalidUTF8(t *testing.T) {
	for _, mediaType := range []string{Markdown, PlainText} {
		d, err := Parse([]byte("A \xff\xfe\xfd mark.\n\nB \xc3\n"), mediaType)
		if err != nil {
			t.Fatal(err)
		}
		if want := "A \uFFFD mark.\n\nB \uFFFD\n"; d.Text != want || !utf8.ValidString(d.Text) {
			t.Errorf("text %q, want %q", d.Text, want)
		}
		if got := d.Blocks[1].Of(d.Text); got != "B \uFFFD" {
			t.Errorf("second block %q", got)
		}
	}
}

func TestTitle(t *testing.T) {
	for _, tt := range []struct{ markdown, want string }{
		{"# **Privacy** [Policy](https://a.example)\n\ntext", "Privacy Policy"},
		{"## Contents\n\n# Privacy\\_Policy\n\n# Other", "Privacy_Policy"},
		{"Privacy\u00a0 policy\n\nWe collect data.", "Privacy policy"},
		{strings.Repeat("We collect data. ", 20), ""},
		{strings.Repeat("text.\n\n", 20) + "# Late", "Late"},
		{"snake_case policy", "snake_case policy"},
	} {
		d, err := Parse([]byte(tt.markdown), Markdown)
		if err != nil {
			t.Fatal(err)
		}
		if got := Title(d); got != tt.want {
			t.Errorf("Title of %.40q = %q, want %q", tt.markdown, got, tt.want)
		}
	}
}

func TestMediaType(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"a.html", "", HTML}, {"A.HTM", "", HTML}, {"a.xhtml", "", HTML}, {"dir.md/a.markdown", "", Markdown}, {"a.md", "<p>", Markdown},
		{"a.txt", "# x", PlainText}, {"a.pdf", "", PDF},
		{"a", "%PDF-1.4", PDF}, {"a.php", "  <!DOCTYPE html><p>x", HTML}, {"", "\ufeff<div>x</div>", HTML}, {"", "<?xml version='1.0'?><html/>", HTML},
		{"", "text\n\n## Cookies\n", Markdown}, {"", "Privacy\n=======\n", Markdown}, {"", "see [us](x)", Markdown}, {"", "**Bold**", Markdown},
		{"", "a < b and c > d", PlainText}, {"", "", PlainText}, {"", "= 5", PlainText},
	} {
		if got := MediaType(tt.name, []byte(tt.data)); got != tt.want {
			t.Errorf("MediaType(%q, %q) = %s, want %s", tt.name, tt.data, got, tt.want)
		}
	}
}
