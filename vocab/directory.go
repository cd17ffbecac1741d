package vocab

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"policygraph/policy"
)

// categories are the words of the directory's category column.
var categories = []string{
	"advertising",    // ad networks, attribution, affiliate programmes, audience data
	"ai",             // models and assistants
	"analytics",      // audience measurement, experiments, crash reports, monitoring, tag managers
	"app-store",      // shops for apps
	"auth",           // sign-in
	"browser",        // web browsers
	"business",       // office, recruiting, signing, outsourcing
	"commerce",       // shops, marketplaces and the software behind them
	"consent",        // consent banners and preference centres
	"credit",         // credit bureaus
	"data-broker",    // data about people from elsewhere
	"delivery",       // post and parcels
	"developer",      // tools for people who write software
	"device",         // phones, watches, televisions
	"gaming",         // games and their platforms
	"group",          // companies that appear here as owners only
	"hosting",        // servers, storage, databases, content delivery
	"identity",       // identity and age verification, background checks
	"maps",           // maps and location
	"marketing",      // email, push and customer relationship
	"media",          // video, music, reviews and publishing
	"messaging",      // messages between people, and the services that send them
	"os",             // operating systems
	"payment",        // payment, cards, billing
	"platform",       // companies of many trades
	"representative", // representatives under Article 27 GDPR
	"search",         // search engines
	"security",       // against bots and fraud
	"social",         // social networks and their widgets
	"support",        // help desks, chat, call centres
	"survey",         // questionnaires and feedback
	"travel",         // transport and booking
}

// A Directory is the list of organisations that we know beforehand: brands and
// products, the companies that operate them and the groups that own those.
//
// A company and the brand of the same name are one node ("Google" stands for
// Google LLC, which is its alias, as are its regional companies such as Google
// Ireland Limited); a brand of another name than its company has a node of its
// own, owned by it (Snapchat by Snap). The kind says which: a node that stands
// for a company is a legal entity.
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
// "browser", …), one of the words listed as categories.
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

// mustDirectory reads the directory. The data is embedded and tested, so that
// an error is a fault of the build.
func mustDirectory() *Directory {
	d, err := loadDirectory()
	if err != nil {
		panic(fmt.Sprintf("directory of organisations: %v", err))
	}
	return d
}

func loadDirectory() (*Directory, error) {
	d := &Directory{byID: map[string]int{}, byName: map[string]int{}, byDomain: map[string]int{},
		guarded: map[string]bool{}, category: map[string]string{}}
	if err := d.readOrganizations(); err != nil {
		return nil, err
	}
	if err := d.readOwnerships(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Directory) readOrganizations() error {
	table, err := rows("organizations")
	if err != nil {
		return err
	}
	slices.SortFunc(table, func(a, b map[string]string) int { return cmp.Compare(a["id"], b["id"]) })
	for i, r := range table {
		o := policy.Organization{ID: r["id"], Name: r["name"], Kind: policy.OrganizationKind(r["kind"]),
			Aliases: list(r["aliases"]), Domains: list(r["domains"]), Country: policy.Place(r["country"]),
			LEI: r["lei"], Listed: true}
		slices.Sort(o.Aliases)
		slices.Sort(o.Domains)
		if err := o.Valid(); err != nil {
			return err
		}
		if !slices.Contains(categories, r["category"]) {
			return fmt.Errorf("organisation %q: unknown category %q", o.ID, r["category"])
		}
		if err := d.index(o, i); err != nil {
			return err
		}
		d.organizations = append(d.organizations, o)
		d.guarded[o.ID] = r["guarded"] == "1"
		d.category[o.ID] = r["category"]
	}
	return nil
}

// index makes the i-th organisation known by its ID, names and domains, each
// of which must lead to one organisation only.
func (d *Directory) index(o policy.Organization, i int) error {
	put := func(index map[string]int, key string) error {
		if j, ok := index[key]; ok && j != i {
			return fmt.Errorf("organisations %q and %q share %q", d.organizations[j].ID, o.ID, key)
		}
		index[key] = i
		return nil
	}
	if err := put(d.byID, o.ID); err != nil {
		return err
	}
	for _, name := range append([]string{o.Name}, o.Aliases...) {
		if err := put(d.byName, policy.NameKey(name)); err != nil {
			return err
		}
	}
	for _, domain := range o.Domains {
		if err := put(d.byDomain, domain); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) readOwnerships() error {
	table, err := rows("ownerships")
	if err != nil {
		return err
	}
	for _, r := range table {
		o := policy.Ownership{Owned: r["owned"], Owner: r["owner"], Source: r["source"], Verified: r["verified"] == "1"}
		for _, id := range []string{o.Owned, o.Owner} {
			if _, ok := d.byID[id]; !ok {
				return fmt.Errorf("%q owned by %q: no organisation %q", o.Owned, o.Owner, id)
			}
		}
		if o.From, err = policy.ParseDate(r["from"]); err != nil {
			return fmt.Errorf("%q owned by %q: from %w", o.Owned, o.Owner, err)
		}
		if o.To, err = policy.ParseDate(r["to"]); err != nil {
			return fmt.Errorf("%q owned by %q: to %w", o.Owned, o.Owner, err)
		}
		d.ownerships = append(d.ownerships, o)
	}
	slices.SortFunc(d.ownerships, func(a, b policy.Ownership) int {
		return cmp.Or(cmp.Compare(a.Owned, b.Owned), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.From, b.From))
	})
	return nil
}

// list returns the items of a cell, which are separated by semicolons.
func list(cell string) []string {
	if cell == "" {
		return nil
	}
	items := strings.Split(cell, ";")
	for i, s := range items {
		items[i] = strings.TrimSpace(s)
	}
	return items
}
