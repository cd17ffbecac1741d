package graph

import (
	"encoding/json"
	"fmt"

	"policygraph/policy"
)

// What a version says of the policy as a whole, and the blocks of its document,
// are read only together: stores keep each as one text.

// aboutJSON is the kept form of what a version says of the policy as a whole.
type aboutJSON struct {
	Effective  policy.Date     `json:"effective,omitempty"`
	Controller *controllerJSON `json:"controller,omitempty"`
	Contacts   []contactJSON   `json:"contacts,omitempty"`
	Rights     []rightJSON     `json:"rights,omitempty"`
}

type controllerJSON struct {
	Name     string       `json:"name"`
	Country  policy.Place `json:"country,omitempty"`
	Evidence evidenceJSON `json:"evidence"`
}

type contactJSON struct {
	Email    string       `json:"email"`
	Evidence evidenceJSON `json:"evidence"`
}

type rightJSON struct {
	ID       string       `json:"id"`
	Evidence evidenceJSON `json:"evidence"`
}

// evidenceJSON is evidence in what is kept and in a dump. The first place holds
// the fact, further ones its lead-in, heading or table header.
type evidenceJSON struct {
	Places     []placeJSON   `json:"places"`
	Party      string        `json:"party,omitempty"`
	Method     policy.Method `json:"method"`
	Rule       string        `json:"rule"`
	Confidence float64       `json:"confidence"`
}

type placeJSON struct {
	policy.Span
	Quote string `json:"quote"`
}

func encodeEvidence(e policy.Evidence) evidenceJSON {
	f := e.Finding()
	out := evidenceJSON{Party: f.Party, Method: f.Method, Rule: f.Rule, Confidence: f.Confidence}
	for i, q := range e.Quotes() {
		out.Places = append(out.Places, placeJSON{f.Spans[i], q})
	}
	return out
}

func (e evidenceJSON) decode() (policy.Evidence, error) {
	f := policy.Finding{Party: e.Party, Method: e.Method, Rule: e.Rule, Confidence: e.Confidence}
	var quotes []string
	for _, p := range e.Places {
		f.Spans, quotes = append(f.Spans, p.Span), append(quotes, p.Quote)
	}
	return policy.RestoreEvidence(f, quotes)
}

// EncodeAbout returns, as JSON, what v says of the policy as a whole: effective
// date, controller, contacts and rights.
func EncodeAbout(v Version) (string, error) {
	b, err := json.Marshal(aboutOf(v))
	if err != nil {
		return "", fmt.Errorf("version %q: %w", v.ID, err)
	}
	return string(b), nil
}

func aboutOf(v Version) aboutJSON {
	a := aboutJSON{Effective: v.Effective}
	if c := v.Controller; c != nil {
		a.Controller = &controllerJSON{c.Name, c.Country, encodeEvidence(c.Evidence)}
	}
	for _, c := range v.Contacts {
		a.Contacts = append(a.Contacts, contactJSON{c.Email, encodeEvidence(c.Evidence)})
	}
	for _, r := range v.Rights {
		a.Rights = append(a.Rights, rightJSON{r.ID, encodeEvidence(r.Evidence)})
	}
	return a
}

// DecodeAbout sets in v what EncodeAbout returned.
func DecodeAbout(v *Version, about string) error {
	var a aboutJSON
	err := json.Unmarshal([]byte(about), &a)
	v.Effective, v.Controller, v.Contacts, v.Rights = a.Effective, nil, nil, nil
	evidence := func(e evidenceJSON) policy.Evidence {
		d, bad := e.decode()
		if err == nil {
			err = bad
		}
		return d
	}
	if c := a.Controller; c != nil {
		v.Controller = &policy.Controller{Name: c.Name, Country: c.Country, Evidence: evidence(c.Evidence)}
	}
	for _, c := range a.Contacts {
		v.Contacts = append(v.Contacts, policy.Contact{Email: c.Email, Evidence: evidence(c.Evidence)})
	}
	for _, r := range a.Rights {
		v.Rights = append(v.Rights, policy.Right{ID: r.ID, Evidence: evidence(r.Evidence)})
	}
	if err != nil {
		return fmt.Errorf("version %q: what it says of the policy: %w", v.ID, err)
	}
	return nil
}

// EncodeLayout returns, as JSON, all of a document but its text.
func EncodeLayout(d *policy.Document) (string, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("layout of the document: %w", err)
	}
	return string(b), nil
}

// DecodeLayout returns the document with the given text of which EncodeLayout
// returned the rest.
func DecodeLayout(text, layout string) (*policy.Document, error) {
	d := policy.Document{Text: text}
	if err := json.Unmarshal([]byte(layout), &d); err != nil {
		return nil, fmt.Errorf("layout of the document: %w", err)
	}
	return &d, nil
}
