package document

import (
	"bytes"
	"net/http"
	"path"
	"strings"
)

// Media types of documents.
const (
	HTML      = "text/html"
	Markdown  = "text/markdown"
	PlainText = "text/plain"
	PDF       = "application/pdf"

	xhtml = "application/xhtml+xml"
)

// extensions gives the media type that a file's name promises.
var extensions = map[string]string{
	".html": HTML, ".htm": HTML, ".xhtml": HTML,
	".md": Markdown, ".markdown": Markdown,
	".txt": PlainText, ".text": PlainText,
	".pdf": PDF,
}

// MediaType returns the media type of a document: by the extension of its
// name, else by its content. It is [PlainText] where nothing speaks for another.
func MediaType(name string, data []byte) string {
	if t, ok := extensions[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	head := bytes.TrimLeft(data[:min(len(data), 4096)], "\ufeff \t\r\n\f")
	sniffed := essence(http.DetectContentType(head))
	switch {
	case sniffed == PDF || sniffed == HTML:
		return sniffed
	case sniffed == "text/xml" || bytes.HasPrefix(head, []byte("<")) && bytes.Contains(head, []byte("</")):
		return HTML
	case looksMarked(head):
		return Markdown
	}
	return PlainText
}

// looksMarked reports whether a text has the marks of Markdown: a marked
// heading, a link or bold.
func looksMarked(head []byte) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("# ")) || bytes.HasPrefix(line, []byte("## ")) || bytes.HasPrefix(line, []byte("**")) ||
			bytes.Contains(line, []byte("](")) || len(line) > 2 && (len(bytes.Trim(line, "=")) == 0 || bytes.HasPrefix(line, []byte("| --- |"))) {
			return true
		}
	}
	return false
}

// essence returns the type of a media type without its parameters, in lower case.
func essence(mediaType string) string {
	t, _, _ := strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(t))
}
