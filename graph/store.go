// Package graph is the knowledge graph over all policies: the contract that
// every store keeps, and what is computed over it. It speaks the domain, never
// SQL or Cypher; the stores live in graph/sqlite and graph/neo4j and pass the
// same suite, graph/storetest.
package graph

import (
	"context"
	"errors"
	"time"

	"policygraph/policy"
)

var (
	// ErrNotFound is returned for an ID that the store does not hold.
	ErrNotFound = errors.New("not found")
	// ErrNewerSchema is returned on opening a store that a newer version of the program wrote.
	ErrNewerSchema = errors.New("the store was written by a newer policygraph")
	// ErrNotGraph is returned on opening something that is no store of this program.
	ErrNotGraph = errors.New("not a policygraph store")
	// ErrUnavailable is returned where the server of a store does not answer.
	ErrUnavailable = errors.New("store unavailable")
)

// A Store keeps the graph. Methods are safe for concurrent use; each write is
// one transaction that happens whole or not at all. Equal calls on two stores
// with the same content return equal results, in the same order.
type Store interface {
	// Put records one capture of one policy: company, policy, version, reading
	// and moment. It reports whether anything changed; putting the same
	// capture with the same rules again changes nothing, not even a time.
	Put(ctx context.Context, c Capture) (changed bool, err error)
	// Replace replaces the readings of kept versions of one policy, by version
	// ID, as made by the given rules; texts and spells stay.
	Replace(ctx context.Context, policyID, rules string, readings map[string]*policy.Reading) error

	// Policies returns the policies that f selects, ordered by company sort
	// key, then company ID, then URL, then ID.
	Policies(ctx context.Context, f PolicyFilter) ([]Policy, error)
	// Versions returns the versions that f selects, ordered by policy ID, then
	// the start of their first spell, then ID. Text and blocks are loaded only
	// if f.WithText is set.
	Versions(ctx context.Context, f VersionFilter) ([]Version, error)
	// Organizations returns the organisations that f selects, in the order of
	// (SortKey of the name, ID).
	Organizations(ctx context.Context, f OrganizationFilter, page Page) (List[Organization], error)
	// Ownerships returns the edges whose owned or owner organisation is among
	// ids, or all for none, ordered by owned, owner, from.
	Ownerships(ctx context.Context, ids []string) ([]policy.Ownership, error)
	// Practices returns the practices that f selects and that are valid at asOf.
	// If f.VersionIDs is set it takes the place of asOf.
	Practices(ctx context.Context, f PracticeFilter, asOf AsOf, order PracticeOrder, page Page) (List[Practice], error)
	// Sharing returns the edges that q selects, in the order of (SortKey and
	// ID of the far organisation, ID of the near one).
	Sharing(ctx context.Context, q SharingQuery, page Page) (List[Sharing], error)
	// Evidence returns the evidence with the given IDs, in no order; unknown IDs are left out.
	Evidence(ctx context.Context, ids []string) ([]Evidence, error)
	// Search returns what matches the query, best class first, then by sort
	// key, then ID; nothing for a query without words.
	Search(ctx context.Context, q SearchQuery, page Page) (List[Hit], error)
	// Counts returns how much the store holds.
	Counts(ctx context.Context) (Counts, error)
	Close() error
}

// A Capture is what Put records: everything that one fetch of one policy tells.
type Capture struct {
	Company policy.Organization // who publishes it
	Policy  policy.Policy
	At      time.Time // when the text was what the policy said; UTC, whole seconds
	// Document is the text with its blocks, and Reading what it says.
	Document *policy.Document
	Reading  *policy.Reading
	// Rules identifies the rules and vocabularies that made the reading.
	Rules string
}

// A Policy is a policy as the graph knows it.
type Policy struct {
	policy.Policy
	Spells []policy.Spell // in order, never empty
}

// A PolicyFilter selects policies; the zero value selects all. Fields that are
// set must all hold.
type PolicyFilter struct {
	IDs        []string
	CompanyIDs []string
}

