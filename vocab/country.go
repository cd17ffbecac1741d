package vocab

import (
	"cmp"
	"fmt"
	"io/fs"
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
	all, err := loadCountries(files)
	if err != nil {
		panic(fmt.Sprintf("countries: %v", err))
	}
	return all
})

func loadCountries(fsys fs.FS) ([]Country, error) {
	table, err := rows(fsys, "countries", "code", "name", "name_fr", "aliases")
	if err != nil {
		return nil, err
	}
	var out []Country
	for _, r := range table {
		place, err := policy.ParsePlace(r.cells["code"])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.at, err)
		}
		out = append(out, Country{Place: place, Name: r.cells["name"], NameFR: r.cells["name_fr"], Aliases: list(r.cells["aliases"])})
	}
	slices.SortFunc(out, func(a, b Country) int { return cmp.Compare(a.Place, b.Place) })
	return out, nil
}
