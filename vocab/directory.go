package vocab

import (
	"cmp"
	"fmt"
	"io/fs"
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
	d, err := loadDirectory(files)
	if err != nil {
		panic(fmt.Sprintf("directory of organisations: %v", err))
	}
	return d
}

func loadDirectory(fsys fs.FS) (*Directory, error) {
	d := &Directory{byID: map[string]int{}, byName: map[string]int{}, byDomain: map[string]int{},
		guarded: map[string]bool{}, category: map[string]string{}}
	if err := d.readOrganizations(fsys); err != nil {
		return nil, err
	}
	if err := d.readOwnerships(fsys); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Directory) readOrganizations(fsys fs.FS) error {
	table, err := rows(fsys, "organizations", "id", "name", "kind", "country", "category", "aliases", "domains", "guarded", "lei", "source", "verified")
	if err != nil {
		return err
	}
	slices.SortFunc(table, func(a, b row) int { return cmp.Compare(a.cells["id"], b.cells["id"]) })
	for i, r := range table {
		if err := d.addOrganization(r.cells, i); err != nil {
			return fmt.Errorf("%s: %w", r.at, err)
		}
		guarded, err := r.flag("guarded")
		if err != nil {
			return err
		}
		d.guarded[r.cells["id"]] = guarded
	}
	return nil
}

// addOrganization adds the i-th organisation of the directory.
func (d *Directory) addOrganization(cells map[string]string, i int) error {
	o := policy.Organization{ID: cells["id"], Name: cells["name"], Kind: policy.OrganizationKind(cells["kind"]),
		Aliases: list(cells["aliases"]), Domains: list(cells["domains"]), Country: policy.Place(cells["country"]),
		LEI: cells["lei"], Listed: true}
	slices.Sort(o.Aliases)
	slices.Sort(o.Domains)
	if err := o.Valid(); err != nil {
		return err
	}
	if !slices.Contains(categories, cells["category"]) {
		return fmt.Errorf("organisation %q: unknown category %q", o.ID, cells["category"])
	}
	if err := d.index(o, i); err != nil {
		return err
	}
	d.organizations = append(d.organizations, o)
	d.category[o.ID] = cells["category"]
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

func (d *Directory) readOwnerships(fsys fs.FS) error {
	table, err := rows(fsys, "ownerships", "owned", "owner", "from", "to", "source", "verified")
	if err != nil {
		return err
	}
	for _, r := range table {
		o, err := d.ownership(r)
		if err != nil {
			return err
		}
		d.ownerships = append(d.ownerships, o)
	}
	slices.SortFunc(d.ownerships, func(a, b policy.Ownership) int {
		return cmp.Or(cmp.Compare(a.Owned, b.Owned), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.From, b.From))
	})
	return nil
}

// ownership returns the edge that a row tells of.
func (d *Directory) ownership(r row) (policy.Ownership, error) {
	o := policy.Ownership{Owned: r.cells["owned"], Owner: r.cells["owner"], Source: r.cells["source"]}
	for _, id := range []string{o.Owned, o.Owner} {
		if _, ok := d.byID[id]; !ok {
			return o, fmt.Errorf("%s: no organisation %q", r.at, id)
		}
	}
	var err error
	if o.From, err = policy.ParseDate(r.cells["from"]); err != nil {
		return o, fmt.Errorf("%s: from: %w", r.at, err)
	}
	if o.To, err = policy.ParseDate(r.cells["to"]); err != nil {
		return o, fmt.Errorf("%s: to: %w", r.at, err)
	}
	o.Verified, err = r.flag("verified")
	return o, err
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
