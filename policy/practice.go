package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// An Action is what is done with data.
type Action string

const (
	Collect   Action = "collect"
	Use       Action = "use"
	Share     Action = "share"
	Sell      Action = "sell"
	Transfers Action = "transfer" // to a place, where no recipient is named
	Store     Action = "store"
	Retain    Action = "retain"
)

// Actions returns every action.
func Actions() []Action { return []Action{Collect, Use, Share, Sell, Transfers, Store, Retain} }

// Discloses reports whether the action gives data to somebody else.
func (a Action) Discloses() bool { return a == Share || a == Sell || a == Transfers }

// A Stance tells whether the policy says that it does something or that it does not.
type Stance string

const (
	Stated Stance = "stated"
	Denied Stance = "denied"
)

// A Condition limits a practice: it happens only then. A denied practice with
// a condition is denied but for it.
type Condition string

const (
	WithConsent      Condition = "consent"           // the person agrees
	UnlessObjected   Condition = "no-objection"      // until the person opts out
	RequiredByLaw    Condition = "legal-requirement" // a law or an authority demands it
	BusinessTransfer Condition = "business-transfer" // a merger, sale or insolvency
	OnRequest        Condition = "user-request"      // the person asks for it or causes it
)

// A Recipient is who gets data: an organisation or a category, never both.
type Recipient struct {
	Organization string // ID, or ""
	Category     string // term of the recipient-category vocabulary, or ""
	// Role is what the text calls an organisation: a term of the
	// recipient-category vocabulary, or "".
	Role string
}

// IsZero reports whether nobody is named.
func (r Recipient) IsZero() bool { return r == Recipient{} }

// A Statement is what a practice says, without who says it and where. Every
// combination of its sets is what the text says: "email to A and location to
// B" is two statements. An empty facet means that the text does not say; an
// empty facet of a denied statement denies all of it.
type Statement struct {
	Action     Action
	Stance     Stance
	Recipient  Recipient
	Source     string   // organisation that the data comes from, or ""
	DataTypes  []string // terms of the data-type vocabulary
	Purposes   []string // terms of the purpose vocabulary
	LegalBases []string // terms of the legal-basis vocabulary
	Places     []Place
	PlaceRole  PlaceRole // of all places; "" if and only if there are none
	Safeguards []string  // terms of the safeguard vocabulary; only on transfers abroad
	Conditions []Condition
	Retention  *Retention // or nil
}

// A Practice is one statement of a policy with the evidence for it: the company
// does (or, if denied, says it does not do) something with data. A practice
// without evidence cannot be built, so that every answer can be checked against
// the text.
type Practice struct {
	said     Statement
	evidence []Evidence
}

// NewPractice returns the practice that s states on the given evidence. Its
// sets are sorted and without repetition.
func NewPractice(s Statement, evidence ...Evidence) (Practice, error) {
	if len(evidence) == 0 {
		return Practice{}, errors.New("practice without evidence")
	}
	for _, e := range evidence {
		if err := e.valid(); err != nil {
			return Practice{}, err
		}
	}
	s, err := s.normal()
	if err != nil {
		return Practice{}, fmt.Errorf("practice: %w", err)
	}
	return Practice{said: s, evidence: slices.Clone(evidence)}, nil
}

// Said returns what the practice states. Its slices must not be modified.
func (p Practice) Said() Statement { return p.said }

// Evidence returns the evidence, which must not be modified; it is never empty.
func (p Practice) Evidence() []Evidence { return p.evidence }

// Key identifies the practice within the graph. It depends on the policy and
// on what is said, never on quote, place, order, confidence, rule or date, so
// that two sentences which say the same are one practice with two pieces of
// evidence. Practices of one key have equal statements, to the letter of their
// scope: which of them is kept does not matter.
func (s Statement) Key(policyID string) string {
	parts := []string{"practice", policyID, string(s.Action), string(s.Stance),
		s.Recipient.Organization, s.Recipient.Category, s.Recipient.Role, s.Source, string(s.PlaceRole)}
	for _, set := range [][]string{s.DataTypes, s.Purposes, s.LegalBases, texts(s.Places), s.Safeguards, texts(s.Conditions)} {
		parts = append(parts, strings.Join(sortedSet(set), " "))
	}
	if r := s.Retention; r != nil {
		parts = append(parts, r.Min.String(), r.Max.String(), r.Criterion, r.Start, r.Scope)
	}
	return digest(parts...)
}