// A Version is a version as the graph knows it, with what it says of the
// policy as a whole.
type Version struct {
	policy.Version
	Rules      string // that made the reading
	Spells     []policy.Spell
	Effective  policy.Date
	Controller *policy.Controller
	Contacts   []policy.Contact
	Rights     []policy.Right
	Document   *policy.Document // only WithText
}

// A VersionFilter selects versions; the zero value selects all.
type VersionFilter struct {
	IDs       []string
	PolicyIDs []string
	NotRules  string // only versions read by other rules than these
	WithText  bool
}

// An Organization is an organisation as the graph knows it.
type Organization struct {
	policy.Organization
	Company   bool // publishes a policy
	Processor bool // some policy states, or once stated, that it gets data
}

// An Evidence is evidence with its place in the graph.
type Evidence struct {
	policy.Evidence
	ID         string
	PracticeID string // key
	VersionID  string
}

// A Practice is a practice as the graph knows it.
type Practice struct {
	policy.Statement
	Key       string // identifies it; see policy.Statement.Key
	PolicyID  string
	CompanyID string
	// Evidence is that of the version that stood at the moment asked for (or of
	// PracticeFilter.VersionIDs), in the order of the text; never empty.
	Evidence []Evidence
	// Run is the time of validity that holds the moment asked for.
	Run policy.Run
	// SinceFirst reports whether the run begins with the first capture of the
	// policy: it is then valid at least since.
	SinceFirst bool
	Sort       string // the value of the order asked for; with Key the position. See CompanySort, LengthSort, ValidFromSort
}

// A Sharing is the derived edge from a company to an organisation that it
// shares data with: what its stated share, sell and transfer practices say, as
// unions. Combinations are answered through practices. With Stance Denied in
// the outermost filter of the query it is what those practices deny.
type Sharing struct {
	// ID is the ID of the far organisation, a space and that of the near one:
	// with Sort the position.
	ID             string
	CompanyID      string
	OrganizationID string // as the policy names it
	DataTypes      []string
	Purposes       []string
	Places         []PlaceOfProcessing
	Practices      int
	FirstSeen      time.Time // the earliest beginning of all runs of these practices
	LastSeen       time.Time // the latest end of them: policy.Forever while it stands
	Sort           string    // sort key of the far end
}

// A PlaceOfProcessing is a place in its role.
type PlaceOfProcessing struct {
	Place policy.Place
	Role  policy.PlaceRole
}

// A SharingQuery selects sharing edges by one of their ends.
type SharingQuery struct {
	// Companies or Organizations, one of them set: the near ends.
	Companies     []string // sharesWith: edges from these
	Organizations []string // sharedBy: edges to these
	Filter        PracticeFilter
	AsOf          AsOf
}

// AsOf is the moment at which a question is asked: the zero value means what
// stands now, without an end.
type AsOf struct{ time.Time }

// Moment returns the instant at which runs are tested.
func (a AsOf) Moment() time.Time {
	if a.IsZero() {
		return policy.Forever.Add(-time.Second)
	}
	return a.Time
}

// A SearchKind is a kind of thing that can be found.
type SearchKind string

const (
	FindOrganization SearchKind = "organization"
	FindDataType     SearchKind = "data-type"
	FindQuote        SearchKind = "quote"
)

// A SearchQuery asks for all words of Text.
type SearchQuery struct {
	Text  string
	Kinds []SearchKind // none = all
}

// A Hit is something found, by the name or label that matches best. Evidence is
// found in the versions that stand now, and of evidence for the same place of a
// text only that with the least ID. Its position is (Sort, ID).
type Hit struct {
	Kind    SearchKind
	ID      string // organisation ID, data-type term or evidence ID
	Matched string // the name, alias, label or quote that matched, as written
	Class   MatchClass
	Sort    string // see HitSort
}

// A MatchClass tells how well a hit matches; lower is better.
type MatchClass int

const (
	MatchExact  MatchClass = iota // the whole folded text
	MatchPrefix                   // its beginning
	MatchToken                    // all words, somewhere in it
)

// Counts tells how much a store holds.
type Counts struct {
	Companies, Organizations, Processors, Policies, Versions, Practices, Evidence int
	NotAssessed                                                                   int // versions that could not be read
	Newest                                                                        time.Time
}
