package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// termOf returns term and description of a paragraph such as
// "**Cookies**: small files" or "Legal basis: consent", or nil. The first bold
// bytes of the paragraph are in bold.
func termOf(text string, span policy.Span, bold int) []policy.Span {
	s := span.Of(text)
	if bold == 0 {
		bold = boldTerm(s)
	}
	n, skip := 0, 0
	if bold > 0 && bold <= 120 {
		n, skip = separated(s, bold)
	}
	if n == 0 {
		n, skip = plainTerm(s)
	}
	if n == 0 {
		return nil
	}
	term := trim(text, policy.Span{Start: span.Start, End: span.Start + n})
	description := trim(text, policy.Span{Start: span.Start + n + skip, End: span.End})
	if term.Start == term.End || description.Start == description.End {
		return nil
	}
	return []policy.Span{term, description}
}

// boldTerm returns the length of the bold Markdown that s begins with.
func boldTerm(s string) int {
	if !strings.HasPrefix(s, "**") && !strings.HasPrefix(s, "__") {
		return 0
	}
	i := strings.Index(s[2:min(len(s), 120)], s[:2])
	if i <= 0 {
		return 0
	}
	return i + 4
}

// separated returns the length of the term that the first n bytes of s are, and
// of what parts it from its description; or 0 if nothing does.
func separated(s string, n int) (term, skip int) {
	if strings.HasSuffix(strings.TrimRight(s[:n], "*_ \u00a0"), ":") {
		return n, 0
	}
	rest := strings.TrimLeft(s[n:], " \u00a0")
	for _, separator := range []string{":", "–", "—", "- "} {
		if strings.HasPrefix(rest, separator) {
			return n, len(s) - n - len(rest) + len(separator)
		}
	}
	return 0, 0
}

// openers are the first words by which a clause before a colon is a sentence, not a term.
var openers = map[string]bool{
	"we": true, "you": true, "they": true, "it": true, "this": true, "these": true, "please": true, "for": true, "in": true, "if": true, "when": true, "to": true,
	"nous": true, "vous": true, "il": true, "elle": true, "ils": true, "elles": true, "ces": true, "ce": true, "cette": true, "pour": true, "si": true,
	"wir": true, "sie": true, "diese": true, "dieser": true, "wenn": true, "für": true,
}

// plainTerm is separated for a term without emphasis: up to four words that
// begin with a capital, and a colon.
func plainTerm(s string) (n, skip int) {
	head := s[:min(len(s), 60)]
	n = strings.IndexByte(head, ':')
	if n <= 0 || n+1 >= len(s) || s[n+1] != ' ' {
		return 0, 0
	}
	words := strings.Fields(s[:n])
	if len(words) == 0 || len(words) > 4 || openers[strings.ToLower(words[0])] || strings.ContainsAny(s[:n], ".!?;|[(") {
		return 0, 0
	}
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(words[0], "\"«“*_")); !unicode.IsUpper(first) {
		return 0, 0
	}
	return n, 1
}
