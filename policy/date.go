package policy

import (
	"fmt"
	"time"
)

// A Date is a calendar date as precise as a text tells it: "2024-08-31",
// "2024-08" or "2024". The zero value is no date.
type Date string

// ParseDate returns the date that s writes in ISO 8601. The empty string is no
// date.
func ParseDate(s string) (Date, error) {
	d := Date(s)
	if _, ok := d.Time(); !ok && d != "" {
		return "", fmt.Errorf("date %q is not ISO 8601 (such as 2024-08-31, 2024-08 or 2024)", s)
	}
	return d, nil
}

// Time returns the first moment of the date, in UTC; ok is false for no date.
func (d Date) Time() (t time.Time, ok bool) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if len(d) == len(layout) {
			t, err := time.Parse(layout, string(d))
			return t, err == nil
		}
	}
	return time.Time{}, false
}
