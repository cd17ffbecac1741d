package policy

import (
	"cmp"
	"slices"
	"time"
)

// A Kind tells what a published document is about.
type Kind string

const (
	PrivacyPolicy  Kind = "privacy"
	CookiePolicy   Kind = "cookies"
	Subprocessors  Kind = "subprocessors"
	RetentionTable Kind = "retention"
	ForChildren    Kind = "children"
	ForCandidates  Kind = "candidates"
	ForCalifornia  Kind = "california"
	Terms          Kind = "terms"
	OtherDocument  Kind = "other"
)

// A Policy is a document that a company publishes, whatever its text at a time.
type Policy struct {
	ID        string // see PolicyID
	CompanyID string
	Kind      Kind
	URL       string   // the first canonical address, or the file's name
	Aliases   []string // later addresses
	Language  string   // BCP 47, "" if unknown
	Region    string   // ISO 3166 or EEA, "" if unsaid
}

// PolicyID identifies a policy by its company and its first canonical address
// (the file's name without one).
func PolicyID(companyID, url string) string { return digest("policy", companyID, url) }

// A Version is one text of a policy.
type Version struct {
	ID       string // see VersionID
	PolicyID string
	Hash     string // HashText of the text
	Language string
	// Assessed is false where the text could not be read for practices: a
	// language without rules, or no text. It then says nothing about absence.
	Assessed bool
}

// VersionID identifies a text of a policy.
func VersionID(policyID, textHash string) string { return digest("version", policyID, textHash) }

// A Capture records that a version was what the policy said at a moment.
type Capture struct {
	VersionID string
	At        time.Time
}

// Forever is the end of what still holds.
var Forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// A Spell is a half-open time during which a version stood. A version that
// returns after another has several.
type Spell struct {
	VersionID string
	From, To  time.Time // To is Forever while it stands
}

// Spells returns the time line that captures tell, in order and without gaps:
// each version stands from its first capture until that of the next one. It
// does not depend on the order of captures; of two at the same moment the one
// with the greater version ID stands.
func Spells(captures []Capture) []Spell {
	sorted := slices.Clone(captures)
	slices.SortFunc(sorted, func(a, b Capture) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.VersionID, b.VersionID))
	})
	var spells []Spell
	for _, c := range sorted {
		last := len(spells) - 1
		if last >= 0 && spells[last].From.Equal(c.At) {
			spells = spells[:last]
			last--
		}
		if last >= 0 {
			if spells[last].VersionID == c.VersionID {
				spells[last].To = Forever
				continue
			}
			spells[last].To = c.At
		}
		spells = append(spells, Spell{VersionID: c.VersionID, From: c.At, To: Forever})
	}
	return spells
}

// A Run is a half-open time during which a practice is valid.
type Run struct{ From, To time.Time }

// Holds reports whether at lies within the run.
func (r Run) Holds(at time.Time) bool { return !at.Before(r.From) && at.Before(r.To) }

// Runs returns when a practice is valid: the spells of the versions that state
// it, adjacent ones joined. A run that begins with the first spell means "at
// least since".
func Runs(spells []Spell, states func(versionID string) bool) []Run {
	var runs []Run
	for _, s := range spells {
		if !states(s.VersionID) {
			continue
		}
		if last := len(runs) - 1; last >= 0 && runs[last].To.Equal(s.From) {
			runs[last].To = s.To
			continue
		}
		runs = append(runs, Run{s.From, s.To})
	}
	return runs
}
