// Package extractor reads what a policy says: document in, practices with
// evidence out. It does no I/O. Rules are data, a folder per language under
// rules/; one engine reads them. It would rather miss a practice than report
// one that the text does not state.
package extractor

import (
	"fmt"

	"policygraph/policy"
)

// An Extractor reads documents. It never changes and is safe for concurrent use.
type Extractor struct {
	languages map[string]*language
}

// New returns an extractor with the embedded rules of every language.
func New() (*Extractor, error) {
	codes, err := languages()
	if err != nil {
		return nil, err
	}
	x := &Extractor{languages: map[string]*language{}}
	for _, code := range codes {
		l, err := newLanguage(code)
		if err != nil {
			return nil, fmt.Errorf("rules of language %s: %w", code, err)
		}
		x.languages[code] = l
	}
	return x, nil
}

// A Subject tells whose policy a document is, as far as is known: its own names
// are no recipients.
type Subject struct {
	OrganizationID string
	Names          []string
	Domains        []string
}

// Extract returns what the document says. A document in a language without
// rules is not assessed: its reading is empty.
func (x *Extractor) Extract(doc *policy.Document, of Subject) *policy.Reading {
	if x.languages[doc.Language] == nil || len(doc.Blocks) == 0 {
		return &policy.Reading{Language: doc.Language}
	}
	return x.read(doc, of).finish()
}

// read has every reader go over the document, which is in a known language.
func (x *Extractor) read(doc *policy.Document, of Subject) *collector {
	out := newCollector(doc)
	p := newPage(doc, x.languages[doc.Language], of)
	p.countWords()
	p.findNames()
	p.controller(out)
	p.self = newSelf(p, out.reading.Controller)
	p.effectiveDate(out)
	p.contacts(out)
	p.rights(out)
	p.bases(out)
	p.places(out)
	p.retention(out)
	p.relations(out)
	return out
}
