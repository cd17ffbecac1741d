package policy

import (
	"slices"
	"testing"
)

func TestParsePlace(t *testing.T) {
	for _, code := range []string{"FR", "US", "GB", "EU", "EEA", "NON-EEA"} {
		if p, err := ParsePlace(code); err != nil || string(p) != code {
			t.Errorf("ParsePlace(%q) = %q, %v", code, p, err)
		}
	}
	for _, code := range []string{"", "UK", "XX", "fr", "FRA", "FR ", "NON-EU", "AN", "SU", "France"} {
		if p, err := ParsePlace(code); err == nil || p != "" {
			t.Errorf("ParsePlace(%q) = %q, want an error", code, p)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		place                Place
		country, bloc, inEEA bool
		partOf               []Place
	}{
		{"FR", true, false, true, []Place{EU, EEA}},
		{"NO", true, false, true, []Place{EEA}},
		{"IS", true, false, true, []Place{EEA}},
		{"LI", true, false, true, []Place{EEA}},
		{"CH", true, false, false, []Place{NonEEA}},
		{"GB", true, false, false, []Place{NonEEA}},
		{"US", true, false, false, []Place{NonEEA}},
		{EU, false, true, true, []Place{EEA}},
		{EEA, false, true, true, nil},
		{NonEEA, false, true, false, nil},
	} {
		p := tt.place
		if p.Country() != tt.country || p.Bloc() != tt.bloc || p.InEEA() != tt.inEEA || !slices.Equal(p.PartOf(), tt.partOf) {
			t.Errorf("%s: country %v, bloc %v, in the EEA %v, part of %v; want %+v", p, p.Country(), p.Bloc(), p.InEEA(), p.PartOf(), tt)
		}
	}
}

// ISO 3166-1 has 249 codes; the Union has 27 members, the EEA three more.
func TestCountries(t *testing.T) {
	all := Countries()
	count := map[Place]int{}
	for i, p := range all {
		if i > 0 && p <= all[i-1] {
			t.Errorf("%s comes after %s", p, all[i-1])
		}
		if len(p) != 2 || !p.Country() || p.Bloc() {
			t.Errorf("%s is no country", p)
		}
		if p.InEEA() == slices.Contains(p.PartOf(), NonEEA) {
			t.Errorf("%s is in the EEA: %v, and part of %v", p, p.InEEA(), p.PartOf())
		}
		for _, bloc := range p.PartOf() {
			count[bloc]++
		}
	}
	if len(all) != 249 || count[EU] != 27 || count[EEA] != 30 || count[NonEEA] != 219 {
		t.Errorf("%d countries, of them in blocs %v", len(all), count)
	}
}
