package graph

import (
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/policy"
)

func TestBelow(t *testing.T) {
	edges := []policy.Ownership{
		{Owned: "google", Owner: "alphabet", From: "2015"},
		{Owned: "youtube", Owner: "google"},
		{Owned: "fitbit", Owner: "google", From: "2021"},
		{Owned: "motorola", Owner: "google", From: "2012-05", To: "2014-10"},
		{Owned: "boston", Owner: "motorola"},
		{Owned: "joint", Owner: "youtube"},
		{Owned: "joint", Owner: "fitbit"},
		{Owned: "snake", Owner: "tail"},
		{Owned: "tail", Owner: "snake"},
	}
	for _, tt := range []struct {
		id   string
		year int
		want string
	}{
		{"alphabet", 2024, "alphabet fitbit google joint youtube"},
		{"alphabet", 2016, "alphabet google joint youtube"},
		{"alphabet", 2013, "alphabet"},
		{"google", 2013, "boston google joint motorola youtube"},
		{"youtube", 2024, "joint youtube"},
		{"joint", 2024, "joint"},
		{"snake", 2024, "snake tail"}, // a circle ends
		{"nobody", 2024, "nobody"},
	} {
		got := below(edges, tt.id, time.Date(tt.year, 6, 1, 0, 0, 0, 0, time.UTC))
		if !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("below %s in %d: %q, want %s", tt.id, tt.year, got, tt.want)
		}
	}
}
