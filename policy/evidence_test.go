package policy

import (
	"math"
	"slices"
	"strings"
	"testing"
)

const prose = "Sécurité. We share your e-mail with Acme Ltd."

// found returns the finding of the words in the text; the first are the fact.
func found(t testing.TB, text string, words ...string) Finding {
	t.Helper()
	f := Finding{Method: ByRule, Rule: "test", Confidence: 0.5}
	for _, w := range words {
		start := strings.Index(text, w)
		if start < 0 {
			t.Fatalf("%q is not in the text", w)
		}
		f.Spans = append(f.Spans, Span{start, start + len(w)})
	}
	return f
}

// evidenceAt returns evidence for the words in the text.
func evidenceAt(t testing.TB, text string, words ...string) Evidence {
	t.Helper()
	e, err := NewEvidence(text, found(t, text, words...))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestNewEvidence(t *testing.T) {
	e := evidenceAt(t, prose, "your e-mail", "Sécurité")
	if got, want := e.Quotes(), []string{"your e-mail", "Sécurité"}; !slices.Equal(got, want) {
		t.Errorf("quotes %q, want %q", got, want)
	}
	if e.Quote() != "your e-mail" || e.Span().Of(prose) != e.Quote() {
		t.Errorf("quote %q at %q", e.Quote(), e.Span().Of(prose))
	}
	if got := (Evidence{}); got.Quote() != "" || got.Span() != (Span{}) || got.valid() == nil {
		t.Errorf("the zero value is evidence: %+v", got)
	}
}

func TestInvalidEvidence(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*Finding)
		want  string // in the error
	}{
		{"no span", func(f *Finding) { f.Spans = nil }, "without a quote"},
		{"empty span", func(f *Finding) { f.Spans = []Span{{3, 3}} }, "empty or outside"},
		{"reversed span", func(f *Finding) { f.Spans = []Span{{5, 3}} }, "empty or outside"},
		{"before the text", func(f *Finding) { f.Spans = []Span{{-1, 3}} }, "empty or outside"},
		{"after the text", func(f *Finding) { f.Spans = []Span{{0, len(prose) + 1}} }, "empty or outside"},
		{"begins in a character", func(f *Finding) { f.Spans = []Span{{2, 5}} }, "cuts a character"},
		{"ends in a character", func(f *Finding) { f.Spans = []Span{{0, 2}} }, "cuts a character"},
		{"further span is empty", func(f *Finding) { f.Spans = append(f.Spans, Span{7, 7}) }, "empty or outside"},
		{"further span cuts", func(f *Finding) { f.Spans = append(f.Spans, Span{0, 2}) }, "cuts a character"},
		{"confidence below 0", func(f *Finding) { f.Confidence = -0.1 }, "confidence"},
		{"confidence above 1", func(f *Finding) { f.Confidence = 1.1 }, "confidence"},
		{"confidence is no number", func(f *Finding) { f.Confidence = math.NaN() }, "confidence"},
		{"no rule", func(f *Finding) { f.Rule = "" }, "no rule"},
		{"no method", func(f *Finding) { f.Method = "" }, "unknown method"},
		{"unknown method", func(f *Finding) { f.Method = "guess" }, "unknown method"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := found(t, prose, "e-mail")
			tt.spoil(&f)
			e, err := NewEvidence(prose, f)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if e.valid() == nil {
				t.Errorf("got evidence %+v beside the error", e)
			}
		})
	}
}

// A caller that goes on to use its slices must not take evidence apart.
func TestEvidenceKeepsItsSpans(t *testing.T) {
	f := found(t, prose, "e-mail")
	e, err := NewEvidence(prose, f)
	if err != nil {
		t.Fatal(err)
	}
	quotes := []string{"e-mail"}
	restored, err := RestoreEvidence(f, quotes)
	if err != nil {
		t.Fatal(err)
	}
	f.Spans[0], quotes[0] = Span{0, 3}, "another"
	for _, e := range []Evidence{e, restored} {
		if e.Span().Of(prose) != "e-mail" || e.Quote() != "e-mail" {
			t.Errorf("evidence became %q at %q", e.Quote(), e.Span().Of(prose))
		}
	}
}

