package graph

import (
	"slices"
	"testing"
)

func TestPaged(t *testing.T) {
	for _, tt := range []struct {
		name string
		read []int // in the direction of paging, one more than the limit
		page Page
		want []int
		more bool
	}{
		{"nothing", nil, Page{Limit: 2}, nil, false},
		{"fewer than the limit", []int{1}, Page{Limit: 2}, []int{1}, false},
		{"as many as the limit", []int{1, 2}, Page{Limit: 2}, []int{1, 2}, false},
		{"more than the limit", []int{1, 2, 3}, Page{Limit: 2}, []int{1, 2}, true},
		{"without a limit", []int{1, 2, 3}, Page{}, []int{1, 2, 3}, false},
		{"backward", []int{9, 8, 7}, Page{Limit: 2, Backward: true}, []int{8, 9}, true},
		{"backward to the beginning", []int{2, 1}, Page{Limit: 2, Backward: true}, []int{1, 2}, false},
	} {
		got := Paged(tt.read, tt.page, 42)
		if !slices.Equal(got.Items, tt.want) || got.More != tt.more || got.Total != 42 {
			t.Errorf("%s: got %+v, want %v, more %v", tt.name, got, tt.want, tt.more)
		}
	}
}
