package policy

import (
	"fmt"
	"regexp"
	"strconv"
)

// A Period is a length of time in ISO 8601, in the unit of the text: "P13M",
// "P3Y", "PT24H". The zero value is no period.
type Period struct{ iso string }

var isoPeriod = regexp.MustCompile(`^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)

// ParsePeriod returns the period that s writes in ISO 8601. The empty string
// is the zero period.
func ParsePeriod(s string) (Period, error) {
	if s == "" {
		return Period{}, nil
	}
	if last := s[len(s)-1]; !isoPeriod.MatchString(s) || last == 'P' || last == 'T' {
		return Period{}, fmt.Errorf("period %q is not ISO 8601 (such as P30D, P13M, P3Y, PT24H)", s)
	}
	return Period{s}, nil
}

func (p Period) String() string { return p.iso }

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p.iso == "" }

// Seconds returns the length by which periods are ordered: a month counts a
// twelfth of the mean Gregorian year of 365.2425 days, so that twelve months
// equal a year.
func (p Period) Seconds() int64 {
	const month = 2629746
	unit := [...]int64{12 * month, month, 7 * 86400, 86400, 3600, 60, 1}
	var total int64
	for i, digits := range isoPeriod.FindStringSubmatch(p.iso) {
		if i == 0 || digits == "" {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			panic(err) // the expression admits six digits
		}
		total += n * unit[i-1]
	}
	return total
}

// A Retention says how long something is kept. At least one of Min, Max and
// Criterion is set.
type Retention struct {
	Min, Max  Period
	Criterion string // term of the retention-criterion vocabulary, or ""
	Start     string // term of the retention-start vocabulary: when the period begins, or ""
	Scope     string // what is kept, in the words of the text, or ""
}