func TestRestoreEvidence(t *testing.T) {
	e := evidenceAt(t, prose, "e-mail", "Sécurité")
	restored, err := RestoreEvidence(e.Finding(), e.Quotes())
	if err != nil {
		t.Fatal(err)
	}
	if restored.ID("p", "v") != e.ID("p", "v") || !slices.Equal(restored.Quotes(), e.Quotes()) {
		t.Errorf("restored %+v, want %+v", restored, e)
	}
	for _, tt := range []struct {
		name   string
		spans  []Span
		quotes []string
	}{
		{"nothing", nil, nil},
		{"no quotes", []Span{{0, 3}}, nil},
		{"more quotes than spans", []Span{{0, 3}}, []string{"abc", "def"}},
		{"more spans than quotes", []Span{{0, 3}, {3, 6}}, []string{"abc"}},
		{"another length", []Span{{0, 3}}, []string{"abcd"}},
		{"negative", []Span{{-3, 0}}, []string{"abc"}},
		{"empty", []Span{{3, 3}}, []string{""}},
		{"empty further span", []Span{{0, 3}, {3, 3}}, []string{"abc", ""}},
		{"half a character", []Span{{0, 1}}, []string{"\xc3"}},
	} {
		f := e.Finding()
		f.Spans = tt.spans
		if got, err := RestoreEvidence(f, tt.quotes); err == nil || got.valid() == nil {
			t.Errorf("%s: restored %+v, error %v", tt.name, got, err)
		}
	}
	f := e.Finding()
	f.Rule = ""
	if _, err := RestoreEvidence(f, e.Quotes()); err == nil {
		t.Error("restored evidence that names no rule")
	}
}

func TestEvidenceID(t *testing.T) {
	f := found(t, prose, "e-mail", "Sécurité")
	f.Party = "Acme Ltd"
	id := func(change func(*Finding), practice, version string) string {
		g := f
		g.Spans = slices.Clone(f.Spans)
		change(&g)
		e, err := NewEvidence(prose, g)
		if err != nil {
			t.Fatal(err)
		}
		return e.ID(practice, version)
	}
	same := func(*Finding) {}
	base := id(same, "p", "v")
	for name, got := range map[string]string{
		"confidence": id(func(f *Finding) { f.Confidence = 1 }, "p", "v"),
		"rule":       id(func(f *Finding) { f.Rule = "another" }, "p", "v"),
		"method":     id(func(f *Finding) { f.Method = ByModel }, "p", "v"),
	} {
		if got != base {
			t.Errorf("another %s gives another ID", name)
		}
	}
	for name, got := range map[string]string{
		"practice":   id(same, "q", "v"),
		"version":    id(same, "p", "w"),
		"party":      id(func(f *Finding) { f.Party = "Acme" }, "p", "v"),
		"place":      id(func(f *Finding) { f.Spans[0].End-- }, "p", "v"),
		"lead-in":    id(func(f *Finding) { f.Spans = f.Spans[:1] }, "p", "v"),
		"boundaries": id(same, "pv", ""),
	} {
		if got == base {
			t.Errorf("another %s gives the same ID", name)
		}
	}
}

func FuzzNewEvidence(f *testing.F) {
	f.Add(prose, 0, 9, 12, 20)
	f.Add("é", 0, 1, 0, 2)
	f.Add("", 0, 0, -1, 1)
	f.Fuzz(func(t *testing.T, text string, start, end, start2, end2 int) {
		finding := Finding{Spans: []Span{{start, end}, {start2, end2}}, Method: ByRule, Rule: "fuzz"}
		e, err := NewEvidence(text, finding)
		if err != nil {
			return
		}
		for i, s := range finding.Spans {
			if e.Quotes()[i] != text[s.Start:s.End] || s.Start == s.End {
				t.Errorf("quote %q is not the text at %d:%d", e.Quotes()[i], s.Start, s.End)
			}
		}
		if _, err := RestoreEvidence(e.Finding(), e.Quotes()); err != nil {
			t.Errorf("cannot be restored: %v", err)
		}
	})
}
