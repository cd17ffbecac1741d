package vocab

import (
	"slices"
	"testing"

	"policygraph/policy"
)

func TestCountriesAreThoseOfThePolicyPackage(t *testing.T) {
	want := append(policy.Countries(), policy.EU, policy.EEA, policy.NonEEA)
	slices.Sort(want)
	var got []policy.Place
	for _, c := range Countries() {
		got = append(got, c.Place)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Countries() = %v, want %v", got, want)
	}
}

// A name means one place, whatever its case and accents.
func TestCountryNames(t *testing.T) {
	owner := map[string]policy.Place{}
	for _, c := range Countries() {
		if c.Name == "" || c.NameFR == "" {
			t.Errorf("%s has no English or no French name", c.Place)
		}
		for _, name := range append([]string{c.Name, c.NameFR}, c.Aliases...) {
			key := policy.Fold(name)
			if key == "" {
				t.Errorf("%s has an empty name", c.Place)
			}
			if other, ok := owner[key]; ok && other != c.Place {
				t.Errorf("%s and %s share the name %q", other, c.Place, name)
			}
			owner[key] = c.Place
		}
	}
	for name, want := range map[string]policy.Place{
		"Türkiye": "TR", "Turkey": "TR", "Turquie": "TR", "Eswatini": "SZ", "Macédoine du Nord": "MK",
		"Ivory Coast": "CI", "Côte d'Ivoire": "CI", "États-Unis": "US", "American": "US", "américaines": "US",
		"Pays-Bas": "NL", "Tchéquie": "CZ", "EEE": "EEA", "UE": "EU", "South Korea": "KR",
	} {
		if got := owner[policy.Fold(name)]; got != want {
			t.Errorf("%q means %q, want %s", name, got, want)
		}
	}
}

func TestCountryOf(t *testing.T) {
	for _, c := range Countries() {
		if got, ok := CountryOf(c.Place); !ok || got.Name != c.Name {
			t.Errorf("CountryOf(%s) = %q, %v", c.Place, got.Name, ok)
		}
	}
	if got, ok := CountryOf("XX"); ok {
		t.Errorf("CountryOf(XX) = %+v", got)
	}
}
