package extractor

import (
	"fmt"
	"strings"
	"unicode"

	"policygraph/policy"
	"policygraph/vocab"
)

// A language is what the engine knows of one language: the phrases of its
// folder of rules, of the directory of organisations and of the countries.
type language struct {
	code string
	dict *dict
	// monthFirst: "03/12/2024" is the twelfth of March.
	monthFirst bool
}

// newLanguage reads the folder rules/<code>.
func newLanguage(code string) (*language, error) {
	l := &language{code: code, dict: newDict(), monthFirst: code == "en"}
	for c := range classes {
		lines, err := readTable(code, c.String())
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			id := line.field(0)
			if err := known(c, id); err != nil {
				return nil, line.errorf("%w", err)
			}
			for _, phrase := range line.phrases(1) {
				if err := l.dict.add(c, id, phrase); err != nil {
					return nil, line.errorf("%w", err)
				}
			}
		}
	}
	if err := l.addPlaces(); err != nil {
		return nil, err
	}
	return l, l.addOrganizations()
}

// known checks that an ID of a closed class is in its vocabulary.
func known(c class, id string) error {
	lists := map[class]*vocab.Vocabulary{
		dataClass: vocab.DataTypes(), categoryClass: vocab.RecipientCategories(), purposeClass: vocab.Purposes(),
		basisClass: vocab.LegalBases(), rightClass: vocab.Rights(), safeguardClass: vocab.Safeguards(),
		criterionClass: vocab.RetentionCriteria(), startClass: vocab.RetentionStarts(),
	}
	if v := lists[c]; v != nil {
		if t, ok := v.Term(id); !ok || !t.Emitted {
			return fmt.Errorf("%q is not in the vocabulary of %s", id, c)
		}
	}
	if c == placeClass {
		_, err := policy.ParsePlace(id)
		return err
	}
	return nil
}

// addPlaces adds the names of countries. A name that a rule table already
// gives another meaning keeps that one.
func (l *language) addPlaces() error {
	for _, c := range vocab.Countries() {
		for _, name := range append([]string{c.Name, c.NameFR}, c.Aliases...) {
			if name == "" {
				continue
			}
			if len(name) <= 3 || policy.Fold(name) == name {
				name = "=" + name // "US" is not "us"
			}
			if err := l.dict.addUnlessTaken(placeClass, string(c.Place), name); err != nil {
				return err
			}
		}
	}
	return nil
}

// addOrganizations adds the names of the directory. A guarded name, one that is
// also a word, must be spelled as the directory spells it.
func (l *language) addOrganizations() error {
	directory := vocab.Organizations()
	for _, o := range directory.All() {
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			if !strings.ContainsFunc(name, unicode.IsLetter) {
				continue // "1&1" would be found in every "1.1"
			}
			if directory.Guarded(o.ID) || len(name) <= 3 || l.common(name) {
				name = "=" + name
			}
			if err := l.dict.addUnlessTaken(organizationClass, o.ID, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// common reports whether a name consists of ordinary words: "Your.Online".
func (l *language) common(name string) bool {
	for _, w := range policy.Words(name) {
		if !l.dict.plain[l.dict.words[w]] {
			return false
		}
	}
	return true
}
