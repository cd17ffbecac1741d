package policy

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Facts is a reading in the reference format by which accuracy is measured and
// which `extract --format facts` prints: one list per kind, each fact once,
// with a quote. It is a pure function of a version and its practices.
type Facts struct {
	ID                  string          `json:"id"`
	Language            string          `json:"language"`
	Controller          *ControllerFact `json:"controller"`
	LastUpdated         *string         `json:"last_updated"`
	ContactEmails       []string        `json:"contact_emails"`
	Sale                string          `json:"sale"` // stated, denied or not-mentioned
	DataTypes           []StanceFact    `json:"data_types"`
	Recipients          []RecipientFact `json:"recipients"`
	Sources             []SourceFact    `json:"sources"`
	RecipientCategories []StanceFact    `json:"recipient_categories"`
	Countries           []CountryFact   `json:"countries"`
	Safeguards          []TermFact      `json:"safeguards"`
	Retention           []RetentionFact `json:"retention"`
	Purposes            []TermFact      `json:"purposes"`
	LegalBases          []TermFact      `json:"legal_bases"`
	Rights              []TermFact      `json:"rights"`
}

// A TermFact is a term of a vocabulary that the text names.
type TermFact struct {
	ID         string  `json:"id"`
	Quote      string  `json:"quote"`
	Confidence float64 `json:"confidence,omitempty"`
}

// A StanceFact is a term that the text affirms or denies.
type StanceFact struct {
	ID         string  `json:"id"`
	Stance     Stance  `json:"stance"`
	Quote      string  `json:"quote"`
	Confidence float64 `json:"confidence,omitempty"`
}

// A ControllerFact names the organisation that answers for the processing.
type ControllerFact struct {
	Name       string  `json:"name"`
	Country    *Place  `json:"country"`
	Quote      string  `json:"quote"`
	Confidence float64 `json:"confidence,omitempty"`
}

// A RecipientFact is a named party that gets data, or that the text says does not.
type RecipientFact struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	Stance     Stance   `json:"stance"`
	Category   *string  `json:"category"`
	Data       []string `json:"data"`
	Purposes   []string `json:"purposes"`
	Countries  []Place  `json:"countries"`
	Quote      string   `json:"quote"`
	Confidence float64  `json:"confidence,omitempty"`
}

// A SourceFact is a named party that the company gets data from.
type SourceFact struct {
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	Quote      string   `json:"quote"`
	Confidence float64  `json:"confidence,omitempty"`
}

// A CountryFact is a place and what happens there.
type CountryFact struct {
	Code       Place   `json:"code"`
	Role       string  `json:"role"` // storage, transfer or establishment
	Quote      string  `json:"quote"`
	Confidence float64 `json:"confidence,omitempty"`
}

// A RetentionFact is one statement of how long something is kept.
type RetentionFact struct {
	Scope      string   `json:"scope"`
	Data       []string `json:"data"`
	Purposes   []string `json:"purposes"`
	Min        *string  `json:"min"` // ISO 8601
	Max        *string  `json:"max"` // ISO 8601
	Criterion  *string  `json:"criterion"`
	Start      *string  `json:"start"`
	Quote      string   `json:"quote"`
	Confidence float64  `json:"confidence,omitempty"`
}

// FactsOf returns what r says of text, under the given ID.
func FactsOf(id, text string, r *Reading) Facts {
	b := factBuilder{text: text, r: r, practices: Collate(r.Practices)}
	f := Facts{
		ID: id, Language: r.Language, LastUpdated: optional(string(r.Effective)), Sale: "not-mentioned",
		ContactEmails: []string{},
		DataTypes: b.stances(func(s Statement) []string {
			if s.Stance == Denied && s.Action != Collect && s.Action != Use && s.Action != Store {
				return nil
			}
			return s.DataTypes
		}),
		Recipients: b.recipients(),
		Sources:    b.sources(),
		RecipientCategories: b.stances(func(s Statement) []string {
			return some(s.Recipient.Category)
		}),
		Countries:  b.countries(),
		Safeguards: b.terms(func(s Statement) []string { return s.Safeguards }),
		Retention:  b.retention(),
		Purposes:   b.terms(func(s Statement) []string { return s.Purposes }),
		LegalBases: b.terms(func(s Statement) []string { return s.LegalBases }),
		Rights:     []TermFact{},
	}
	if c := r.Controller; c != nil {
		f.Controller = &ControllerFact{Name: c.Name, Country: optional(c.Country), Quote: b.quote(c.Evidence), Confidence: c.Evidence.f.Confidence}
	}
	for _, c := range r.Contacts {
		if !slices.Contains(f.ContactEmails, c.Email) {
			f.ContactEmails = append(f.ContactEmails, c.Email)
		}
	}
	for _, right := range r.Rights {
		if !slices.ContainsFunc(f.Rights, func(t TermFact) bool { return t.ID == right.ID }) {
			f.Rights = append(f.Rights, TermFact{right.ID, b.quote(right.Evidence), right.Evidence.f.Confidence})
		}
	}
	for _, p := range b.practices {
		if p.said.Action == Sell && f.Sale != string(Stated) {
			f.Sale = string(p.said.Stance)
		}
	}
	return f
}