// normal returns s with its sets sorted, or says why no practice can state it.
func (s Statement) normal() (Statement, error) {
	for _, set := range []struct {
		name  string
		terms *[]string
	}{{"data type", &s.DataTypes}, {"purpose", &s.Purposes}, {"legal basis", &s.LegalBases}, {"safeguard", &s.Safeguards}} {
		*set.terms = sortedSet(*set.terms)
		for _, id := range *set.terms {
			if err := validTerm(set.name, id); err != nil {
				return s, err
			}
		}
	}
	s.Places, s.Conditions = sortedSet(s.Places), sortedSet(s.Conditions)
	if s.Retention != nil {
		r := *s.Retention
		r.Scope = strings.Join(strings.Fields(r.Scope), " ")
		s.Retention = &r
	}
	for _, check := range []func(Statement) error{validAction, validRecipient, validPlaces, validRetention} {
		if err := check(s); err != nil {
			return s, err
		}
	}
	return s, nil
}

func validAction(s Statement) error {
	if !slices.Contains(Actions(), s.Action) {
		return fmt.Errorf("unknown action %q", s.Action)
	}
	if s.Stance != Stated && s.Stance != Denied {
		return fmt.Errorf("unknown stance %q", s.Stance)
	}
	for _, c := range s.Conditions {
		switch c {
		case WithConsent, UnlessObjected, RequiredByLaw, BusinessTransfer, OnRequest:
		default:
			return fmt.Errorf("unknown condition %q", c)
		}
	}
	return nil
}

func validRecipient(s Statement) error {
	r := s.Recipient
	switch {
	case r.Organization != "" && r.Category != "":
		return fmt.Errorf("recipient %q is also the category %q", r.Organization, r.Category)
	case r.Role != "" && r.Organization == "":
		return fmt.Errorf("role %q without an organisation", r.Role)
	}
	for _, id := range []string{r.Category, r.Role} {
		if id != "" {
			if err := validTerm("recipient category", id); err != nil {
				return err
			}
		}
	}
	for _, id := range []string{r.Organization, s.Source} {
		if id != SlugOf(id) {
			return fmt.Errorf("organisation ID %q is not a slug", id)
		}
	}
	return nil
}

func validPlaces(s Statement) error {
	for _, p := range s.Places {
		if _, err := ParsePlace(string(p)); err != nil {
			return err
		}
	}
	switch {
	case len(s.Places) == 0 && s.PlaceRole != "":
		return fmt.Errorf("place role %q without a place", s.PlaceRole)
	case len(s.Places) > 0 && s.PlaceRole != Storage && s.PlaceRole != Transfer:
		return fmt.Errorf("places %v in unknown role %q", s.Places, s.PlaceRole)
	case len(s.Safeguards) > 0 && s.Action != Transfers && s.PlaceRole != Transfer:
		return fmt.Errorf("safeguards %v on what is no transfer", s.Safeguards)
	}
	return nil
}

func validRetention(s Statement) error {
	r := s.Retention
	switch {
	case s.Action == Retain && r == nil && s.Stance == Stated:
		return errors.New("retention without a period or criterion")
	case r == nil:
		return nil
	case r.Min.IsZero() && r.Max.IsZero() && r.Criterion == "":
		return errors.New("retention without a period or criterion")
	}
	if r.Criterion != "" {
		if err := validTerm("retention criterion", r.Criterion); err != nil {
			return err
		}
	}
	if r.Start != "" {
		return validTerm("retention start", r.Start)
	}
	return nil
}

var term = regexp.MustCompile(`^[a-z][a-z-]*:[A-Za-z0-9-]+$`)

// validTerm checks the form of a term's ID; the vocabularies hold which exist.
func validTerm(kind, id string) error {
	if !term.MatchString(id) {
		return fmt.Errorf("%s %q is not a term such as pd:EmailAddress", kind, id)
	}
	return nil
}

func sortedSet[T ~string](set []T) []T {
	if len(set) == 0 {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(set)))
}

func texts[T ~string](set []T) []string {
	out := make([]string, len(set))
	for i, v := range set {
		out[i] = string(v)
	}
	return out
}
