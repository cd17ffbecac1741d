package vocab

import (
	"slices"
	"sync"

	"policygraph/policy"
)

// A Directory is the list of organisations that we know beforehand: brands and
// products, the companies that operate them and the groups that own those.
type Directory struct {
	organizations []policy.Organization
	ownerships    []policy.Ownership
	byID          map[string]int
	byName        map[string]int // policy.NameKey of names and aliases
	byDomain      map[string]int
	guarded       map[string]bool
	category      map[string]string
}

// Organizations returns the directory, read once from the embedded tables.
var Organizations = sync.OnceValue(func() *Directory { return mustDirectory() })

// All returns every organisation, sorted by ID; it must not be modified.
func (d *Directory) All() []policy.Organization { return d.organizations }

// Ownerships returns every edge, sorted by owned, owner, from; it must not be modified.
func (d *Directory) Ownerships() []policy.Ownership { return d.ownerships }

// ByID returns the organisation with the given ID.
func (d *Directory) ByID(id string) (policy.Organization, bool) { return d.at(d.byID, id) }

// ByName returns the organisation with the given name or alias, whatever its
// case, accents, punctuation and legal form.
func (d *Directory) ByName(name string) (policy.Organization, bool) {
	return d.at(d.byName, policy.NameKey(name))
}

// ByDomain returns the organisation that the given registrable domain belongs to.
func (d *Directory) ByDomain(domain string) (policy.Organization, bool) {
	return d.at(d.byDomain, policy.Fold(domain))
}

// Guarded reports whether the name of the organisation is also an ordinary
// word, browser or operating system (Meta, Segment, Orange), so that a text
// means the organisation only where its case and context say so.
func (d *Directory) Guarded(id string) bool { return d.guarded[id] }

// Category returns what the organisation mostly does ("analytics", "payment",
// "browser", …), a word of the directory's category column.
func (d *Directory) Category(id string) string { return d.category[id] }

// Owners returns the organisations above id at any time, nearest first.
func (d *Directory) Owners(id string) []string {
	var out []string
	for todo := []string{id}; len(todo) > 0; todo = todo[1:] {
		for _, o := range d.ownerships {
			if o.Owned == todo[0] && o.Owner != id && !slices.Contains(out, o.Owner) {
				out = append(out, o.Owner)
				todo = append(todo, o.Owner)
			}
		}
	}
	return out
}

func (d *Directory) at(index map[string]int, key string) (policy.Organization, bool) {
	i, ok := index[key]
	if !ok {
		return policy.Organization{}, false
	}
	return d.organizations[i], true
}

func mustDirectory() *Directory {
	return &Directory{} // read from data/organizations.tsv and data/ownerships.tsv
}
