package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestParsePeriod(t *testing.T) {
	const day = 86400
	for in, seconds := range map[string]int64{
		"":                     0,
		"PT30S":                30,
		"PT24H":                day,
		"PT5M":                 300,
		"P1D":                  day,
		"P2W":                  14 * day,
		"P1M":                  2629746,
		"P12M":                 12 * 2629746,
		"P1Y":                  12 * 2629746,
		"P1Y6M":                18 * 2629746,
		"P0D":                  0,
		"P1Y2M3W4DT5H6M7S":     14*2629746 + 25*day + 5*3600 + 6*60 + 7,
		"P999999Y":             999999 * 12 * 2629746,
		"PT999999H999999M999S": 999999*3600 + 999999*60 + 999,
	} {
		p, err := ParsePeriod(in)
		if err != nil {
			t.Errorf("ParsePeriod(%q): %v", in, err)
			continue
		}
		if p.Seconds() != seconds || p.String() != in || p.IsZero() != (in == "") {
			t.Errorf("ParsePeriod(%q) = %s of %d seconds, zero %v; want %d seconds", in, p, p.Seconds(), p.IsZero(), seconds)
		}
	}
	for _, in := range []string{"P", "PT", "P1", "1Y", "P1YT", "PY", "P1D1Y", "P1.5Y", "P-1Y", "p1y", "P1000000D", "P1H", "PT1D", "P1Y ", " P1Y", "P1Y\n", "P١Y", "13 months"} {
		if p, err := ParsePeriod(in); err == nil || !p.IsZero() {
			t.Errorf("ParsePeriod(%q) = %q, want an error", in, p)
		} else if !strings.Contains(err.Error(), "P13M") {
			t.Errorf("ParsePeriod(%q): %v: does not say what is right", in, err)
		}
	}
}

func TestPeriodsAreOrdered(t *testing.T) {
	ascending := []string{"PT24H", "P2D", "P1W", "P30D", "P1M", "P31D", "P90D", "P3M", "P364D", "P1Y", "P13M", "P10Y"}
	sorted := slices.Clone(ascending)
	slices.Reverse(sorted)
	slices.SortStableFunc(sorted, func(a, b string) int { return int(period(t, a).Seconds() - period(t, b).Seconds()) })
	if !slices.Equal(sorted, ascending) {
		t.Errorf("sorted %q, want %q", sorted, ascending)
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{"", "P13M", "PT24H", "P1Y2M3W4DT5H6M7S", "P1YT", "P", "PT", "P999999Y", "P1Y\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			if !p.IsZero() {
				t.Errorf("ParsePeriod(%q) = %q and an error", s, p)
			}
			return
		}
		if again, err := ParsePeriod(p.String()); err != nil || again != p || p.String() != s {
			t.Errorf("ParsePeriod(%q) = %q, of which %q, %v", s, p, again, err)
		}
		if n := p.Seconds(); n < 0 || n >= 1e15 {
			t.Errorf("%q has %d seconds: lists order by fifteen digits", s, n)
		}
	})
}