type factBuilder struct {
	text      string
	r         *Reading
	practices []Practice
}

// support raises the confidence of a fact by evidence for it. Each place beyond
// the first leaves four fifths of the doubt: about what reference answers show,
// as one mistake of reading often repeats itself.
func support(confidence float64, evidence ...Evidence) float64 {
	for _, e := range evidence {
		doubt := 1 - max(confidence, e.f.Confidence)
		if confidence > 0 {
			doubt *= 0.8
		}
		confidence = max(confidence, min(1-doubt, maxConfidence))
	}
	return math.Round(1000*confidence) / 1000
}

// maxConfidence is the highest that many places give.
const maxConfidence = 0.99

// stances lists the terms that facet picks, once each: stated where any
// practice states it, else denied.
func (b factBuilder) stances(facet func(Statement) []string) []StanceFact {
	facts, at := []StanceFact{}, map[string]int{}
	for _, p := range b.practices {
		for _, id := range facet(p.said) {
			i, ok := at[id]
			if !ok {
				i = len(facts)
				at[id] = i
				facts = append(facts, StanceFact{ID: id})
			}
			f := &facts[i]
			if !ok || f.Stance == Denied && p.said.Stance == Stated {
				*f = StanceFact{ID: id, Stance: p.said.Stance, Quote: b.quote(p.evidence[0])}
			}
			if f.Stance == p.said.Stance {
				f.Confidence = support(f.Confidence, p.evidence...)
			}
		}
	}
	return facts
}

// terms lists the terms that stated practices name.
func (b factBuilder) terms(facet func(Statement) []string) []TermFact {
	facts := []TermFact{}
	for _, p := range b.practices {
		if p.said.Stance == Denied {
			continue
		}
		for _, id := range facet(p.said) {
			i := slices.IndexFunc(facts, func(t TermFact) bool { return t.ID == id })
			if i < 0 {
				i = len(facts)
				facts = append(facts, TermFact{ID: id, Quote: b.quote(p.evidence[0])})
			}
			facts[i].Confidence = support(facts[i].Confidence, p.evidence...)
		}
	}
	return facts
}

func (b factBuilder) recipients() []RecipientFact {
	facts, at := []RecipientFact{}, map[string]int{}
	for _, stance := range []Stance{Stated, Denied} {
		for _, p := range b.practices {
			s := p.said
			if s.Recipient.Organization == "" || s.Stance != stance {
				continue
			}
			i, ok := at[s.Recipient.Organization]
			if !ok {
				i = len(facts)
				at[s.Recipient.Organization] = i
				facts = append(facts, RecipientFact{Name: b.partyName(p), Aliases: []string{}, Stance: stance,
					Data: []string{}, Purposes: []string{}, Countries: []Place{}, Quote: b.quote(p.evidence[0])})
			}
			if facts[i].Stance != stance {
				continue // stated elsewhere
			}
			b.addTo(&facts[i], p)
		}
	}
	return facts
}

func (b factBuilder) addTo(f *RecipientFact, p Practice) {
	f.Confidence = support(f.Confidence, p.evidence...)
	f.Aliases = otherNames(f.Name, f.Aliases, p)
	if f.Category == nil {
		f.Category = optional(p.said.Recipient.Role)
	}
	f.Data = sortedSetOrEmpty(append(f.Data, p.said.DataTypes...))
	f.Purposes = sortedSetOrEmpty(append(f.Purposes, p.said.Purposes...))
	f.Countries = sortedSetOrEmpty(append(f.Countries, p.said.Places...))
}

