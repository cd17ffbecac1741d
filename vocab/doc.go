// Package vocab holds the closed vocabularies and the directory of
// organisations: tab-separated data, embedded, with look-ups. The data is under
// data/ and can be reviewed without reading Go.
//
// Data types, purposes and their hierarchy derive from the Data Privacy
// Vocabulary 2.3 of the W3C; see NOTICE.
package vocab

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"

	"policygraph/policy"
)

//go:embed data/*.tsv
var files embed.FS

// Version returns a short hash of all the data. Readings that were made with
// another version may differ from what this one would give.
func Version() string { return version() }

var version = sync.OnceValue(func() string {
	v, err := versionOf(files)
	if err != nil {
		panic(fmt.Sprintf("embedded data: %v", err))
	}
	return v
})

// versionOf returns a short hash of the names and contents of all the tables.
func versionOf(fsys fs.FS) (string, error) {
	entries, err := fs.ReadDir(fsys, "data") // sorted by name
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, e := range entries {
		data, err := fs.ReadFile(fsys, "data/"+e.Name())
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", e.Name(), len(data), data)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// The vocabularies. Each is read once and never changes.
var (
	DataTypes           = sync.OnceValue(func() *Vocabulary { return mustLoad("data_types", true) })
	Purposes            = sync.OnceValue(func() *Vocabulary { return mustLoad("purposes", true) })
	RecipientCategories = sync.OnceValue(func() *Vocabulary { return mustLoad("recipient_categories", false) })
	LegalBases          = sync.OnceValue(func() *Vocabulary { return mustLoad("legal_bases", false) })
	Safeguards          = sync.OnceValue(func() *Vocabulary { return mustLoad("safeguards", false) })
	Rights              = sync.OnceValue(func() *Vocabulary { return mustLoad("rights", false) })
	RetentionCriteria   = sync.OnceValue(func() *Vocabulary { return mustLoad("retention_criteria", false) })
	RetentionStarts     = sync.OnceValue(func() *Vocabulary { return mustLoad("retention_starts", false) })
)

// A Term is an entry of a vocabulary.
type Term struct {
	ID      string
	Label   string // English
	LabelFR string // French
	Covers  string // what it takes in, in English; may be ""
	Broader []string
	// Emitted reports whether practices carry the term; the others stand above
	// such terms and serve filters.
	Emitted bool
}

// A Vocabulary is a closed list of terms, in the order of its file, with the
// directed acyclic graph of broader terms above them.
type Vocabulary struct {
	terms    []Term
	byID     map[string]int
	byLabel  map[string]int // folded English and French labels
	narrower map[string][]string
}

// Term returns the term with the given ID.
func (v *Vocabulary) Term(id string) (Term, bool) {
	i, ok := v.byID[id]
	if !ok {
		return Term{}, false
	}
	return v.terms[i], true
}

// ByLabel returns the term with the given English or French label, whatever
// its case and accents.
func (v *Vocabulary) ByLabel(label string) (Term, bool) {
	i, ok := v.byLabel[policy.Fold(label)]
	if !ok {
		return Term{}, false
	}
	return v.terms[i], true
}

// Terms returns every term; the slice must not be modified.
func (v *Vocabulary) Terms() []Term { return v.terms }

// Narrower returns the given terms and everything below them, sorted, once each.
func (v *Vocabulary) Narrower(ids ...string) []string {
	return closure(ids, func(id string) []string { return v.narrower[id] })
}

// Broader returns the given terms and everything above them, sorted, once each.
func (v *Vocabulary) Broader(ids ...string) []string {
	return closure(ids, func(id string) []string {
		t, _ := v.Term(id)
		return t.Broader
	})
}
