package policy

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"already folded":      "already folded",
		"Société Générale":    "societe generale",
		"Socie\u0301te\u0301": "societe", // combining accents
		"Œuvre ÆON":           "oeuvre aeon",
		"Straße STRASSE":      "strasse strasse",
		"GROẞ":                "gross", // capital sharp s
		"Ångström":            "angstrom",
		"\u212Bngstr\u00F6m":  "angstrom", // the sign for the unit
		"İstanbul":            "istanbul",
		"Łódź Đorđe Þór":      "lodz dorde thor",
		"l’adresse":           "l'adresse",
		"ΑΘΗΝΑ Москва":        "αθηνα москва",
		"株式会社":                "株式会社",
		"a\u00a0b":            "a\u00a0b",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// What is folded is equal in any case, and folding it again changes nothing.
func TestFoldEveryRune(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		s := string(r)
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		if lower := unicode.ToLower(r); Fold(string(lower)) != folded {
			t.Errorf("Fold(%q) = %q, but of its lower case %q", s, folded, Fold(string(lower)))
		}
		if r < latinEnd && unicode.IsLetter(r) && unicode.ToUpper(r) != r && Fold(string(unicode.ToUpper(r))) != folded {
			t.Errorf("Fold(%q) = %q, but of its upper case %q", s, folded, Fold(string(unicode.ToUpper(r))))
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"":                           nil,
		" -- ":                       nil,
		"Google Analytics 4":         {"google", "analytics", "4"},
		"S.A.S.":                     {"s", "a", "s"},
		"AT&T, Inc.":                 {"at", "t", "inc"},
		"l’Oréal":                    {"l", "oreal"},
		"booking.com/privacy-notice": {"booking", "com", "privacy", "notice"},
	} {
		if got := Words(in); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSortKey(t *testing.T) {
	for in, want := range map[string]string{
		"Société Générale": "societe generale",
		"1&1 IONOS":        "1 1 ionos",
		"!!!":              "!!!",
		"":                 "",
		"Яндекс":           "~~~~~~",
		"Яндекс Taxi":      "~~~~~~ taxi",
		"★":                "~",
	} {
		if got := SortKey(in); got != want {
			t.Errorf("SortKey(%q) = %q, want %q", in, got, want)
		}
	}
	names := []string{"Écho", "Delta", "acme retail", "ACME", "Яндекс", "Zoo", "3M"}
	slices.SortFunc(names, func(a, b string) int { return compareText(SortKey(a), SortKey(b)) })
	if want := []string{"3M", "ACME", "acme retail", "Delta", "Écho", "Zoo", "Яндекс"}; !slices.Equal(names, want) {
		t.Errorf("sorted %q, want %q", names, want)
	}
}

func compareText(a, b string) int { return slices.Compare([]byte(a), []byte(b)) }

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Société", "GROẞ", "\u212Bngström", "\u212A", "ǅ", "e\u0301", "\xff\xfe", "İ", "ŉ", "Ⱥ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		if utf8.ValidString(s) && !utf8.ValidString(folded) {
			t.Errorf("Fold(%q) = %q is not UTF-8", s, folded)
		}
		key := SortKey(s)
		for i := range len(key) {
			if key[i] >= utf8.RuneSelf {
				t.Errorf("SortKey(%q) = %q is not ASCII", s, key)
				break
			}
		}
	})
}

func BenchmarkFold(b *testing.B) {
	const text = "Société Générale transmet votre adresse e-mail à ses sous-traitants, établis hors de l’Union européenne. "
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Fold(text)
	}
}
