package policy

import (
	"strings"
	"testing"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Google LLC":              "google",
		"Google":                  "google",
		"GOOGLE, L.L.C.":          "google",
		"Google Ireland Limited":  "google-ireland",
		"Amazon.com, Inc.":        "amazon-com",
		"Société Générale S.A.":   "societe-generale",
		"OVH SAS":                 "ovh",
		"Criteo S.A.S.":           "criteo",
		"Müller GmbH & Co. KG":    "muller",
		"Nordea Bank Abp":         "nordea-bank-abp", // no form we know
		"Volvo Car AB":            "volvo-car",
		"Vinted, UAB":             "vinted",
		"Novo Nordisk A/S":        "novo-nordisk",
		"Adyen N.V.":              "adyen",
		"Booking.com B.V.":        "booking-com",
		"Enel S.p.A.":             "enel",
		"Canva Pty Ltd":           "canva",
		"Sea Ltd Inc":             "sea",
		"The Walt Disney Company": "the-walt-disney",
		"Company":                 "company", // a name must remain
		"Inc.":                    "inc",
		"S.A.":                    "s-a",
		"Co Ltd":                  "co",
		"SAS Institute":           "sas-institute", // only at the end
		"AG2R La Mondiale":        "ag2r-la-mondiale",
		"C&A":                     "c-a",
		"株式会社メルカリ":                "株式会社メルカリ",
		"":                        "",
		"???":                     "",
	} {
		if got := Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
		if got, want := NameKey(name), strings.ReplaceAll(want, "-", " "); got != want {
			t.Errorf("NameKey(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlugOf(t *testing.T) {
	for in, want := range map[string]string{
		"Google LLC": "google-llc", "google-llc": "google-llc", "Crêperie du Port": "creperie-du-port", "--a--b--": "a-b", "": "",
	} {
		if got := SlugOf(in); got != want {
			t.Errorf("SlugOf(%q) = %q, want %q", in, got, want)
		}
	}
}

// Names that differ in case, accents, punctuation or legal form are one.
func TestNameKeyJoins(t *testing.T) {
	for _, names := range [][]string{
		{"Google LLC", "google", "GOOGLE L.L.C.", "Google, Inc", "Google Limited"},
		{"L’Oréal S.A.", "L'Oreal SA", "l oreal", "L'ORÉAL"},
		{"Edelweiß Klinik GmbH", "EDELWEISS KLINIK", "EDELWEIẞ KLINIK"},
	} {
		for _, name := range names {
			if NameKey(name) != NameKey(names[0]) {
				t.Errorf("%q is %q, and %q is %q", name, NameKey(name), names[0], NameKey(names[0]))
			}
		}
	}
	if NameKey("Google Analytics") == NameKey("Google") {
		t.Error("a product is its owner")
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"Google LLC", "Müller GmbH & Co. KG", "S.A. S.A.", "a s", "n v b v", "-", "EDELWEIẞ", "co co"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		id := Slug(name)
		if again := Slug(id); again != id {
			t.Errorf("Slug(%q) = %q, the slug of which is %q", name, id, again)
		}
		if SlugOf(id) != id {
			t.Errorf("Slug(%q) = %q is not the form of an ID", name, id)
		}
		if id == "" && len(Words(name)) > 0 {
			t.Errorf("%q has no slug", name)
		}
		if want := strings.ReplaceAll(id, "-", " "); NameKey(name) != want {
			t.Errorf("NameKey(%q) = %q, want %q", name, NameKey(name), want)
		}
	})
}
