package policy

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]time.Time{
		"2024":       time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		"2024-08":    time.Date(2024, 8, 1, 0, 0, 0, 0, time.UTC),
		"2024-08-31": time.Date(2024, 8, 31, 0, 0, 0, 0, time.UTC),
		"2024-02-29": time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
	} {
		d, err := ParseDate(in)
		if err != nil || string(d) != in {
			t.Errorf("ParseDate(%q) = %q, %v", in, d, err)
		}
		if got, ok := d.Time(); !ok || !got.Equal(want) {
			t.Errorf("time of %q is %v, %v; want %v", in, got, ok, want)
		}
	}
	if d, err := ParseDate(""); d != "" || err != nil {
		t.Errorf("ParseDate of nothing = %q, %v", d, err)
	}
	for _, in := range []string{"24", "2024-", "2024-8", "2024-13", "2024-00", "2024-08-", "2024-08-3", "2024-08-32", "2023-02-29", "2024/08/31",
		"31-08-2024", "2024-08-31T00:00:00Z", " 2024", "2024\n", "August 2024"} {
		if d, err := ParseDate(in); err == nil || d != "" {
			t.Errorf("ParseDate(%q) = %q, want an error", in, d)
		}
		if at, ok := Date(in).Time(); ok {
			t.Errorf("%q is the time %v", in, at)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"", "2024", "2024-08", "2024-08-31", "2024-0", "2024-08-", "2024-08-3", "2023-02-29", "0000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		at, ok := d.Time()
		if string(d) != s || ok != (s != "") {
			t.Errorf("ParseDate(%q) = %q, which is a time: %v", s, d, ok)
		}
		if ok && at.Format("2006-01-02")[:len(s)] != s {
			t.Errorf("ParseDate(%q) is %v", s, at)
		}
	})
}
