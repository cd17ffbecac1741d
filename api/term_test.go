package api

import (
	"slices"
	"testing"
)

type listedTerm struct {
	ID, Label, French string
	Covers            *string
	Emitted           bool
	Broader, Narrower []struct{ ID string }
}

// Every vocabulary is listed, with labels in both languages, and what lies above
// and below a term agrees.
func TestVocabularies(t *testing.T) {
	s := fixture(t)
	for field, some := range map[string]string{
		"dataTypes": "pd:EmailAddress", "purposes": "dpv:DirectMarketing", "recipientCategories": "x:PaymentProviders",
		"legalBases": "eu-gdpr:A6-1-a", "safeguards": "eu-gdpr:A46-2-c", "retentionCriteria": "x:AccountLifetime",
	} {
		terms := ask[map[string][]listedTerm](t, s, "{ "+field+" { id label french: label(language: FR) } }", nil)[field]
		i := slices.IndexFunc(terms, func(l listedTerm) bool { return l.ID == some })
		if i < 0 {
			t.Errorf("%s lacks %s", field, some)
			continue
		}
		if terms[i].French == terms[i].Label {
			t.Errorf("%s is %q in both languages", some, terms[i].Label)
		}
		for _, l := range terms {
			if l.Label == "" || l.French == "" {
				t.Errorf("%s has the labels %q and %q", l.ID, l.Label, l.French)
			}
		}
	}
	for _, field := range []string{"dataTypes", "purposes"} {
		terms := ask[map[string][]listedTerm](t, s, "{ "+field+" { id emitted covers broader { id } narrower { id } } }", nil)[field]
		above, below := map[[2]string]bool{}, map[[2]string]bool{}
		emitted := map[bool]int{}
		for _, l := range terms {
			emitted[l.Emitted]++
			for _, b := range l.Broader {
				above[[2]string{b.ID, l.ID}] = true
			}
			for _, n := range l.Narrower {
				below[[2]string{l.ID, n.ID}] = true
			}
		}
		if len(above) == 0 || len(above) != len(below) || emitted[true] == 0 || emitted[false] == 0 {
			t.Errorf("%s: %d pairs from below, %d from above, emitted %v", field, len(above), len(below), emitted)
		}
		for pair := range above {
			if !below[pair] {
				t.Errorf("%s has %s above it, which has not %[1]s below it", pair[1], pair[0])
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	type place struct {
		Code, Name, French string
		Bloc               bool
		PartOf             []struct{ Code string }
	}
	places := map[string]place{}
	for _, p := range ask[struct{ Countries []place }](t, fixture(t), "{ countries { code name french: name(language: FR) bloc partOf { code } } }", nil).Countries {
		places[p.Code] = p
	}
	for _, tt := range []struct {
		code, name, french string
		bloc               bool
		partOf             []string
	}{
		{"DE", "Germany", "Allemagne", false, []string{"EU", "EEA"}},
		{"NO", "Norway", "Norvège", false, []string{"EEA"}},
		{"US", "United States", "États-Unis", false, []string{"NON-EEA"}},
		{"EU", "European Union", "Union européenne", true, []string{"EEA"}},
		{"NON-EEA", "", "", true, nil},
	} {
		p := places[tt.code]
		var partOf []string
		for _, b := range p.PartOf {
			partOf = append(partOf, b.Code)
		}
		if p.Bloc != tt.bloc || tt.name != "" && (p.Name != tt.name || p.French != tt.french) || !slices.Equal(partOf, tt.partOf) {
			t.Errorf("%s is %+v, want %+v", tt.code, p, tt)
		}
	}
	if len(places) < 240 {
		t.Errorf("%d places", len(places))
	}
}

// A term that the vocabulary does not hold any more is its own name.
func TestLabelOfUnknownTerm(t *testing.T) {
	if got := dataTypesOf([]string{"x:Gone"}); len(got) != 1 || got[0].ID != "x:Gone" {
		t.Errorf("%+v", got)
	}
	label, err := dataTypeResolver{}.Label(t.Context(), &dataTypesOf([]string{"x:Gone"})[0], "FR")
	if label != "x:Gone" || err != nil {
		t.Errorf("%q, %v", label, err)
	}
}
