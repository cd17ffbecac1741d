package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// A token is a word of the text: a run of letters and digits at its byte
// offsets. word is the number of its folded form in the lexicon, 0 if no
// pattern uses it.
type token struct {
	policy.Span
	word uint32
	// breaks reports whether punctuation that no phrase crosses stands before
	// the token: a comma, full stop, bracket, cell border or empty line.
	breaks bool
	// upper reports whether the word begins with a capital letter.
	upper bool
}

// wordByte folds ASCII letters and digits; 0 is no part of a word.
var wordByte = func() (t [utf8.RuneSelf]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	return t
}()

// tokenize appends the tokens of text[s.Start:s.End] to out. Addresses (URLs,
// the targets of Markdown links, e-mails) have none.
func (d *dict) tokenize(text string, s policy.Span, out []token) []token {
	var scratch [64]byte
	breaks, from := true, len(out)
	for i := s.Start; i < s.End; {
		if skip := addressLen(text[i:s.End]); skip > 0 {
			if text[i] == '@' {
				out = dropGlued(text, out, from, i)
			}
			i += skip
			continue
		}
		n := wordRuneLen(text[i:s.End])
		if n == 0 {
			r, size := utf8.DecodeRuneInString(text[i:s.End])
			breaks = breaks || breaksPhrase(r, text[i+size:s.End])
			i += size
			continue
		}
		t := token{Span: policy.Span{Start: i}, breaks: breaks}
		first, _ := utf8.DecodeRuneInString(text[i:])
		t.upper = unicode.IsUpper(first)
		word := scratch[:0]
		for ; n > 0; n = wordRuneLen(text[i:s.End]) {
			if n == 1 {
				word = append(word, wordByte[text[i]])
			} else {
				r, _ := utf8.DecodeRuneInString(text[i:])
				word = policy.AppendFold(word, r)
			}
			i += n
		}
		t.End = i
		t.word = d.words[string(word)]
		out = append(out, t)
		breaks = false
	}
	return out
}

// wordRuneLen returns the length of the letter, mark or digit at the start of s, or 0.
func wordRuneLen(s string) int {
	if s == "" {
		return 0
	}
	if s[0] < utf8.RuneSelf {
		if wordByte[s[0]] != 0 {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.IsDigit(r) {
		return n
	}
	return 0
}

// addressLen returns the length of the address at the start of s, or 0: a URL,
// the target of a Markdown link, the part of an e-mail address from the @ on.
func addressLen(s string) int {
	end := " \t\r\n|<>\"»)"
	switch s[0] {
	case 'h', 'H':
		if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
			return 0
		}
	case ']':
		if !strings.HasPrefix(s, "](") {
			return 0
		}
		if i := strings.IndexAny(s, ")\n"); i > 0 {
			return i // the closing bracket breaks no phrase of its own accord
		}
		return len(s)
	case '@':
	default:
		return 0
	}
	if i := strings.IndexAny(s, end); i >= 0 {
		return i
	}
	return len(s)
}

// dropGlued removes the tokens that stand before position at without a space
// between: the first part of an e-mail address.
func dropGlued(text string, out []token, from, at int) []token {
	for len(out) > from {
		last := out[len(out)-1]
		if strings.ContainsAny(text[last.End:at], " \t\r\n|<>([:;,") {
			break
		}
		at = last.Start
		out = out[:len(out)-1]
	}
	return out
}

// breaksPhrase reports whether no phrase crosses r, which rest follows. A full
// stop or slash inside a word ("U.S.", "and/or") and marks of emphasis are crossed.
func breaksPhrase(r rune, rest string) bool {
	switch r {
	case ',', ';', ':', '(', ')', '|', '!', '?', '…', '•', '«', '»':
		return true
	case '.':
		return wordRuneLen(rest) == 0
	case '\n':
		return strings.HasPrefix(strings.TrimLeft(rest, " \t\r"), "\n")
	}
	return false
}
