package document

import (
	"slices"
	"strings"
	"unicode/utf8"

	"policygraph/policy"
)

// linkText adds the links of the Markdown in span: [text](address), <address>
// and addresses that stand in the text.
func (b *builder) linkText(span policy.Span) {
	const deepest = 32 // brackets that are open at once
	var open []int
	first := len(b.links)
	bare := 0 // addresses before it belong to a link already
	for i := span.Start; i < span.End; i++ {
		switch b.text[i] {
		case '\\':
			i++
		case '[':
			if len(open) == deepest {
				open = slices.Delete(open, 0, 1)
			}
			open = append(open, i)
		case ']':
			if len(open) == 0 {
				continue
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			url, end := target(b.text, i+1, span.End)
			if end == 0 {
				continue
			}
			b.link(policy.Span{Start: start + 1, End: i}, url)
			i, bare = end-1, end
		case ':':
			if i >= bare {
				if address := addressAt(b.text, i, max(span.Start, bare), span.End); address.End > 0 && len(open) == 0 {
					b.link(address, address.Of(b.text))
					i, bare = address.End-1, address.End
				}
			}
		}
	}
	slices.SortStableFunc(b.links[first:], func(x, y policy.Link) int { return x.Start - y.Start })
}

// link adds a link unless its text or address is blank.
func (b *builder) link(span policy.Span, url string) {
	if span = trim(b.text, span); span.Start < span.End && url != "" {
		b.links = append(b.links, policy.Link{Span: span, URL: url})
	}
}

// target reads the "(address "title")" of a link at pos and returns the address
// and where it ends, or 0.
func target(text string, pos, end int) (url string, next int) {
	const (
		longest = 4096
		deepest = 8 // so that an address is read a few times at most
	)
	if pos >= end || text[pos] != '(' {
		return "", 0
	}
	depth := 0
	for i := pos; i < min(end, pos+longest); i++ {
		switch text[i] {
		case '(':
			if depth++; depth > deepest {
				return "", 0
			}
		case ')':
			if depth--; depth == 0 {
				url, _, _ = strings.Cut(strings.TrimSpace(text[pos+1:i]), " ")
				return strings.Trim(url, "<>"), i + 1
			}
		case '\n':
			return "", 0
		}
	}
	return "", 0
}

// addressAt returns the span of the web address whose scheme ends at colon.
func addressAt(text string, colon, from, end int) policy.Span {
	if !strings.HasPrefix(text[colon:end], "://") {
		return policy.Span{}
	}
	head := strings.ToLower(text[max(from, colon-5):colon])
	scheme := "https"
	if !strings.HasSuffix(head, scheme) {
		if scheme = "http"; !strings.HasSuffix(head, scheme) {
			return policy.Span{}
		}
	}
	stop := colon + 3
	for stop < end && !strings.ContainsRune(" \t\r\n<>[]|\"`\u00a0", rune(text[stop])) && text[stop] < 0x80 {
		stop++
	}
	for stop > colon+3 && strings.ContainsRune(".,;:!?)'*_", rune(text[stop-1])) {
		stop--
	}
	if stop == colon+3 {
		return policy.Span{}
	}
	return policy.Span{Start: colon - len(scheme), End: stop}
}

// unmarked returns a line of Markdown as it reads: without emphasis, escapes and
// the addresses of links, and with white space collapsed.
func unmarked(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '*', '[', '`':
		case '_':
			if i > 0 && i+1 < len(s) && isAlnum(s[i-1]) && isAlnum(s[i+1]) {
				b.WriteByte(c)
			}
		case '\\':
			if i+1 < len(s) && s[i+1] < utf8.RuneSelf && !isAlnum(s[i+1]) {
				i++
			}
			b.WriteByte(s[i])
		case ']':
			if _, end := target(s, i+1, len(s)); end > 0 {
				i = end - 1
			}
		default:
			b.WriteByte(c)
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), blank), " ")
}
