package policy

import (
	"errors"
	"fmt"
	"slices"
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
	quotes []string // the text at each of its spans
}

// NewEvidence returns the evidence that f points at in text.
func NewEvidence(text string, f Finding) (Evidence, error) {
	quotes := make([]string, len(f.Spans))
	for i, s := range f.Spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End {
			return Evidence{}, fmt.Errorf("evidence span %d:%d is empty or outside of the text of %d bytes", s.Start, s.End, len(text))
		}
		quotes[i] = s.Of(text)
	}
	return newEvidence(f, quotes)
}

// RestoreEvidence returns evidence that a store kept: the finding and the
// quote of each of its spans. Stores use it where the text is not at hand.
func RestoreEvidence(f Finding, quotes []string) (Evidence, error) {
	if len(quotes) != len(f.Spans) {
		return Evidence{}, fmt.Errorf("evidence with %d spans and %d quotes", len(f.Spans), len(quotes))
	}
	for i, s := range f.Spans {
		if s.Start < 0 || s.Start >= s.End || s.End-s.Start != len(quotes[i]) {
			return Evidence{}, fmt.Errorf("evidence span %d:%d does not fit its quote of %d bytes", s.Start, s.End, len(quotes[i]))
		}
	}
	return newEvidence(f, slices.Clone(quotes))
}

// newEvidence returns evidence that owns its quotes, which fit the spans of f,
// and a copy of the spans, so that nobody can take them apart afterwards.
func newEvidence(f Finding, quotes []string) (Evidence, error) {
	f.Spans = slices.Clone(f.Spans)
	e := Evidence{f: f, quotes: quotes}
	if err := e.valid(); err != nil {
		return Evidence{}, err
	}
	return e, nil
}

func (e Evidence) valid() error {
	for i, q := range e.quotes {
		if s := e.f.Spans[i]; !utf8.ValidString(q) {
			return fmt.Errorf("evidence span %d:%d cuts a character", s.Start, s.End)
		}
	}
	switch {
	case len(e.quotes) == 0:
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
func (e Evidence) Quote() string {
	if len(e.quotes) == 0 {
		return ""
	}
	return e.quotes[0]
}

// Quotes returns the words at each span: the quote first, then those of its
// lead-in, heading or table header. It must not be modified.
func (e Evidence) Quotes() []string { return e.quotes }

// Span returns the place of the quote in the text of the version.
func (e Evidence) Span() Span {
	if len(e.f.Spans) == 0 {
		return Span{}
	}
	return e.f.Spans[0]
}

// Finding returns what the evidence was built from. Its spans must not be modified.
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
