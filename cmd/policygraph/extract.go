package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"policygraph/document"
	"policygraph/extractor"
	"policygraph/policy"
)

// extract reads files and prints what they say. It touches no store.
func (p *program) extract(ctx context.Context, args []string) error {
	f := p.flags("extract")
	format := f.String("format", "table", "`table`, facts or practices; the last two are JSON Lines, one object per file")
	explain := f.Bool("explain", false, "show, per practice, the rule that found it and the words it rests on")
	files, err := p.parse(f, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("name at least one file")
	}
	var print func(id string, doc *policy.Document, r *policy.Reading) error
	switch {
	case *format == "facts":
		print = p.printFacts
	case *format == "practices":
		print = p.printPractices
	case *format != "table":
		return usagef("--format %q: choose table, facts or practices", *format)
	case *explain:
		print = p.printExplained
	default:
		print = p.printTable
	}
	x, err := extractor.New()
	if err != nil {
		return err
	}
	failed := 0
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, err := p.readDocument(ctx, file)
		if err != nil {
			failed++
			fmt.Fprintf(p.stderr, "%v\n", err)
			continue
		}
		r := x.Extract(doc, extractor.Subject{})
		if !r.Assessed {
			fmt.Fprintf(p.stderr, "%s: not assessed: there are no rules for %s\n", file, languageName(r.Language))
		}
		if err := print(baseName(file), doc, r); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be read", failed, len(files))
	}
	return nil
}

// readDocument reads a file of at most document.MaxBytes.
func (p *program) readDocument(ctx context.Context, file string) (*policy.Document, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	doc, err := p.parseDocument(ctx, data, document.MediaType(file, data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return doc, nil
}

// parseDocument reads a document, also a PDF.
func (p *program) parseDocument(ctx context.Context, data []byte, mediaType string) (*policy.Document, error) {
	if mediaType == document.PDF {
		page, err := p.pdf.HTML(ctx, data)
		if err != nil {
			return nil, err
		}
		data, mediaType = page, document.HTML
	}
	return document.Parse(data, mediaType)
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, errors.Unwrap(err))
	}
	return data, nil
}

// baseName is the file's name without folder and last extension.
func baseName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func languageName(code string) string {
	if code == "" {
		return "its language, which could not be told"
	}
	return fmt.Sprintf("the language %q", code)
}

func (p *program) printFacts(id string, doc *policy.Document, r *policy.Reading) error {
	return p.printJSON(policy.FactsOf(id, doc.Text, r))
}

