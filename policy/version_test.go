package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// day returns midnight of the n-th day of a time of our own.
func day(n int) time.Time { return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// captures reads "A1 B5": version A captured on day 1, B on day 5.
func captures(t testing.TB, s string) []Capture {
	t.Helper()
	var out []Capture
	for _, word := range strings.Fields(s) {
		var n int
		if _, err := fmt.Sscanf(word[1:], "%d", &n); err != nil {
			t.Fatalf("%q: %v", word, err)
		}
		out = append(out, Capture{word[:1], day(n)})
	}
	return out
}

// showTime writes a day as its number; the end of what still holds is ∞.
func showTime(at time.Time) string {
	if at.Equal(Forever) {
		return "∞"
	}
	return fmt.Sprint(int(at.Sub(day(0)).Hours() / 24))
}

func showSpells(spells []Spell) string {
	var words []string
	for _, s := range spells {
		words = append(words, fmt.Sprintf("%s[%s,%s)", s.VersionID, showTime(s.From), showTime(s.To)))
	}
	return strings.Join(words, " ")
}

func showRuns(runs []Run) string {
	var words []string
	for _, r := range runs {
		words = append(words, fmt.Sprintf("[%s,%s)", showTime(r.From), showTime(r.To)))
	}
	return strings.Join(words, " ")
}

func TestSpells(t *testing.T) {
	for _, tt := range []struct{ name, captures, want string }{
		{"nothing", "", ""},
		{"the only text stands without an end", "A1", "A[1,∞)"},
		{"seeing it again extends its spell", "A1 A5 A9", "A[1,∞)"},
		{"a text stands until the next is captured", "A1 B5", "A[1,5) B[5,∞)"},
		{"a text that returns has a new spell", "A1 B5 A9", "A[1,5) B[5,9) A[9,∞)"},
		{"seen in the middle of its spell", "A1 A3 B5 B6", "A[1,5) B[5,∞)"},
		{"at one moment the greater ID stands", "A1 B1", "B[1,∞)"},
		{"and ends what stood before", "A1 B5 C5", "A[1,5) C[5,∞)"},
		{"one that never stood does not part a spell", "B1 A5 B5 B9", "B[1,∞)"},
		{"nor at the end of it", "B1 A5 B5 C9", "B[1,9) C[9,∞)"},
		{"a text that stood loses against a greater one", "A1 A5 B5", "A[1,5) B[5,∞)"},
		{"three at one moment", "A1 A5 B5 C5 A9", "A[1,5) C[5,9) A[9,∞)"},
		{"captured twice at one moment", "A1 A1 B1 B1", "B[1,∞)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := captures(t, tt.captures)
			r := rand.New(rand.NewPCG(3, 4))
			for range 10 {
				given := slices.Clone(all)
				if got := showSpells(Spells(given)); got != tt.want {
					t.Fatalf("spells of %v are %s, want %s", all, got, tt.want)
				}
				if !slices.Equal(given, all) {
					t.Fatalf("the captures became %v, were %v", given, all)
				}
				r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			}
		})
	}
}

func TestRuns(t *testing.T) {
	for _, tt := range []struct{ name, captures, states, want string }{
		{"no version states it", "A1 B5", "", ""},
		{"all versions: one run without an end", "A1 B5 C9", "A B C", "[1,∞)"},
		{"adjacent spells are joined", "A1 B5 C9", "A B", "[1,9)"},
		{"a gap parts two runs", "A1 B5 C9", "A C", "[1,5) [9,∞)"},
		{"a text that returns brings it back", "A1 B5 A9 C12", "A", "[1,5) [9,12)"},
		{"joined across a text that returns", "A1 B5 A9 C12", "A B", "[1,12)"},
		{"not at least since: it begins later", "A1 B5", "B", "[5,∞)"},
		{"a version that never stood states nothing", "A1 B1", "A", ""},
		{"a version that was never captured", "A1", "Z", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			states := strings.Fields(tt.states)
			got := Runs(Spells(captures(t, tt.captures)), func(v string) bool { return slices.Contains(states, v) })
			if showRuns(got) != tt.want {
				t.Errorf("runs %s, want %s", showRuns(got), tt.want)
			}
		})
	}
}

func TestRunIsHalfOpen(t *testing.T) {
	run := Run{day(1), day(5)}
	for at, want := range map[time.Time]bool{
		day(1): true, day(1).Add(-time.Second): false, day(5): false, day(5).Add(-time.Second): true,
		day(3).In(time.FixedZone("east", 3600)): true,
	} {
		if run.Holds(at) != want {
			t.Errorf("holds at %v: %v", at, !want)
		}
	}
	if !(Run{day(1), Forever}).Holds(Forever.Add(-time.Second)) {
		t.Error("an open run ends")
	}
}

// standing is the naive model: the version of the last capture up to a moment,
// the greatest of several.
func standing(all []Capture, at time.Time) string {
	var last Capture
	for _, c := range all {
		if !c.At.After(at) && (last.VersionID == "" || c.At.After(last.At) || c.At.Equal(last.At) && c.VersionID > last.VersionID) {
			last = c
		}
	}
	return last.VersionID
}

func TestSpellsAndRunsAsModel(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	stood := map[string]int{}
	for range 2000 {
		all := make([]Capture, r.IntN(12))
		for i := range all {
			all[i] = Capture{string(rune('A' + r.IntN(4))), day(r.IntN(15))}
		}
		stating := string(rune('A'+r.IntN(4))) + string(rune('A'+r.IntN(4)))
		states := func(v string) bool { return v != "" && strings.Contains(stating, v) }
		spells := Spells(all)
		runs := Runs(spells, states)
		for d := -1; d < 17; d++ {
			at := day(d).Add(12 * time.Hour)
			want, got, valid := standing(all, at), "", false
			for _, s := range spells {
				if (Run{s.From, s.To}).Holds(at) {
					got += s.VersionID
				}
			}
			for _, run := range runs {
				valid = valid || run.Holds(at)
			}
			if got != want || valid != states(want) {
				t.Fatalf("%v on day %d: %q stands, valid %v; want %q, %v\nspells %s runs %s of %s",
					all, d, got, valid, want, states(want), showSpells(spells), showRuns(runs), stating)
			}
			stood[want]++
		}
		for i := 1; i < len(spells); i++ {
			if !spells[i].From.Equal(spells[i-1].To) || spells[i].VersionID == spells[i-1].VersionID {
				t.Fatalf("%v: spells %s are not a time line", all, showSpells(spells))
			}
		}
		for i := 1; i < len(runs); i++ {
			if !runs[i].From.After(runs[i-1].To) {
				t.Fatalf("%v: runs %s should be joined", all, showRuns(runs))
			}
		}
	}
	if len(stood) != 5 {
		t.Errorf("not every case was tried: %v", stood)
	}
}

// Two lists of parts that look alike when joined have two identities.
func TestIdentities(t *testing.T) {
	if PolicyID("acme", "https://a.example") == PolicyID("acmeh", "ttps://a.example") {
		t.Error("policies of two companies are one")
	}
	if PolicyID("a", "b") == VersionID("a", "b") {
		t.Error("a policy is a version")
	}
	if HashText("a") == HashText("a ") || VersionID("p", HashText("a")) == VersionID("p", HashText("b")) {
		t.Error("two texts are one")
	}
	if got, want := PolicyID("acme", "https://acme.example/privacy"), "55500b15c21080827f2a58bec09abc7f"; got != want {
		t.Errorf("policy ID %s, want %s: every kept policy would get another", got, want)
	}
}
