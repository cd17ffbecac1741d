package crawler

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/policy"
)

// A daily crawls one policy again and again, each time a day later.
type daily struct {
	t   *testing.T
	web *web
	a   *Archive
	day int
}

var firstDay = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newDaily(t *testing.T) *daily {
	return &daily{t: t, web: newWeb(t), a: openTemp(t)}
}

// crawl crawls what the handler answers today.
func (d *daily) crawl(answer http.HandlerFunc) Summary {
	d.t.Helper()
	d.web.handle("acme.example/privacy", answer)
	o := d.web.options(d.a, urlCompany("Acme", acmePolicy))
	o.Refresh = time.Hour
	today := firstDay.AddDate(0, 0, d.day)
	o.Now = func() time.Time { return today }
	o.EffectiveDate = func(doc *policy.Document) policy.Date { return "2026-02-01" }
	d.day++
	return mustCrawl(d.t, o)
}

// timeline returns the captures as "version from-to", days counted from 0.
func (d *daily) timeline() string {
	number := map[string]int{}
	for _, doc := range documents(d.t, d.a) {
		number[doc.TextSHA256] = doc.Version
	}
	days := func(at time.Time) int { return int(at.Sub(firstDay).Hours()) / 24 }
	var out []string
	for _, c := range captures(d.t, d.a) {
		out = append(out, fmt.Sprintf("%d:%d-%d", number[c.TextSHA256], days(c.FetchedAt), days(c.LastSeenAt)))
	}
	return strings.Join(out, " ")
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
}

// What each visit makes of the time line.
func TestTimeline(t *testing.T) {
	base := policyPage("Privacy Policy", "We delete logs after 30 days.", "Last updated: 1 March 2026")
	other := policyPage("Privacy Policy", "We sell your location to advertisers.")
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }
	long := policyPage("Privacy Policy", strings.Repeat("We also keep a record of that for the auditors. ", 40))
	for _, tt := range []struct {
		name    string
		answers []http.HandlerFunc
		want    string
		changes string // of the last visit
	}{
		{"new", []http.HandlerFunc{answer(base)}, "1:0-0", "new"},
		{"the same again", []http.HandlerFunc{answer(base), answer(base), answer(base)}, "1:0-2", "unchanged"},
		{"other markup, same words", []http.HandlerFunc{answer(base), answer(strings.ReplaceAll(base, "<p>", `<p class="x">`))}, "1:0-1", "unchanged"},
		{"only the date of the last update", []http.HandlerFunc{answer(base), answer(strings.Replace(base, "1 March", "2 April", 1))}, "1:0-1", "unchanged"},
		{"other wording", []http.HandlerFunc{answer(base), answer(other)}, "1:0-0 2:1-1", "changed"},
		{"only figures", []http.HandlerFunc{answer(base), answer(strings.Replace(base, "30 days", "90 days", 1))}, "1:0-0 2:1-1", "changed"},
		{"back again", []http.HandlerFunc{answer(base), answer(other), answer(base), answer(base)}, "1:0-0 2:1-1 1:2-3", "unchanged"},
		{"returned", []http.HandlerFunc{answer(base), answer(other), answer(base)}, "1:0-0 2:1-1 1:2-2", "returned"},
		{"a failure ends nothing", []http.HandlerFunc{answer(base), down, answer(base)}, "1:0-2", "unchanged"},
		{"a sudden double is held", []http.HandlerFunc{answer(base), answer(long)}, "1:0-0", ""},
		{"a double that goes was none", []http.HandlerFunc{answer(base), answer(long), answer(base)}, "1:0-2", "unchanged"},
		{"a double that stays counts", []http.HandlerFunc{answer(base), answer(long), answer(long)}, "1:0-0 2:2-2", "changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDaily(t)
			var last Summary
			for _, a := range tt.answers {
				last = d.crawl(a)
			}
			if got := d.timeline(); got != tt.want {
				t.Errorf("time line %s, want %s", got, tt.want)
			}
			if want := map[Change]int{Change(tt.changes): 1}; fmt.Sprint(last.Changes) != fmt.Sprint(want) {
				t.Errorf("changes %v, want %v", last.Changes, want)
			}
		})
	}
}

// The server says that nothing changed where it is asked with what it gave.
func TestNotModified(t *testing.T) {
	d := newDaily(t)
	bodies := 0
	for range 3 {
		d.crawl(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Sun, 01 Mar 2026 00:00:00 GMT" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			bodies++
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Last-Modified", "Sun, 01 Mar 2026 00:00:00 GMT")
			answer(policyPage("Privacy Policy"))(w, r)
		})
	}
	if got := d.timeline(); got != "1:0-2" || bodies != 1 {
		t.Errorf("time line %s after %d bodies, want 1:0-2 after one", got, bodies)
	}
}

// A line of `documents --format jsonl`, for a version and for a failure.
func TestDocumentJSON(t *testing.T) {
	d := newDaily(t)
	d.crawl(answer(policyPage("Privacy Policy", "We delete logs after 30 days.")))
	d.crawl(answer(policyPage("Privacy Policy", "We delete logs after 90 days.")))
	d.crawl(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	var got bytes.Buffer
	for _, doc := range documents(t, d.a) {
		e := json.NewEncoder(&got)
		if err := e.Encode(doc); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "testdata/documents.golden", got.String())
}

// Moments of imports and times of crawls make one time line, whatever came first.
func TestTimelineOfCaptures(t *testing.T) {
	capture := func(text string, from, to int) Capture {
		return Capture{TextSHA256: text, FetchedAt: firstDay.AddDate(0, 0, from), LastSeenAt: firstDay.AddDate(0, 0, to)}
	}
	for _, tt := range []struct {
		name       string
		kept, want []Capture
	}{
		{"nothing", nil, nil},
		{"one", []Capture{capture("a", 1, 5)}, []Capture{capture("a", 1, 5)}},
		{"moments of one wording", []Capture{capture("a", 1, 1), capture("a", 2, 2), capture("a", 5, 5)}, []Capture{capture("a", 1, 5)}},
		{"within the same", []Capture{capture("a", 1, 5), capture("a", 3, 3)}, []Capture{capture("a", 1, 5)}},
		{"within another", []Capture{capture("a", 1, 5), capture("b", 3, 3)}, []Capture{capture("a", 1, 1), capture("b", 3, 3), capture("a", 5, 5)}},
		{"between others", []Capture{capture("a", 1, 2), capture("b", 3, 3), capture("a", 4, 6)}, []Capture{capture("a", 1, 2), capture("b", 3, 3), capture("a", 4, 6)}},
	} {
		if got := timeline(tt.kept); !slices.EqualFunc(got, tt.want, sameCapture) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func sameCapture(a, b Capture) bool {
	return a.TextSHA256 == b.TextSHA256 && a.FetchedAt.Equal(b.FetchedAt) && a.LastSeenAt.Equal(b.LastSeenAt)
}
