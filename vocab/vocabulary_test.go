package vocab

import (
	"slices"
	"strings"
	"testing"

	"policygraph/policy"
)

// vocabularies are all of them, by the name of their file.
func vocabularies() map[string]*Vocabulary {
	return map[string]*Vocabulary{
		"data_types":           DataTypes(),
		"purposes":             Purposes(),
		"recipient_categories": RecipientCategories(),
		"legal_bases":          LegalBases(),
		"safeguards":           Safeguards(),
		"rights":               Rights(),
		"retention_criteria":   RetentionCriteria(),
		"retention_starts":     RetentionStarts(),
	}
}

func TestLabels(t *testing.T) {
	for name, v := range vocabularies() {
		owner := map[string]string{} // by folded label
		emitted := 0
		for _, term := range v.Terms() {
			if !term.Emitted {
				continue
			}
			emitted++
			if term.LabelFR == "" {
				t.Errorf("%s: %s has no French label", name, term.ID)
			}
			for _, label := range []string{term.Label, term.LabelFR} {
				key := policy.Fold(label)
				if other, ok := owner[key]; ok && other != term.ID {
					t.Errorf("%s: %s and %s share the label %q", name, other, term.ID, label)
				}
				owner[key] = term.ID
				if got, ok := v.ByLabel(strings.ToUpper(label)); !ok || got.ID != term.ID {
					t.Errorf("%s: ByLabel(%q) = %q, want %s", name, strings.ToUpper(label), got.ID, term.ID)
				}
			}
		}
		if emitted == 0 {
			t.Errorf("%s: no emitted term", name)
		}
	}
}

func TestTerm(t *testing.T) {
	for name, v := range vocabularies() {
		for _, term := range v.Terms() {
			if got, ok := v.Term(term.ID); !ok || got.ID != term.ID {
				t.Errorf("%s: Term(%s) = %q, %v", name, term.ID, got.ID, ok)
			}
		}
		if got, ok := v.Term("x:NoSuchTerm"); ok {
			t.Errorf("%s: Term of an unknown ID = %+v", name, got)
		}
	}
	for _, tt := range []struct{ label, want string }{
		{"Email address", "pd:EmailAddress"},
		{"adresse electronique", "pd:EmailAddress"},
		{"ÂGE", "pd:Age"},
		{"Adresse IP", "pd:IPAddress"},
	} {
		if got, _ := DataTypes().ByLabel(tt.label); got.ID != tt.want {
			t.Errorf("ByLabel(%q) = %q, want %s", tt.label, got.ID, tt.want)
		}
	}
	if got, ok := DataTypes().ByLabel(""); ok {
		t.Errorf("ByLabel of nothing = %+v", got)
	}
}

// Every term of DPV must be one that DPV has, or stand in own-broader.tsv.
func TestTermsExist(t *testing.T) {
	known := map[string]bool{}
	for _, file := range []string{"dpv-broader", "own-broader"} {
		table, err := rows(files, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range table {
			if known[r.cells["id"]] {
				t.Errorf("%s stands twice", r.cells["id"])
			}
			known[r.cells["id"]] = true
		}
		for _, r := range table {
			for _, above := range strings.Fields(r.cells["broader"]) {
				if !known[above] && file == "own-broader" {
					t.Errorf("%s stands below %s, which no list knows", r.cells["id"], above)
				}
			}
		}
	}
	for _, v := range []*Vocabulary{DataTypes(), Purposes()} {
		for _, term := range v.Terms() {
			if !known[term.ID] {
				t.Errorf("%s stands neither in dpv-broader.tsv nor in own-broader.tsv", term.ID)
			}
			if term.Emitted && len(term.Broader) == 0 {
				t.Errorf("%s has no broader term", term.ID)
			}
		}
	}
}

func TestHierarchyLaws(t *testing.T) {
	for name, v := range vocabularies() {
		for _, term := range v.Terms() {
			above, below := v.Broader(term.ID), v.Narrower(term.ID)
			if !slices.IsSorted(above) || !slices.IsSorted(below) {
				t.Errorf("%s: %s: broader or narrower terms are not sorted", name, term.ID)
			}
			if !slices.Contains(above, term.ID) || !slices.Contains(below, term.ID) {
				t.Errorf("%s: %s is not among its own broader and narrower terms", name, term.ID)
			}
			for _, id := range above {
				if !slices.Contains(v.Narrower(id), term.ID) {
					t.Errorf("%s: %s is above %s, which is not below it", name, id, term.ID)
				}
				if id != term.ID && slices.Contains(below, id) {
					t.Errorf("%s: %s and %s stand above each other", name, id, term.ID)
				}
			}
		}
	}
}

func TestNarrower(t *testing.T) {
	for _, tt := range []struct {
		v            *Vocabulary
		broad, below string
		want         bool
	}{
		{DataTypes(), "pd:Contact", "pd:EmailAddress", true},
		{DataTypes(), "pd:DeviceBased", "x:AdvertisingIdentifier", true},
		{DataTypes(), "pd:Location", "pd:GPSCoordinate", true},
		{DataTypes(), "dpv:SpecialCategoryPersonalData", "pd:Religion", true},
		{DataTypes(), "pd:Behavioural", "x:SearchHistory", true},
		{DataTypes(), "pd:Preference", "x:SurveyResponse", false},
		{DataTypes(), "pd:GPSCoordinate", "pd:Location", false},
		{Purposes(), "dpv:Marketing", "dpv:PersonalisedAdvertising", true},
		{Purposes(), "dpv:ServiceProvision", "dpv:SellDataToThirdParties", false},
	} {
		if got := slices.Contains(tt.v.Narrower(tt.broad), tt.below); got != tt.want {
			t.Errorf("Narrower(%s) holds %s: %v, want %v", tt.broad, tt.below, got, tt.want)
		}
	}
	both := DataTypes().Narrower("pd:Contact", "pd:Contact", "pd:EmailAddress")
	if !slices.Equal(both, slices.Compact(slices.Clone(both))) {
		t.Errorf("Narrower repeats terms: %v", both)
	}
}
