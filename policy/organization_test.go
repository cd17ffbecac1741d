package policy

import (
	"strings"
	"testing"
	"time"
)

func TestOrganizationValid(t *testing.T) {
	valid := Organization{ID: "acme-retail", Name: "Acme Retail", Kind: LegalEntity, Country: "FR"}
	for _, tt := range []struct {
		name  string
		spoil func(*Organization)
		want  string // in the error; "" = none
	}{
		{"valid", func(*Organization) {}, ""},
		{"brand without a country", func(o *Organization) { o.Kind, o.Country = Brand, "" }, ""},
		{"product", func(o *Organization) { o.Kind = Product }, ""},
		{"no ID", func(o *Organization) { o.ID = "" }, "without an ID or a name"},
		{"no name", func(o *Organization) { o.Name = "" }, "without an ID or a name"},
		{"ID that is no slug", func(o *Organization) { o.ID = "Acme Retail" }, "not a slug"},
		{"no kind", func(o *Organization) { o.Kind = "" }, "unknown kind"},
		{"unknown kind", func(o *Organization) { o.Kind = "person" }, "unknown kind"},
		{"seat in a bloc", func(o *Organization) { o.Country = EU }, "not a country"},
		{"seat nowhere", func(o *Organization) { o.Country = "UK" }, "not a country"},
	} {
		o := valid
		tt.spoil(&o)
		err := o.Valid()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestOwnershipHolds(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, tt := range []struct {
		from, to Date
		at       string
		want     bool
	}{
		{"", "", "1990-01-01 00:00:00", true},
		{"2015-10", "", "2015-10-01 00:00:00", true},
		{"2015-10", "", "2015-09-30 23:59:59", false},
		{"", "2020", "2019-12-31 23:59:59", true},
		{"", "2020", "2020-01-01 00:00:00", false},
		{"2015-10-02", "2020", "2017-06-01 12:00:00", true},
	} {
		if got := (Ownership{From: tt.from, To: tt.to}).Holds(at(tt.at)); got != tt.want {
			t.Errorf("from %q to %q at %s: %v, want %v", tt.from, tt.to, tt.at, got, tt.want)
		}
	}
	if !(Ownership{From: "2015"}).Holds(Forever.Add(-time.Second)) {
		t.Error("an ownership without an end ends")
	}
}
