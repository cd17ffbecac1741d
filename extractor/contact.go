package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policygraph/policy"
)

// contacts finds the e-mail addresses to write to about privacy: those in a
// block, or under a heading, that speaks of privacy, rights or contact.
func (p *page) contacts(out *collector) {
	seen := map[string]bool{}
	for i := range p.blocks {
		b := &p.blocks[i]
		found := emails(p.Text, b.Span)
		if len(found) == 0 || !p.aboutPrivacy(b) {
			continue
		}
		for _, s := range found {
			address := s.Of(p.Text)
			if seen[strings.ToLower(address)] || authority(address) || unrelated(address) {
				continue
			}
			if e, ok := out.evidence(policy.Finding{Spans: []policy.Span{s}, Rule: "contact.email", Confidence: 0.85}); ok {
				seen[strings.ToLower(address)] = true
				out.reading.Contacts = append(out.reading.Contacts, policy.Contact{Email: address, Evidence: e})
			}
		}
	}
}

func (p *page) aboutPrivacy(b *block) bool {
	switch b.section {
	case "contact", "rights", "controller":
		return true
	}
	if b.has(topicClass, "privacy", 0, len(b.tokens)) || len(b.within(rightClass, 0, len(b.tokens))) > 0 {
		return true
	}
	return b.LeadIn >= 0 && p.blocks[b.LeadIn].has(topicClass, "privacy", 0, len(p.blocks[b.LeadIn].tokens))
}

// unrelated reports whether the address is for other matters than privacy by its name.
func unrelated(address string) bool {
	switch strings.ToLower(address[:strings.IndexByte(address, '@')]) {
	case "careers", "jobs", "career", "recrutement", "recruiting", "recruitment", "press", "presse", "media", "sales", "investors", "advertising", "abuse":
		return true
	}
	return false
}

// authority reports whether the address is that of a regulator.
func authority(address string) bool {
	domain := address[strings.IndexByte(address, '@')+1:]
	for _, d := range []string{"cnil.fr", "ico.org.uk", "ico.gov.uk", "dataprotection.ie", "datatilsynet.dk", "edoeb.admin.ch", "imy.se", "tietosuoja.fi", "europa.eu"} {
		if domain == d || strings.HasSuffix(domain, "."+d) {
			return true
		}
	}
	return strings.HasSuffix(domain, "example.com")
}

// emails returns the spans of e-mail addresses in text[s.Start:s.End].
func emails(text string, s policy.Span) []policy.Span {
	var out []policy.Span
	for at := s.Start; ; at++ {
		i := strings.IndexByte(text[at:s.End], '@')
		if i < 0 {
			return out
		}
		at += i
		start, end := at, at+1
		for start > s.Start && mailByte(text[start-1]) {
			start--
		}
		if path := strings.LastIndexByte(text[start:at], '/'); path >= 0 && !strings.HasSuffix(text[s.Start:start], "mailto:") {
			start += path + 1 // of a link that leads to an address: "https://example.org/dpo@example.org"
		}
		for end < s.End && (mailByte(text[end]) && text[end] != '~' && text[end] != '/' && text[end] != '_') {
			end++
		}
		end = at + 1 + len(strings.TrimRight(text[at+1:end], ".-"))
		start = at - len(strings.TrimLeft(text[start:at], "/_.-+"))
		domain := text[at+1 : end]
		dot := strings.LastIndexByte(domain, '.')
		if start < at && dot > 0 && len(domain)-dot > 2 && !strings.ContainsFunc(domain[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) }) {
			out = append(out, policy.Span{Start: start, End: end})
			at = end - 1
		}
	}
}

func mailByte(c byte) bool {
	return c < utf8.RuneSelf && wordByte[c] != 0 || strings.IndexByte("._%+-~/", c) >= 0
}
