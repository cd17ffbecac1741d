package sqlite

import (
	"encoding/json"
	"fmt"
	"time"

	"policygraph/graph"
	"policygraph/policy"
)

// encode returns v as JSON; v is made of text, numbers and lists of them.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return string(b)
}

// array returns a list as a JSON array, as rows keep it and queries take it.
func array[T any](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	return encode(list)
}

// elements is a list to be scanned from a JSON array; an empty one is nil.
type elements[T any] struct{ list *[]T }

func into[T any](list *[]T) elements[T] { return elements[T]{list} }

// Scan implements sql.Scanner.
func (e elements[T]) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("list is a %T, want text", value)
	}
	*e.list = nil
	if text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), e.list)
}

// instant is a moment to be scanned from Unix seconds; NULL is the zero time.
type instant struct{ at *time.Time }

// Scan implements sql.Scanner.
func (i instant) Scan(value any) error {
	switch seconds := value.(type) {
	case nil:
		*i.at = time.Time{}
	case int64:
		*i.at = time.Unix(seconds, 0).UTC()
	default:
		return fmt.Errorf("moment is a %T, want Unix seconds", value)
	}
	return nil
}

func run(r *policy.Run) (from, to instant) { return instant{&r.From}, instant{&r.To} }

// retention is how long a practice keeps data, as rows keep it.
type retention struct {
	Min       string `json:"min,omitempty"`
	Max       string `json:"max,omitempty"`
	Criterion string `json:"criterion,omitempty"`
	Start     string `json:"start,omitempty"`
	Scope     string `json:"scope,omitempty"`
}

func encodeRetention(r *policy.Retention) string {
	if r == nil {
		return ""
	}
	return encode(retention{r.Min.String(), r.Max.String(), r.Criterion, r.Start, r.Scope})
}

func decodeRetention(text string) (*policy.Retention, error) {
	var kept retention
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, err
	}
	least, err := policy.ParsePeriod(kept.Min)
	if err != nil {
		return nil, err
	}
	most, err := policy.ParsePeriod(kept.Max)
	if err != nil {
		return nil, err
	}
	return &policy.Retention{Min: least, Max: most, Criterion: kept.Criterion, Start: kept.Start, Scope: kept.Scope}, nil
}

const organizationColumns = `o.id, o.name, o.kind, o.aliases, o.domains, o.country, o.sector, o.lei, o.listed`

func organizationFields(o *policy.Organization) []any {
	return []any{&o.ID, &o.Name, &o.Kind, into(&o.Aliases), into(&o.Domains), &o.Country, &o.Sector, &o.LEI, &o.Listed}
}

const policyColumns = `p.id, p.company_id, p.kind, p.url, p.aliases, p.language, p.region`

func policyFields(p *policy.Policy) []any {
	return []any{&p.ID, &p.CompanyID, &p.Kind, &p.URL, into(&p.Aliases), &p.Language, &p.Region}
}

const statementColumns = `p.action, p.stance, p.recipient, p.category, p.role, p.source, p.data_types, p.purposes, p.legal_bases,
	p.places, p.place_role, p.safeguards, p.conditions, p.retention`

func statementFields(s *policy.Statement) []any {
	return []any{&s.Action, &s.Stance, &s.Recipient.Organization, &s.Recipient.Category, &s.Recipient.Role, &s.Source,
		into(&s.DataTypes), into(&s.Purposes), into(&s.LegalBases), into(&s.Places), &s.PlaceRole,
		into(&s.Safeguards), into(&s.Conditions), keeping{&s.Retention}}
}

// keeping is a retention to be scanned; empty text is none.
type keeping struct{ r **policy.Retention }

// Scan implements sql.Scanner.
func (k keeping) Scan(value any) (err error) {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("retention is a %T, want text", value)
	}
	*k.r = nil
	if text != "" {
		*k.r, err = decodeRetention(text)
	}
	return err
}

const evidenceColumns = `e.id, p.key, e.version_id, e.span_start, e.span_end, e.quote, e.further, e.party, e.method, e.rule, e.confidence`

// excerpt is a further place of evidence, as rows keep it.
type excerpt struct {
	policy.Span
	Quote string `json:"quote"`
}

func encodeFurther(e policy.Evidence) string {
	var further []excerpt
	for i, span := range e.Finding().Spans[1:] {
		further = append(further, excerpt{span, e.Quotes()[i+1]})
	}
	return array(further)
}

func scanEvidence(r scanner) (graph.Evidence, error) {
	var e graph.Evidence
	var f policy.Finding
	var span policy.Span
	var quote string
	var further []excerpt
	err := r.Scan(&e.ID, &e.PracticeID, &e.VersionID, &span.Start, &span.End, &quote, into(&further), &f.Party, &f.Method, &f.Rule, &f.Confidence)
	if err != nil {
		return e, err
	}
	f.Spans = []policy.Span{span}
	quotes := []string{quote}
	for _, x := range further {
		f.Spans, quotes = append(f.Spans, x.Span), append(quotes, x.Quote)
	}
	e.Evidence, err = policy.RestoreEvidence(f, quotes)
	return e, err
}
