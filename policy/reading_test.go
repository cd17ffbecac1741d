package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const told = "We collect your name. We collect your e-mail. We also collect your name, as Acme or Acme Ltd."

// said returns a practice that collects a data type, with evidence by a rule of
// the given confidence.
func said(t testing.TB, dataType, words, party, rule string, confidence float64) Practice {
	t.Helper()
	f := found(t, told, words)
	f.Party, f.Rule, f.Confidence = party, rule, confidence
	e, err := NewEvidence(told, f)
	if err != nil {
		t.Fatal(err)
	}
	return practice(t, Statement{Action: Collect, Stance: Stated, DataTypes: []string{dataType}}, e)
}

// show returns practices as lines: what is said, then the evidence.
func show(practices []Practice) string {
	var b strings.Builder
	for _, p := range practices {
		fmt.Fprintf(&b, "%s:", strings.Join(p.Said().DataTypes, " "))
		for _, e := range p.Evidence() {
			fmt.Fprintf(&b, " %q by %q %s %.1f", e.Quote(), e.Finding().Party, e.Finding().Rule, e.Finding().Confidence)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestCollate(t *testing.T) {
	for _, tt := range []struct {
		name      string
		practices []Practice
		want      string
	}{
		{"nothing", nil, ""},
		{
			"two sentences that say the same are one practice with two pieces of evidence",
			[]Practice{
				said(t, "pd:Name", "We also collect your name", "", "r", 0.5),
				said(t, "pd:EmailAddress", "We collect your e-mail", "", "r", 0.5),
				said(t, "pd:Name", "We collect your name", "", "r", 0.5),
			},
			`pd:Name: "We collect your name" by "" r 0.5 "We also collect your name" by "" r 0.5
pd:EmailAddress: "We collect your e-mail" by "" r 0.5
`,
		},
		{
			"of evidence for the same words the more confident comes first, and stays",
			[]Practice{
				said(t, "pd:Name", "We also collect your name", "Acme", "a", 0.3),
				said(t, "pd:Name", "We also collect your name", "Acme Ltd", "a", 0.5),
				said(t, "pd:Name", "We also collect your name", "Acme", "b", 0.9),
			},
			`pd:Name: "We also collect your name" by "Acme" b 0.9 "We also collect your name" by "Acme Ltd" a 0.5
`,
		},
		{
			"practices of one sentence are told apart by their key",
			[]Practice{
				said(t, "pd:Name", "We collect your e-mail", "", "r", 0.5),
				said(t, "pd:EmailAddress", "We collect your e-mail", "", "r", 0.5),
			},
			`pd:Name: "We collect your e-mail" by "" r 0.5
pd:EmailAddress: "We collect your e-mail" by "" r 0.5
`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 10 {
				before := show(tt.practices)
				if got := show(Collate(tt.practices)); got != tt.want {
					t.Fatalf("collated\n%s\ninto\n%s\nwant\n%s", before, got, tt.want)
				}
				if after := show(tt.practices); after != before {
					t.Fatalf("the practices became\n%s\nwere\n%s", after, before)
				}
				r.Shuffle(len(tt.practices), func(i, j int) { tt.practices[i], tt.practices[j] = tt.practices[j], tt.practices[i] })
			}
		})
	}
}

// Collating what is collated changes nothing.
func TestCollateTwice(t *testing.T) {
	all := []Practice{
		said(t, "pd:Name", "We also collect your name", "Acme", "a", 0.3),
		said(t, "pd:Name", "We collect your name", "", "b", 0.9),
		said(t, "pd:EmailAddress", "your e-mail", "", "b", 0.9),
	}
	once := Collate(all)
	if len(once) != 2 {
		t.Fatalf("collated into\n%s", show(once))
	}
	if got, want := show(Collate(once)), show(once); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	split := append(slices.Clone(all), once...)
	if got, want := show(Collate(split)), show(once); got != want {
		t.Errorf("evidence was repeated:\n%s\nwant\n%s", got, want)
	}
}

func BenchmarkCollate(b *testing.B) {
	var all []Practice
	for i := range 500 {
		all = append(all, said(b, fmt.Sprintf("x:Type-%d", i%300), told[i%40:][:20], "", "r", 0.5))
	}
	b.ReportAllocs()
	for b.Loop() {
		Collate(all)
	}
}
