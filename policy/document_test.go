package policy

import "testing"

func TestSpans(t *testing.T) {
	s := Span{2, 5}
	if got := s.Of("0123456"); got != "234" {
		t.Errorf("covers %q", got)
	}
	for _, tt := range []struct {
		other              Span
		contains, overlaps bool
	}{
		{Span{2, 5}, true, true},
		{Span{3, 4}, true, true},
		{Span{1, 3}, false, true},
		{Span{4, 6}, false, true},
		{Span{1, 6}, false, true},
		{Span{0, 2}, false, false},
		{Span{5, 7}, false, false},
	} {
		if s.Contains(tt.other) != tt.contains || s.Overlaps(tt.other) != tt.overlaps || tt.other.Overlaps(s) != tt.overlaps {
			t.Errorf("%v and %v: contains %v, overlaps %v and %v; want %v, %v", s, tt.other,
				s.Contains(tt.other), s.Overlaps(tt.other), tt.other.Overlaps(s), tt.contains, tt.overlaps)
		}
	}
}
