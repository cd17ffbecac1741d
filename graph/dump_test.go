package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/graph/sqlite"
	"policygraph/policy"
)

func period(t testing.TB, iso string) policy.Period {
	t.Helper()
	p, err := policy.ParsePeriod(iso)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// captures returns those of a policy that says something, nothing, and the
// first again, and one text that never stood.
func captures(t testing.TB) []graph.Capture {
	t.Helper()
	return []graph.Capture{
		capture(t, 0, "We share your e-mail with Globex <Ltd> & keep it for 13 months."),
		capture(t, 10, "We changed our mind."),
		capture(t, 20, "We share your e-mail with Globex <Ltd> & keep it for 13 months."),
		capture(t, 20, "This never stood: we share your name with Globex."),
	}
}

func capture(t testing.TB, d int, text string) graph.Capture {
	t.Helper()
	r := &policy.Reading{Language: "en", Assessed: true}
	c := graph.Capture{
		Company:  policy.Organization{ID: "acme-test", Name: "Acme Test", Kind: policy.LegalEntity, Country: "FR", Domains: []string{"acme.example"}},
		Policy:   policy.Policy{ID: policy.PolicyID("acme-test", "https://acme.example"), CompanyID: "acme-test", Kind: policy.PrivacyPolicy, URL: "https://acme.example", Language: "en"},
		At:       time.Date(2024, 1, 1+d, 0, 0, 0, 0, time.UTC),
		Document: &policy.Document{Text: text, Language: "en"}, Reading: r, Rules: "rules-1",
	}
	if i := strings.Index(text, "Globex"); i >= 0 {
		e, err := policy.NewEvidence(text, policy.Finding{Spans: []policy.Span{{Start: i, End: len(text)}, {Start: 0, End: i}},
			Party: "Globex", Method: policy.ByRule, Rule: "share", Confidence: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		dataType := "pd:EmailAddress"
		if strings.Contains(text, "name") {
			dataType = "pd:Name"
		}
		said := policy.Statement{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: "globex-test", Role: "x:ServiceProviders"},
			DataTypes: []string{dataType}, Places: []policy.Place{"US"}, PlaceRole: policy.Transfer,
			Retention: &policy.Retention{Max: period(t, "P13M"), Scope: "e-mail"}}
		p, err := policy.NewPractice(said, e)
		if err != nil {
			t.Fatal(err)
		}
		r.Practices, r.Effective = []policy.Practice{p}, "2024-01"
		r.Rights = []policy.Right{{ID: "eu-gdpr:A15", Evidence: e}}
	}
	return c
}

func store(t testing.TB, puts []graph.Capture) graph.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, c := range puts {
		if _, err := s.Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func dump(t testing.TB, s graph.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := graph.Dump(t.Context(), s, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ours returns the lines of a dump that the directory of organisations does not tell.
func ours(t testing.TB, dump []byte) []byte {
	t.Helper()
	var out []byte
	var order []string
	for line := range bytes.Lines(dump) {
		var r struct {
			Record string
			Listed bool
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if len(order) == 0 || order[len(order)-1] != r.Record {
			order = append(order, r.Record)
		}
		if r.Record != "ownership" && !r.Listed {
			out = append(out, line...)
		}
	}
	if want := []string{"organization", "ownership", "policy", "version", "practice"}; !slices.Equal(order, want) {
		t.Errorf("records come as %q, want %q", order, want)
	}
	return out
}

// TestDump compares with testdata/dump.golden.jsonl, which UPDATE_GOLDEN=1 rewrites.
func TestDump(t *testing.T) {
	got := ours(t, dump(t, store(t, captures(t))))
	const file = "testdata/dump.golden.jsonl"
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (UPDATE_GOLDEN=1 writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 rewrites it); got\n%s", file, got)
	}
}

// Equal content gives equal bytes, whenever it was put.
func TestDumpIsDeterministic(t *testing.T) {
	puts := captures(t)
	want := dump(t, store(t, puts))
	slices.Reverse(puts)
	s := store(t, append(puts, puts...))
	for range 2 {
		if got := dump(t, s); !bytes.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", ours(t, got), ours(t, want))
		}
	}
}

// A dump reads organisations page by page, also where many have one name.
func TestDumpHasEachOrganizationOnce(t *testing.T) {
	const text, n = "To Globex", 1200
	c := capture(t, 0, text)
	said := c.Reading.Practices[0].Said()
	for i := range n {
		said.Recipient.Organization = fmt.Sprintf("globex-%d", i)
		p, err := policy.NewPractice(said, c.Reading.Practices[0].Evidence()...)
		if err != nil {
			t.Fatal(err)
		}
		c.Reading.Practices = append(c.Reading.Practices, p)
	}
	count := map[string]int{}
	for line := range bytes.Lines(dump(t, store(t, []graph.Capture{c}))) {
		var r struct{ Record, ID, Name string }
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r.Record == "organization" && r.Name == "Globex" {
			count[r.ID]++
		}
	}
	for id, times := range count {
		if times != 1 {
			t.Errorf("%s comes %d times", id, times)
		}
	}
	if len(count) != n+1 {
		t.Errorf("%d organisations, want %d", len(count), n+1)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestDumpFails(t *testing.T) {
	s := store(t, captures(t))
	if err := graph.Dump(t.Context(), s, brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("writing to a broken writer: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := graph.Dump(gone, s, &bytes.Buffer{}); !errors.Is(err, context.Canceled) {
		t.Errorf("dumping under a cancelled context: %v", err)
	}
}

// Group follows the ownerships of the directory.
func TestGroup(t *testing.T) {
	s := store(t, nil)
	got, err := graph.Group(t.Context(), s, "google", graph.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(got, "google") || !slices.Contains(got, "google-analytics") || slices.Contains(got, "alphabet") || !slices.IsSorted(got) {
		t.Errorf("the group of Google is %q", got)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := graph.Group(gone, s, "google", graph.AsOf{}); !errors.Is(err, context.Canceled) {
		t.Errorf("under a cancelled context: %v", err)
	}
}