func (p *program) printJSON(v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// practiceRecord is a practice in `extract --format practices`.
type practiceRecord struct {
	Action     policy.Action      `json:"action"`
	Stance     policy.Stance      `json:"stance"`
	Recipient  string             `json:"recipient,omitempty"`
	Category   string             `json:"recipientCategory,omitempty"`
	Role       string             `json:"recipientRole,omitempty"`
	Source     string             `json:"source,omitempty"`
	DataTypes  []string           `json:"dataTypes,omitempty"`
	Purposes   []string           `json:"purposes,omitempty"`
	LegalBases []string           `json:"legalBases,omitempty"`
	Places     []policy.Place     `json:"places,omitempty"`
	PlaceRole  policy.PlaceRole   `json:"placeRole,omitempty"`
	Safeguards []string           `json:"safeguards,omitempty"`
	Conditions []policy.Condition `json:"conditions,omitempty"`
	Retention  *retentionRecord   `json:"retention,omitempty"`
	Evidence   []evidenceRecord   `json:"evidence"`
}

type retentionRecord struct {
	Min       string `json:"min,omitempty"`
	Max       string `json:"max,omitempty"`
	Criterion string `json:"criterion,omitempty"`
	Start     string `json:"start,omitempty"`
	Scope     string `json:"scope,omitempty"`
}

type evidenceRecord struct {
	Start      int           `json:"start"` // byte offset in the text
	End        int           `json:"end"`   // half-open
	Quote      string        `json:"quote"`
	Context    []string      `json:"context,omitempty"` // lead-in, heading or table header
	Party      string        `json:"party,omitempty"`
	Method     policy.Method `json:"method"`
	Rule       string        `json:"rule"`
	Confidence float64       `json:"confidence"`
}

func (p *program) printPractices(id string, _ *policy.Document, r *policy.Reading) error {
	out := struct {
		ID        string           `json:"id"`
		Language  string           `json:"language"`
		Assessed  bool             `json:"assessed"`
		Practices []practiceRecord `json:"practices"`
	}{id, r.Language, r.Assessed, []practiceRecord{}}
	for _, practice := range r.Practices {
		out.Practices = append(out.Practices, recordOf(practice))
	}
	return p.printJSON(out)
}

func recordOf(p policy.Practice) practiceRecord {
	s := p.Said()
	rec := practiceRecord{
		Action: s.Action, Stance: s.Stance, Recipient: s.Recipient.Organization, Category: s.Recipient.Category,
		Role: s.Recipient.Role, Source: s.Source, DataTypes: s.DataTypes, Purposes: s.Purposes, LegalBases: s.LegalBases,
		Places: s.Places, PlaceRole: s.PlaceRole, Safeguards: s.Safeguards, Conditions: s.Conditions,
	}
	if t := s.Retention; t != nil {
		rec.Retention = &retentionRecord{t.Min.String(), t.Max.String(), t.Criterion, t.Start, t.Scope}
	}
	for _, e := range p.Evidence() {
		f := e.Finding()
		rec.Evidence = append(rec.Evidence, evidenceRecord{
			Start: e.Span().Start, End: e.Span().End, Quote: e.Quote(), Context: e.Quotes()[1:],
			Party: f.Party, Method: f.Method, Rule: f.Rule, Confidence: f.Confidence,
		})
	}
	return rec
}

// printTable prints one line per practice, for people.
func (p *program) printTable(id string, _ *policy.Document, r *policy.Reading) error {
	fmt.Fprintf(p.stdout, "%s\t%s\t%d practices\n", id, r.Language, len(r.Practices))
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SAYS\tWHO\tWHAT\tQUOTE")
	for _, practice := range r.Practices {
		s := practice.Said()
		e := practice.Evidence()[0]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", verb(s), party(s, e), facets(s), oneLine(e.Quote(), 100))
	}
	return w.Flush()
}

// printExplained prints each practice with the rule and the words behind it.
func (p *program) printExplained(id string, _ *policy.Document, r *policy.Reading) error {
	fmt.Fprintf(p.stdout, "%s\t%s\t%d practices\n", id, r.Language, len(r.Practices))
	for _, practice := range r.Practices {
		s := practice.Said()
		fmt.Fprintf(p.stdout, "\n%s %s %s\n", verb(s), party(s, practice.Evidence()[0]), facets(s))
		for _, e := range practice.Evidence() {
			fmt.Fprintf(p.stdout, "  rule %s, confidence %.2f, bytes %d to %d\n", e.Finding().Rule, e.Finding().Confidence, e.Span().Start, e.Span().End)
			for i, q := range e.Quotes() {
				fmt.Fprintf(p.stdout, "  %s %s\n", map[bool]string{true: "says", false: "under"}[i == 0], oneLine(q, 300))
			}
		}
	}
	return nil
}

func verb(s policy.Statement) string {
	if s.Stance == policy.Denied {
		return "not " + string(s.Action)
	}
	return string(s.Action)
}

func party(s policy.Statement, e policy.Evidence) string {
	switch {
	case s.Recipient.Organization != "":
		return "to " + e.Finding().Party
	case s.Recipient.Category != "":
		return "to " + s.Recipient.Category
	case s.Source != "":
		return "from " + e.Finding().Party
	}
	return "–"
}

func facets(s policy.Statement) string {
	var out []string
	add := func(name string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, name+" "+strings.Join(values, " "))
		}
	}
	add("data", s.DataTypes...)
	add("for", s.Purposes...)
	add("under", s.LegalBases...)
	for _, place := range s.Places {
		add(string(s.PlaceRole), string(place))
	}
	add("by", s.Safeguards...)
	if r := s.Retention; r != nil {
		add("min", r.Min.String())
		add("max", r.Max.String())
		add("while", r.Criterion)
		add("from", r.Start)
	}
	for _, c := range s.Conditions {
		add("if", string(c))
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, ", ")
}

// oneLine returns text on one line, cut to at most n characters.
func oneLine(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
