package vocab

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"policygraph/policy"
)

// A Country is a country or bloc with its names.
type Country struct {
	Place   policy.Place
	Name    string // English
	NameFR  string
	Aliases []string // other names and demonyms, in any language
}

// Countries returns every country and bloc, sorted by code. The names are our
// own: those of the standard libraries lag years behind (Eswatini, North
// Macedonia) or leave French out.
func Countries() []Country { return slices.Clone(countries()) }

// CountryOf returns the entry of a place.
func CountryOf(p policy.Place) (Country, bool) {
	all := countries()
	i, ok := slices.BinarySearchFunc(all, p, func(c Country, p policy.Place) int { return cmp.Compare(c.Place, p) })
	if !ok {
		return Country{}, false
	}
	return all[i], true
}

var countries = sync.OnceValue(func() []Country {
	all, err := loadCountries()
	if err != nil {
		panic(fmt.Sprintf("countries: %v", err))
	}
	return all
})

func loadCountries() ([]Country, error) {
	table, err := rows("countries")
	if err != nil {
		return nil, err
	}
	var out []Country
	for _, r := range table {
		place, err := policy.ParsePlace(r["code"])
		if err != nil {
			return nil, err
		}
		out = append(out, Country{Place: place, Name: r["name"], NameFR: r["name_fr"], Aliases: list(r["aliases"])})
	}
	slices.SortFunc(out, func(a, b Country) int { return cmp.Compare(a.Place, b.Place) })
	return out, nil
}
