package policy

import (
	"fmt"
	"time"
)

// A Date is a calendar date as precise as a text tells it: "2024-08-31",
// "2024-08" or "2024". The zero value is no date.
type Date string

// ParseDate returns the date that s writes in ISO 8601.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return Date(s), nil
		}
	}
	return "", fmt.Errorf("date %q is not ISO 8601 (such as 2024-08-31, 2024-08 or 2024)", s)
}

// Time returns the first moment of the date, in UTC.
func (d Date) Time() (time.Time, bool) {
	if len(d) < len("2006") || len(d) > len("2006-01-02") {
		return time.Time{}, false
	}
	t, err := time.Parse("2006-01-02"[:len(d)], string(d))
	return t, err == nil
}
