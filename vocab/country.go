package vocab

import "policygraph/policy"

// A Country is a country or bloc with its names.
type Country struct {
	Place   policy.Place
	Name    string // English
	NameFR  string
	Aliases []string // other names and demonyms, in any language
}

// Countries returns every country and bloc, sorted by code.
func Countries() []Country { return nil }

// CountryOf returns the entry of a place.
func CountryOf(p policy.Place) (Country, bool) { return Country{}, false }
