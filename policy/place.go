package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Place is a country by its ISO 3166-1 alpha-2 code, or EU, EEA or NON-EEA
// (outside the EEA, no country named).
type Place string

const (
	EU     Place = "EU"
	EEA    Place = "EEA"
	NonEEA Place = "NON-EEA"
)

// A PlaceRole tells what happens in a place.
type PlaceRole string

const (
	Storage  PlaceRole = "storage"  // data is hosted, stored or processed there
	Transfer PlaceRole = "transfer" // data may be sent there, or a recipient is there
)

var isoCountries = places(` AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
 CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG
 GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
 LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR
 NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
 TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

var euCountries = places("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
var eftaInEEA = places("IS LI NO")

// ParsePlace returns the place that code names.
func ParsePlace(code string) (Place, error) {
	p := Place(code)
	if p.Bloc() || p.Country() {
		return p, nil
	}
	return "", fmt.Errorf("place %q is neither an ISO 3166-1 alpha-2 code nor EU, EEA or NON-EEA", code)
}

// Bloc reports whether p is a group of countries.
func (p Place) Bloc() bool { return p == EU || p == EEA || p == NonEEA }

// Country reports whether p is one country.
func (p Place) Country() bool { return isoCountries[p] }

// InEEA reports whether p lies in the European Economic Area.
func (p Place) InEEA() bool { return p == EEA || p == EU || euCountries[p] || eftaInEEA[p] }

// PartOf returns the blocs that p belongs to, smallest first.
func (p Place) PartOf() []Place {
	switch {
	case p == EEA || p == NonEEA:
		return nil
	case p == EU:
		return []Place{EEA}
	case euCountries[p]:
		return []Place{EU, EEA}
	case p.InEEA():
		return []Place{EEA}
	}
	return []Place{NonEEA}
}

// Countries returns every country code, sorted.
func Countries() []Place {
	return slices.Sorted(maps.Keys(isoCountries))
}

func places(codes string) map[Place]bool {
	set := map[Place]bool{}
	for _, code := range strings.Fields(codes) {
		set[Place(code)] = true
	}
	return set
}
