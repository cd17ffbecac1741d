package graph

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/policy"
)

func TestClass(t *testing.T) {
	for _, tt := range []struct {
		text, query string
		want        MatchClass
		ok          bool
	}{
		{"Google Analytics", "google analytics", MatchExact, true},
		{"Société Générale", "SOCIETE GENERALE", MatchExact, true},
		{"Google Analytics", "goo", MatchPrefix, true},
		{"Google Analytics", "google an", MatchPrefix, true},
		{"Google Analytics", "analytics", MatchToken, true},
		{"Google Analytics", "analytics google", MatchToken, true},
		{"Google Analytics", "analytics goo", MatchToken, true}, // the last word may be a beginning
		{"Google Analytics", "goo analytics", 0, false},         // the others may not
		{"Google Analytics", "ana goo", 0, false},
		{"Google Analytics", "oogle", 0, false}, // nor the middle of a word
		{"Google Analytics", "google maps", 0, false},
		{"Google Analytics", "google analytics 360", 0, false},
		{"Google Analytics", "", 0, false},
		{"Google Analytics", "!?", 0, false},
		{"", "google", 0, false},
	} {
		got, ok := Class(SearchText(tt.text), SearchText(tt.query))
		if got != tt.want || ok != tt.ok {
			t.Errorf("%q is found by %q as %v, %v; want %v, %v", tt.text, tt.query, got, ok, tt.want, tt.ok)
		}
	}
}

func period(t testing.TB, iso string) policy.Period {
	t.Helper()
	p, err := policy.ParsePeriod(iso)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLength(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    *policy.Retention
		want int64
	}{
		{"none", nil, -1},
		{"a criterion alone", &policy.Retention{Criterion: "x:AsNecessary"}, -1},
		{"the maximum", &policy.Retention{Min: period(t, "P1D"), Max: period(t, "P2D")}, 172800},
		{"else the minimum", &policy.Retention{Min: period(t, "P1D")}, 86400},
		{"no time at all is a length", &policy.Retention{Min: period(t, "P1D"), Max: period(t, "P0D")}, 0},
	} {
		if got := Length(tt.r); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// increasing checks that sort values come in the order of their text.
func increasing(t *testing.T, what string, sorts ...string) {
	t.Helper()
	for i := 1; i < len(sorts); i++ {
		if cmp.Compare(sorts[i-1], sorts[i]) >= 0 {
			t.Errorf("%s: %q does not come before %q", what, sorts[i-1], sorts[i])
		}
	}
}

func TestSortValues(t *testing.T) {
	increasing(t, "companies by name, then ID",
		CompanySort("3M", "3m"), CompanySort("Acme", "acme"), CompanySort("ACME", "acme-2"), CompanySort("Acme Retail", "a"),
		CompanySort("Écho", "echo"), CompanySort("Zoo", "zoo"), CompanySort("Яндекс", "a"))
	var lengths []string
	for _, iso := range []string{"P999999Y", "P500000Y", "P10Y", "P13M", "P1Y", "P11M", "PT1S", "P0D"} {
		lengths = append(lengths, LengthSort(period(t, iso).Seconds()))
	}
	increasing(t, "longest first, none last", append(lengths, LengthSort(-1))...)
	increasing(t, "newest first, never last", ValidFromSort(policy.Forever.Add(-time.Hour)), ValidFromSort(day(9)), ValidFromSort(day(9).Add(-time.Second)), ValidFromSort(day(1)),
		ValidFromSort(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)), ValidFromSort(time.Time{}))
	increasing(t, "best class first, then text", HitSort(MatchExact, "Zoo"), HitSort(MatchPrefix, "Zoo"), HitSort(MatchToken, "Acme"), HitSort(MatchToken, "Écho"))
	if got := HitSort(MatchToken, strings.Repeat("é", 500)); got != "2"+strings.Repeat("e", 80) {
		t.Errorf("a long quote sorts by %q", got)
	}
	if CompanySort("Acme, Inc.", "acme") != CompanySort("ACME INC", "acme") {
		t.Error("punctuation and case tell companies apart")
	}
}

func TestMoment(t *testing.T) {
	now := AsOf{}.Moment()
	if open := (policy.Run{From: day(0), To: policy.Forever}); !open.Holds(now) {
		t.Error("what stands does not stand now")
	}
	if ended := (policy.Run{From: day(0), To: day(1)}); ended.Holds(now) {
		t.Error("what ended stands now")
	}
	if got := (AsOf{day(3)}).Moment(); !got.Equal(day(3)) {
		t.Errorf("day 3 is %v", got)
	}
}

func FuzzClass(f *testing.F) {
	for _, seed := range [][2]string{{"Google Analytics", "goo"}, {"a b", "b a"}, {"Société", "societe"}, {"", " "}, {"a\tb", "a  b"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		class, ok := Class(SearchText(text), SearchText(query))
		words, wanted := policy.Words(text), policy.Words(query)
		want := len(wanted) > 0
		for i, w := range wanted {
			last := i == len(wanted)-1
			want = want && slices.ContainsFunc(words, func(v string) bool { return v == w || last && strings.HasPrefix(v, w) })
		}
		if ok != want || !ok && class != 0 {
			t.Errorf("%q is found by %q: %v as %v, want %v", text, query, ok, class, want)
		}
		if ok && (class == MatchExact) != slices.Equal(words, wanted) {
			t.Errorf("%q is found by %q as %v", text, query, class)
		}
	})
}
