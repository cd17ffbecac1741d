package graph

import (
	"fmt"
	"strings"
	"time"

	"policygraph/policy"
)

// What both stores keep beside the facts, computed by one function each, so
// that equal questions have equal answers.

// SearchText returns the folded words of s between single spaces: the only
// form that a store indexes and compares.
func SearchText(s string) string { return strings.Join(policy.Words(s), " ") }

// Class tells how well indexed text matches a query, both as SearchText
// returns them; ok is false where a word is missing. The last word of the
// query may be the beginning of a word.
func Class(text, query string) (class MatchClass, ok bool) {
	switch {
	case query == "":
		return 0, false
	case text == query:
		return MatchExact, true
	case strings.HasPrefix(text, query):
		return MatchPrefix, true
	}
	words := strings.Fields(query)
	padded := " " + text + " "
	for i, w := range words {
		suffix := " "
		if i == len(words)-1 {
			suffix = ""
		}
		if !strings.Contains(padded, " "+w+suffix) {
			return 0, false
		}
	}
	return MatchToken, true
}

// Length returns the seconds by which retention is filtered and ordered: those
// of the maximum, else of the minimum; -1 without either.
func Length(r *policy.Retention) int64 {
	switch {
	case r == nil || r.Max.IsZero() && r.Min.IsZero():
		return -1
	case !r.Max.IsZero():
		return r.Max.Seconds()
	}
	return r.Min.Seconds()
}

// CompanySort returns the sort value of ByCompany.
func CompanySort(name, id string) string { return policy.SortKey(name) + "\t" + id }

// ValidFromSort returns the sort value of ByValidFrom: ascending text order puts
// the newest run first.
func ValidFromSort(from time.Time) string {
	return fmt.Sprintf("%015d", policy.Forever.Unix()-from.Unix())
}

// HitSort returns the sort value of a hit by the class and the text that matched.
func HitSort(class MatchClass, matched string) string {
	const enough = 80 // of a quote, which may be long
	key := policy.SortKey(matched)
	return fmt.Sprintf("%d%s", class, key[:min(len(key), enough)])
}

// LengthSort returns the sort value of ByRetention: ascending text order puts
// the longest retention first and none last.
func LengthSort(seconds int64) string { return fmt.Sprintf("%015d", 999_999_999_999_999-1-seconds) }
