package policy

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// A Method tells how evidence was found.
type Method string

const (
	ByRule   Method = "rule"
	ByModel  Method = "model"
	ByImport Method = "import"
)

// A Finding is what NewEvidence needs to know beside the text.
type Finding struct {
	// Spans are the places that show the fact: the first holds the fact itself,
	// further ones its lead-in, heading or table header.
	Spans []Span
	// Party is the name of the recipient or source as the text writes it, or "".
	Party  string
	Method Method
	// Rule names the rule or model that found it.
	Rule string
	// Confidence is the estimated probability, from 0 to 1, that the fact is right.
	Confidence float64
}

// Evidence shows that a version of a policy states a practice. Its quote is
// always the text at its first span; evidence that is not cannot be built.
type Evidence struct {
	f      Finding
	quote  string
	quotes []string // of the further spans
}

// NewEvidence returns the evidence that f points at in text.
func NewEvidence(text string, f Finding) (Evidence, error) {
	e := Evidence{f: f}
	for i, s := range f.Spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End {
			return Evidence{}, fmt.Errorf("evidence span %d:%d is empty or outside of the text of %d bytes", s.Start, s.End, len(text))
		}
		q := s.Of(text)
		if !utf8.RuneStart(q[0]) || !utf8.ValidString(q) {
			return Evidence{}, fmt.Errorf("evidence span %d:%d cuts a character", s.Start, s.End)
		}
		if i == 0 {
			e.quote = q
		} else {
			e.quotes = append(e.quotes, q)
		}
	}
	return e, e.valid()
}

// RestoreEvidence returns evidence that a store kept: the finding and the
// quote of each of its spans. Stores use it where the text is not at hand.
func RestoreEvidence(f Finding, quotes []string) (Evidence, error) {
	if len(quotes) != len(f.Spans) || len(quotes) == 0 {
		return Evidence{}, fmt.Errorf("evidence with %d spans and %d quotes", len(f.Spans), len(quotes))
	}
	for i, s := range f.Spans {
		if s.End-s.Start != len(quotes[i]) {
			return Evidence{}, fmt.Errorf("evidence span %d:%d does not fit its quote of %d bytes", s.Start, s.End, len(quotes[i]))
		}
	}
	e := Evidence{f: f, quote: quotes[0], quotes: quotes[1:]}
	return e, e.valid()
}

func (e Evidence) valid() error {
	switch {
	case len(e.f.Spans) == 0 || e.quote == "":
		return errors.New("evidence without a quote")
	case e.f.Confidence < 0 || e.f.Confidence > 1 || e.f.Confidence != e.f.Confidence:
		return fmt.Errorf("evidence with confidence %v, want 0 to 1", e.f.Confidence)
	case e.f.Rule == "":
		return errors.New("evidence that names no rule or model")
	}
	switch e.f.Method {
	case ByRule, ByModel, ByImport:
		return nil
	}
	return fmt.Errorf("evidence with unknown method %q", e.f.Method)
}

// Quote returns the words of the text that show the fact.
func (e Evidence) Quote() string { return e.quote }

// Quotes returns the words at each span: the quote first, then those of its
// lead-in, heading or table header.
func (e Evidence) Quotes() []string {
	return append([]string{e.quote}, e.quotes...)
}

// Span returns the place of the quote in the text of the version.
func (e Evidence) Span() Span {
	if len(e.f.Spans) == 0 {
		return Span{}
	}
	return e.f.Spans[0]
}

// Finding returns what the evidence was built from.
func (e Evidence) Finding() Finding { return e.f }

// ID identifies the evidence within the graph: the same finding of the same
// practice in the same version has the same ID.
func (e Evidence) ID(practiceKey, versionID string) string {
	parts := []string{"evidence", practiceKey, versionID}
	for _, s := range e.f.Spans {
		parts = append(parts, fmt.Sprintf("%d:%d", s.Start, s.End))
	}
	return digest(append(parts, e.f.Party)...)
}
