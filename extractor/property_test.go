package extractor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"policygraph/document"
	"policygraph/policy"
)

// grounded fails unless everything that was found in the document is what the
// domain admits, with quotes that are the text at their place.
func grounded(t *testing.T, doc *policy.Document, c *collector) {
	t.Helper()
	for _, fault := range c.faults {
		t.Error(fault)
	}
	r := c.finish()
	check := func(e policy.Evidence) {
		t.Helper()
		f := e.Finding()
		if len(f.Spans) == 0 {
			t.Errorf("rule %s: evidence without a place", f.Rule)
			return
		}
		for _, s := range f.Spans {
			if s.Start < 0 || s.Start >= s.End || s.End > len(doc.Text) {
				t.Errorf("rule %s: place %v in a text of %d bytes", f.Rule, s, len(doc.Text))
			}
		}
		if got := f.Spans[0].Of(doc.Text); e.Quote() != got {
			t.Errorf("rule %s: quote %q, but the text has %q", f.Rule, e.Quote(), got)
		}
	}
	for _, p := range r.Practices {
		for _, e := range p.Evidence() {
			check(e)
		}
	}
	for _, right := range r.Rights {
		check(right.Evidence)
	}
	for _, contact := range r.Contacts {
		check(contact.Evidence)
	}
	if r.Controller != nil {
		check(r.Controller.Evidence)
	}
}

// TestGroundedCases holds for our own texts what TestGrounded holds for real ones.
func TestGroundedCases(t *testing.T) {
	x := newExtractor(t)
	for _, file := range cases(t) {
		doc := parse(t, file)
		grounded(t, doc, x.read(doc, Subject{}))
	}
}

// TestSameBytes reads every case several times at once: the same document gives
// the same reading, byte for byte, whatever else is read beside it.
func TestSameBytes(t *testing.T) {
	x := newExtractor(t)
	var wait sync.WaitGroup
	for _, file := range cases(t) {
		doc := parse(t, file)
		read := func() []byte {
			data, err := json.Marshal(goldenOf(x.Extract(doc, Subject{})))
			if err != nil {
				t.Error(err)
			}
			return data
		}
		want := read()
		for range 4 {
			wait.Go(func() {
				if got := read(); !bytes.Equal(got, want) {
					t.Errorf("%s: two readings differ:\n%s\n%s", file, want, got)
				}
			})
		}
	}
	wait.Wait()
}

// TestUnknownLanguage tells that a text in a language without rules is not assessed.
func TestUnknownLanguage(t *testing.T) {
	doc, err := document.Parse([]byte("Wir geben Ihre E-Mail-Adresse an Mailchimp weiter."), document.PlainText)
	if err != nil {
		t.Fatal(err)
	}
	doc.Language = "de"
	if r := newExtractor(t).Extract(doc, Subject{}); r.Assessed || len(r.Practices) > 0 {
		t.Errorf("got %+v, want a reading that is not assessed", r)
	}
}

// TestSubject tells that the company itself is no recipient, by whatever name.
func TestSubject(t *testing.T) {
	doc, err := document.Parse([]byte("# Sharing\n\nWe share your email address with Quillstone, with Quillstone Analytics and with Mailchimp."), document.Markdown)
	if err != nil {
		t.Fatal(err)
	}
	doc.Language = "en"
	r := newExtractor(t).Extract(doc, Subject{OrganizationID: "quillstone", Names: []string{"Quillstone"}})
	var got []string
	for _, p := range r.Practices {
		if id := p.Said().Recipient.Organization; id != "" {
			got = append(got, id)
		}
	}
	if strings.Join(got, " ") != "mailchimp" {
		t.Errorf("recipients %q, want mailchimp alone", got)
	}
}

// joinedCases returns our cases as one text of at least size bytes.
func joinedCases(t testing.TB, size int) *policy.Document {
	t.Helper()
	var text strings.Builder
	for text.Len() < size {
		for _, file := range cases(t) {
			if !strings.Contains(file, "/en/") || !strings.HasSuffix(file, ".md") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(data)
			text.WriteString("\n\n")
		}
	}
	doc, err := document.Parse([]byte(text.String()), document.Markdown)
	if err != nil {
		t.Fatal(err)
	}
	doc.Language = "en"
	return doc
}

// hard are texts that make a reader slow that looks at everything from
// everywhere: one sentence, one list of names, one row, one address after another.
var hard = map[string]string{
	"words":     "we share your email address with Stripe and ",
	"names":     "Quillstone Ltd, Marrowgate Inc, ",
	"items":     "- Stripe: we share your name for 3 years with them\n",
	"cells":     "| your email address for 3 years in Germany ",
	"addresses": "write to privacy@marrowgate.example about data. ",
	"negations": "not never unless except but we do not ",
	"dates":     "last updated 12 March 2024, ",
	"brackets":  "((Stripe (Stripe Inc.",
	"partners":  "these partners receive your name. - Stripe\n\n",
}

// BenchmarkHard reads texts that were made to be hard, of three sizes: what is
// linear reads as many bytes a second of each.
func BenchmarkHard(b *testing.B) {
	x := newExtractor(b)
	for _, size := range []int{16_000, 128_000, 1_024_000} {
		for name, piece := range hard {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				doc, err := document.Parse([]byte(strings.Repeat(piece, size/len(piece))), document.Markdown)
				if err != nil {
					b.Fatal(err)
				}
				doc.Language = "en"
				b.SetBytes(int64(len(doc.Text)))
				b.ReportAllocs()
				for b.Loop() {
					x.Extract(doc, Subject{})
				}
			})
		}
	}
}

// BenchmarkCases reads a text of ours of about a megabyte.
func BenchmarkCases(b *testing.B) {
	x, doc := newExtractor(b), joinedCases(b, 1<<20)
	b.SetBytes(int64(len(doc.Text)))
	b.ReportAllocs()
	for b.Loop() {
		x.Extract(doc, Subject{})
	}
}
