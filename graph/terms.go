package graph

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"policygraph/policy"
	"policygraph/vocab"
)

// A Vocabulary is a closed vocabulary under the name by which stores keep it.
type Vocabulary struct {
	Name string
	*vocab.Vocabulary
}

// Vocabularies returns the closed vocabularies, which stores keep beside the
// practices for those who ask in SQL or Cypher.
func Vocabularies() []Vocabulary {
	return []Vocabulary{
		{"data-type", vocab.DataTypes()},
		{"purpose", vocab.Purposes()},
		{"recipient-category", vocab.RecipientCategories()},
		{"legal-basis", vocab.LegalBases()},
		{"safeguard", vocab.Safeguards()},
		{"right", vocab.Rights()},
		{"retention-criterion", vocab.RetentionCriteria()},
		{"retention-start", vocab.RetentionStarts()},
	}
}

// VocabularyHash identifies the vocabularies, the countries and the directory of
// organisations that this program knows. A store that was written by another
// one brings them up to date when it is migrated.
func VocabularyHash() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, part := range []any{vocab.Countries(), vocab.Organizations().All(), vocab.Organizations().Ownerships()} {
		mustEncode(enc, part)
	}
	for _, v := range Vocabularies() {
		mustEncode(enc, v.Name)
		mustEncode(enc, v.Terms())
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// mustEncode encodes what is known to be encodable: structures of strings.
func mustEncode(enc *json.Encoder, v any) {
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("vocabulary: %v", err))
	}
}

// A Searchable is a text by which something can be found.
type Searchable struct {
	Kind SearchKind
	ID   string
	Text string // as written; SearchText of it is compared
}

// SearchableTerms returns the labels by which data types are found.
func SearchableTerms() []Searchable {
	var out []Searchable
	for _, t := range vocab.DataTypes().Terms() {
		for _, label := range sortedSetBut([]string{t.Label, t.LabelFR}, "") {
			out = append(out, Searchable{FindDataType, t.ID, label})
		}
	}
	return out
}

// SearchableNames returns the names by which an organisation is found.
func SearchableNames(o policy.Organization) []Searchable {
	var out []Searchable
	for _, name := range append([]string{o.Name}, o.Aliases...) {
		out = append(out, Searchable{FindOrganization, o.ID, name})
	}
	return out
}

// SearchableQuotes returns the quotes by which the evidence of a version is
// found: one for each place of its text, that with the least ID.
func SearchableQuotes(evidence []Evidence) []Searchable {
	sorted := slices.Clone(evidence)
	slices.SortFunc(sorted, func(a, b Evidence) int { return cmp.Compare(a.ID, b.ID) })
	var out []Searchable
	seen := map[policy.Span]bool{}
	for _, e := range sorted {
		if !seen[e.Span()] {
			seen[e.Span()] = true
			out = append(out, Searchable{FindQuote, e.ID, e.Quote()})
		}
	}
	return out
}
