package policy

import (
	"fmt"
	"time"
)

// An OrganizationKind tells what an organisation is.
type OrganizationKind string

const (
	LegalEntity OrganizationKind = "legal-entity"
	Brand       OrganizationKind = "brand"
	Product     OrganizationKind = "product"
)

// An Organization is a legal entity, a brand or a product. It may publish
// policies, be named as a recipient by others, or both: it is one node.
type Organization struct {
	ID      string // slug; stable
	Name    string
	Kind    OrganizationKind
	Aliases []string // other names, sorted
	Domains []string // registrable domains, sorted
	Country Place    // of its seat, or ""
	Sector  string   // as the list of companies tells it, or ""
	LEI     string   // ISO 17442, or ""
	// Listed reports whether the directory of organisations knows it; the
	// others were found by their form in a text.
	Listed bool
}

// An Ownership says that Owned belonged to Owner from From until To: a product
// to its brand or company, a company to its group.
type Ownership struct {
	Owned, Owner string // organisation IDs
	From, To     Date   // half-open; "" where unknown or still so
	Source       string // address or note of where this is said
	Verified     bool   // the source was read and says so
}

// Holds reports whether the ownership was in force at the moment at.
func (o Ownership) Holds(at time.Time) bool {
	if from, ok := o.From.Time(); ok && at.Before(from) {
		return false
	}
	to, ok := o.To.Time()
	return !ok || at.Before(to)
}

// Valid reports what is wrong with the organisation, if anything.
func (o Organization) Valid() error {
	switch {
	case o.ID == "" || o.Name == "":
		return fmt.Errorf("organisation %q %q without an ID or a name", o.ID, o.Name)
	case o.ID != SlugOf(o.ID):
		return fmt.Errorf("organisation ID %q is not a slug", o.ID)
	}
	switch o.Kind {
	case LegalEntity, Brand, Product:
	default:
		return fmt.Errorf("organisation %q: unknown kind %q", o.ID, o.Kind)
	}
	if o.Country != "" && !o.Country.Country() {
		return fmt.Errorf("organisation %q: %q is not a country", o.ID, o.Country)
	}
	return nil
}