func (b factBuilder) sources() []SourceFact {
	facts, at := []SourceFact{}, map[string]int{}
	for _, p := range b.practices {
		if p.said.Source == "" || p.said.Stance == Denied {
			continue
		}
		i, ok := at[p.said.Source]
		if !ok {
			i = len(facts)
			at[p.said.Source] = i
			facts = append(facts, SourceFact{Name: b.partyName(p), Aliases: []string{}, Quote: b.quote(p.evidence[0])})
		}
		facts[i].Confidence = support(facts[i].Confidence, p.evidence...)
		facts[i].Aliases = otherNames(facts[i].Name, facts[i].Aliases, p)
	}
	return facts
}

func (b factBuilder) countries() []CountryFact {
	facts := []CountryFact{}
	add := func(code Place, role string, evidence ...Evidence) {
		i := slices.IndexFunc(facts, func(f CountryFact) bool { return f.Code == code && f.Role == role })
		if i < 0 {
			i = len(facts)
			facts = append(facts, CountryFact{Code: code, Role: role, Quote: b.quote(evidence[0])})
		}
		facts[i].Confidence = support(facts[i].Confidence, evidence...)
	}
	for _, p := range b.practices {
		if p.said.Stance == Stated {
			for _, place := range p.said.Places {
				add(place, string(p.said.PlaceRole), p.evidence...)
			}
		}
	}
	if c := b.r.Controller; c != nil && c.Country != "" {
		add(c.Country, "establishment", c.Evidence)
	}
	return facts
}

func (b factBuilder) retention() []RetentionFact {
	facts, seen := []RetentionFact{}, map[string]bool{}
	for _, p := range b.practices {
		s := p.said
		if s.Retention == nil || s.Stance == Denied {
			continue
		}
		kept := *s.Retention
		kept.Scope = SlugOf(kept.Scope)
		key := Statement{DataTypes: s.DataTypes, Purposes: s.Purposes, Retention: &kept}.Key("")
		if seen[key] {
			continue // said of another action, recipient or place
		}
		seen[key] = true
		facts = append(facts, RetentionFact{
			Scope: s.Retention.Scope, Data: sortedSetOrEmpty(s.DataTypes), Purposes: sortedSetOrEmpty(s.Purposes),
			Min: optional(s.Retention.Min.String()), Max: optional(s.Retention.Max.String()),
			Criterion: optional(s.Retention.Criterion), Start: optional(s.Retention.Start), Quote: b.quote(p.evidence[0]), Confidence: support(0, p.evidence...),
		})
	}
	return facts
}

// partyName is the name that the text uses for the practice's party.
func (b factBuilder) partyName(p Practice) string {
	for _, e := range p.evidence {
		if e.f.Party != "" {
			return e.f.Party
		}
	}
	return cmp.Or(p.said.Recipient.Organization, p.said.Source)
}

func otherNames(name string, aliases []string, p Practice) []string {
	for _, e := range p.evidence {
		if party := e.f.Party; party != "" && party != name {
			aliases = append(aliases, party)
		}
	}
	return sortedSetOrEmpty(aliases)
}

// Bounds of a quote in the reference format, in characters.
const (
	minQuote = 10
	maxQuote = 300
)

// quote returns the evidence's quote, cut or widened to what the format admits.
func (b factBuilder) quote(e Evidence) string {
	q, s := e.Quote(), e.Span()
	if n := utf8.RuneCountInString(q); n > maxQuote {
		cut := 0
		for i := range q {
			if cut == maxQuote {
				q = q[:i]
				break
			}
			cut++
		}
		if i := strings.LastIndexAny(q, " \n|"); i > len(q)/2 {
			q = q[:i]
		}
		return strings.TrimSpace(q)
	} else if n >= minQuote {
		return q
	}
	for utf8.RuneCountInString(strings.TrimSpace(s.Of(b.text))) < minQuote && (s.Start > 0 || s.End < len(b.text)) {
		s.Start, s.End = max(0, s.Start-1), min(len(b.text), s.End+1)
		for s.Start > 0 && !utf8.RuneStart(b.text[s.Start]) {
			s.Start--
		}
		for s.End < len(b.text) && !utf8.RuneStart(b.text[s.End]) {
			s.End++
		}
	}
	return strings.TrimSpace(s.Of(b.text))
}

func optional[T ~string](v T) *T {
	if v == "" {
		return nil
	}
	return &v
}

func some(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

func sortedSetOrEmpty[T ~string](set []T) []T {
	if out := sortedSet(set); out != nil {
		return out
	}
	return []T{}
}
