package graph

import "policygraph/policy"

// A PracticeFilter selects practices; the zero value selects all. Everything
// that is set must hold, for And all, for Or at least one (unless empty), and
// Not must not.
type PracticeFilter struct {
	Keys      []string
	PolicyIDs []string
	// VersionIDs selects practices that these versions state. In the outermost
	// filter it also replaces asOf, whenever the versions stood: the evidence is
	// that of these versions, grouped by version ID, and the run is the latest
	// in which one of them stood (zero if none ever did).
	VersionIDs []string
	Company    *OrganizationFilter
	Recipient  *OrganizationFilter // the named recipient
	Source     *OrganizationFilter
	// Categories are of recipients: named by the category alone, or
	// organisations in this role.
	Categories []string
	// DataTypes and Purposes are already widened to narrower terms (see
	// vocab.Vocabulary.Narrower). Denied practices need care: one about a
	// broader term denies the narrower ones; api widens upwards for them.
	DataTypes  []string
	Purposes   []string
	LegalBases []string
	Safeguards []string
	Place      *PlaceFilter
	Actions    []policy.Action
	Stance     policy.Stance // "" = both
	Method     policy.Method // "" = any; some of the evidence returned is of this method
	Retention  *RetentionFilter
	And, Or    []PracticeFilter
	Not        *PracticeFilter
}

// A PlaceFilter selects practices by one of their places.
type PlaceFilter struct {
	In   []policy.Place // any of these; empty = any place at all
	Role policy.PlaceRole
}

// A RetentionFilter selects practices that have a retention. Lengths are
// compared as policy.Period.Seconds; the length of a retention is that of its
// maximum, else of its minimum.
type RetentionFilter struct {
	AtLeast  policy.Period // zero = no bound
	AtMost   policy.Period // zero = no bound
	Criteria []string      // any of these
}

// An OrganizationFilter selects organisations; the zero value selects all.
type OrganizationFilter struct {
	IDs     []string
	Names   []string // name or alias, compared by policy.NameKey
	Domains []string // compared in lower case
	LEIs    []string
	Kinds   []policy.OrganizationKind
	// Countries of the seat; blocs must be widened to their countries before.
	Countries []policy.Place
	Sectors   []string
	Company   bool // only those that publish a policy
	Processor bool // only those that some policy states, or once stated, get data
	And, Or   []OrganizationFilter
	Not       *OrganizationFilter
}

// A PracticeOrder is an order of practices; ties are broken by key.
type PracticeOrder string

const (
	// ByCompany orders by the sort key and ID of the company. It is the zero order.
	ByCompany PracticeOrder = ""
	// ByRetention orders by length of retention, longest first; practices
	// without a period come last.
	ByRetention PracticeOrder = "retention"
	// ByValidFrom orders by the start of the run, newest first.
	ByValidFrom PracticeOrder = "valid-from"
)
