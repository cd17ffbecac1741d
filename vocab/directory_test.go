package vocab

import (
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/publicsuffix"

	"policygraph/policy"
)

func TestOrganizationsAreValid(t *testing.T) {
	d := Organizations()
	if len(d.All()) < 400 {
		t.Fatalf("%d organisations, want at least 400", len(d.All()))
	}
	if !slices.IsSortedFunc(d.All(), func(a, b policy.Organization) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the organisations are not sorted by ID")
	}
	used := map[string]bool{}
	for _, o := range d.All() {
		if err := o.Valid(); err != nil {
			t.Error(err)
		}
		if !o.Listed {
			t.Errorf("%s is not listed", o.ID)
		}
		if o.Country == "" {
			t.Errorf("%s has no country", o.ID)
		}
		if !slices.IsSorted(o.Aliases) || !slices.IsSorted(o.Domains) {
			t.Errorf("%s: aliases or domains are not sorted", o.ID)
		}
		used[d.Category(o.ID)] = true
	}
	for _, c := range categories {
		if !used[c] {
			t.Errorf("no organisation has the category %q", c)
		}
	}
	if !slices.IsSorted(categories) || len(slices.Compact(slices.Clone(categories))) != len(categories) {
		t.Error("the categories are not sorted or repeat one")
	}
}

// A name, whatever its legal form, and a domain mean one organisation.
func TestOrganizationNames(t *testing.T) {
	d := Organizations()
	owner := map[string]string{}
	for _, o := range d.All() {
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			key := policy.NameKey(name)
			if other, ok := owner[key]; ok && other != o.ID {
				t.Errorf("%s and %s share the name %q", other, o.ID, name)
			}
			owner[key] = o.ID
			if got, ok := d.ByName(name); !ok || got.ID != o.ID {
				t.Errorf("ByName(%q) = %q, want %s", name, got.ID, o.ID)
			}
		}
		for _, domain := range o.Domains {
			if got, ok := d.ByDomain(domain); !ok || got.ID != o.ID {
				t.Errorf("ByDomain(%q) = %q, want %s", domain, got.ID, o.ID)
			}
		}
		if got, ok := d.ByID(o.ID); !ok || got.Name != o.Name {
			t.Errorf("ByID(%q) = %q, %v", o.ID, got.Name, ok)
		}
	}
}

func TestDomainsAreRegistrable(t *testing.T) {
	for _, o := range Organizations().All() {
		for _, domain := range o.Domains {
			// Suffixes of the private section, such as github.io, belong to somebody too.
			suffix, icann := publicsuffix.PublicSuffix(domain)
			if got, err := publicsuffix.EffectiveTLDPlusOne(domain); domain != got && (icann || suffix != domain) {
				t.Errorf("%s: %q is not a registrable domain (%q, %v)", o.ID, domain, got, err)
			}
		}
	}
}

func TestByName(t *testing.T) {
	d := Organizations()
	for name, want := range map[string]string{
		"Google":                             "google",
		"Google LLC":                         "google",
		"Google Ireland Limited":             "google",
		"GOOGLE ANALYTICS":                   "google-analytics",
		"GA4":                                "google-analytics",
		"Universal Analytics":                "google-analytics",
		"AdWords":                            "google-ads",
		"Facebook Ireland":                   "meta",
		"Meta Platforms Ireland Limited":     "meta",
		"Stripe, Inc.":                       "stripe",
		"LinkedIn Ireland Unlimited Company": "linkedin",
		"PayPal (Europe) S.à r.l. et Cie, S.C.A.": "paypal",
		"Sendinblue SAS":                          "brevo",
		"Amazon.com, Inc.":                        "amazon",
		"Amazon Web Services EMEA SARL":           "amazon-web-services",
		"X Corp.":                                 "x",
		"Twitter International Unlimited Company": "twitter",
		"The Rocket Science Group LLC":            "rocket-science-group",
		"Mediametrie":                             "mediametrie",
		"Functional Software, Inc.":               "functional-software",
		"Adobe Systems Software Ireland Limited":  "adobe",
		"Content Square S.A.S.":                   "contentsquare",
	} {
		if got, _ := d.ByName(name); got.ID != want {
			t.Errorf("ByName(%q) = %q, want %q", name, got.ID, want)
		}
	}
	for _, name := range []string{"", "Inc.", "Nobody Has This Name GmbH"} {
		if got, ok := d.ByName(name); ok {
			t.Errorf("ByName(%q) = %q, want none", name, got.ID)
		}
	}
	if got, _ := d.ByDomain("GitHub.com"); got.ID != "github" {
		t.Errorf("ByDomain(GitHub.com) = %q", got.ID)
	}
}

func TestGuarded(t *testing.T) {
	d := Organizations()
	for id, want := range map[string]bool{"meta": true, "segment": true, "x": true, "chrome": true, "android": true, "stripe": false, "google-analytics": false} {
		if got := d.Guarded(id); got != want {
			t.Errorf("Guarded(%s) = %v, want %v", id, got, want)
		}
	}
	if got := d.Category("stripe"); got != "payment" {
		t.Errorf("Category(stripe) = %q", got)
	}
}

func TestOwners(t *testing.T) {
	d := Organizations()
	for id, want := range map[string][]string{
		"google-analytics": {"google", "alphabet"},
		"alphabet":         nil,
		"hotjar":           {"contentsquare"},
		"mailchimp":        {"rocket-science-group", "intuit"},
	} {
		if got := d.Owners(id); !slices.Equal(got, want) {
			t.Errorf("Owners(%s) = %v, want %v", id, got, want)
		}
	}
}

func TestOwnershipsAreSound(t *testing.T) {
	d := Organizations()
	seen := map[[3]string]bool{}
	for _, o := range d.Ownerships() {
		key := [3]string{o.Owned, o.Owner, string(o.From)}
		if seen[key] {
			t.Errorf("%v stands twice", key)
		}
		seen[key] = true
		if o.Owned == o.Owner {
			t.Errorf("%s owns itself", o.Owned)
		}
		from, hasFrom := o.From.Time()
		to, hasTo := o.To.Time()
		if hasFrom && hasTo && !from.Before(to) {
			t.Errorf("%s belonged to %s from %s to %s", o.Owned, o.Owner, o.From, o.To)
		}
		owned, _ := d.ByID(o.Owned)
		if owner, _ := d.ByID(o.Owner); owner.Kind == policy.Product {
			t.Errorf("%s belongs to %s, which is a product", owned.ID, owner.ID)
		}
	}
	for _, o := range d.All() {
		if o.Kind != policy.LegalEntity && len(d.Owners(o.ID)) == 0 {
			t.Errorf("%s is a %s of nobody", o.ID, o.Kind)
		}
	}
}

// At no moment does an organisation stand above itself, or have two owners.
func TestOwnershipsAtAnyDate(t *testing.T) {
	d := Organizations()
	moments := []time.Time{time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, o := range d.Ownerships() {
		for _, date := range []policy.Date{o.From, o.To} {
			if at, ok := date.Time(); ok {
				moments = append(moments, at, at.Add(-time.Second))
			}
		}
	}
	for _, at := range moments {
		owner := map[string]string{}
		for _, o := range d.Ownerships() {
			if !o.Holds(at) {
				continue
			}
			if other, ok := owner[o.Owned]; ok {
				t.Errorf("at %s %s belongs to both %s and %s", at.Format(time.DateOnly), o.Owned, other, o.Owner)
			}
			owner[o.Owned] = o.Owner
		}
		for id := range owner {
			for steps, above := 0, owner[id]; above != ""; steps, above = steps+1, owner[above] {
				if above == id || steps > len(owner) {
					t.Errorf("at %s %s stands above itself", at.Format(time.DateOnly), id)
					break
				}
			}
		}
	}
}

// What is marked as verified carries the address where it was read.
func TestSources(t *testing.T) {
	for _, name := range []string{"organizations", "ownerships"} {
		table, err := rows(files, name)
		if err != nil {
			t.Fatal(err)
		}
		verified := 0
		for _, r := range table {
			switch r.cells["verified"] {
			case "1":
				verified++
				if u, err := url.Parse(r.cells["source"]); err != nil || u.Scheme != "https" || u.Host == "" {
					t.Errorf("%s is verified by %q, which is no address", r.at, r.cells["source"])
				}
			case "0":
				if r.cells["source"] == "" {
					t.Errorf("%s has no source", r.at)
				}
			default:
				t.Errorf("%s: verified is %q", r.at, r.cells["verified"])
			}
		}
		t.Logf("%s: %d of %d rows are verified", name, verified, len(table))
	}
}

// The organisations that policies name most often were looked up: the page at
// source names their company, and those in force above them are said by a page too.
func TestFrequentOrganizationsAreVerified(t *testing.T) {
	text, err := os.ReadFile("testdata/frequent.txt")
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]string{} // what is not verified, by organisation
	organizations, err := rows(files, "organizations")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range organizations {
		if r.cells["verified"] != "1" || !strings.HasPrefix(r.cells["source"], "https://") {
			open[r.cells["id"]] = "its operator"
		}
	}
	for _, o := range Organizations().Ownerships() {
		if o.To == "" && (!o.Verified || !strings.HasPrefix(o.Source, "https://")) {
			open[o.Owned] = "its owner " + o.Owner
		}
	}
	seen, verified := map[string]bool{}, 0
	for id := range strings.Lines(string(text)) {
		if id = strings.TrimSpace(id); id == "" || strings.HasPrefix(id, "#") {
			continue
		}
		if _, ok := Organizations().ByID(id); !ok || seen[id] {
			t.Errorf("testdata/frequent.txt: %q is no organisation or stands twice", id)
		}
		seen[id] = true
		if what, ok := open[id]; ok {
			t.Logf("%s: %s is not verified", id, what)
			continue
		}
		verified++
	}
	if verified < 100 {
		t.Errorf("%d of the %d most frequent organisations are verified, want at least 100", verified, len(seen))
	}
}

// A fault in a table is told with its file and line.
func TestFaultsNameTheLine(t *testing.T) {
	const (
		organizations = "id\tname\tkind\tcountry\tcategory\taliases\tdomains\tguarded\tlei\tsource\tverified\n"
		acme          = "acme\tAcme\tlegal-entity\tFR\tanalytics\tAcme SAS\tacme.example\t0\t\tnote\t0\n"
		ownerships    = "owned\towner\tfrom\tto\tsource\tverified\n"
		terms         = "id\tlabel\tlabel_fr\tcovers\n"
		broader       = "id\tlabel\tbroader\n"
	)
	directory := func(fsys fs.FS) error { _, err := loadDirectory(fsys); return err }
	vocabulary := func(fsys fs.FS) error { _, err := load(fsys, "rights", true); return err }
	countries := func(fsys fs.FS) error { _, err := loadCountries(fsys); return err }
	for _, tt := range []struct {
		name, file, text, want string
		load                   func(fs.FS) error
	}{
		{"too few columns", "organizations", organizations + acme + "b\tB\n", "organizations.tsv:3: 2 columns, want 11", directory},
		{"no column", "organizations", "# note\nid\tname\n", `organizations.tsv:2: no column "kind"`, directory},
		{"no header", "organizations", "# note\n", "organizations.tsv: no row that names the columns", directory},
		{"unknown kind", "organizations", organizations + strings.Replace(acme, "legal-entity", "company", 1), "organizations.tsv:2: ", directory},
		{"unknown country", "organizations", organizations + strings.Replace(acme, "FR", "XX", 1), "organizations.tsv:2: ", directory},
		{"unknown category", "organizations", organizations + strings.Replace(acme, "analytics", "magic", 1), "organizations.tsv:2: ", directory},
		{"not guarded or not", "organizations", organizations + strings.Replace(acme, "\t0\t\t", "\tyes\t\t", 1), `organizations.tsv:2: guarded is "yes"`, directory},
		{"one name, two organisations", "organizations", organizations + acme + strings.Replace(acme, "acme", "acme-two", 1), "organizations.tsv:3: ", directory},
		{"one domain, two organisations", "organizations", organizations + acme + strings.Replace(strings.Replace(acme, "acme\t", "b\t", 1), "Acme\t", "B\t", 1), "organizations.tsv:3: ", directory},
		{"unknown owner", "ownerships", ownerships + "acme\tnobody\t\t\tnote\t0\n", `ownerships.tsv:2: no organisation "nobody"`, directory},
		{"date that is none", "ownerships", ownerships + "acme\tacme\t2020-13\t\tnote\t0\n", "ownerships.tsv:2: from: ", directory},
		{"end that is none", "ownerships", ownerships + "acme\tacme\t2020\tnever\tnote\t0\n", "ownerships.tsv:2: to: ", directory},
		{"not verified or not", "ownerships", ownerships + "acme\tacme\t\t\tnote\t\n", `ownerships.tsv:2: verified is ""`, directory},
		{"term without a label", "rights", terms + "x:A\t\tA\t\n", "rights.tsv:2: ", vocabulary},
		{"term that stands twice", "rights", terms + "x:A\ta\ta\t\nx:A\tb\tb\t\n", "rights.tsv:3: ", vocabulary},
		{"broader terms that stand twice", "own-broader", broader + "x:A\ta\tx:B\nx:A\ta\tx:C\n", "own-broader.tsv:3: ", vocabulary},
		{"place that is none", "countries", "code\tname\tname_fr\taliases\nXX\tNowhere\tNulle part\t\n", "countries.tsv:2: ", countries},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, text := range map[string]string{"organizations": organizations + acme, "ownerships": ownerships,
				"rights": terms, "dpv-broader": broader, "own-broader": broader, "countries": ""} {
				fsys["data/"+name+".tsv"] = &fstest.MapFile{Data: []byte(text)}
			}
			fsys["data/"+tt.file+".tsv"] = &fstest.MapFile{Data: []byte(tt.text)}
			if err := tt.load(fsys); err == nil || !strings.HasPrefix(err.Error(), "data/"+tt.want) {
				t.Errorf("error %v, want it to begin with %q", err, "data/"+tt.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	if got := Version(); !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(got) {
		t.Errorf("Version() = %q", got)
	}
	seen := map[string]string{}
	for name, tables := range map[string]map[string]string{
		"one table":          {"a": "x"},
		"other content":      {"a": "y"},
		"other name":         {"b": "x"},
		"a table more":       {"a": "x", "b": ""},
		"content that moved": {"a": "", "b": "x"},
	} {
		fsys := fstest.MapFS{}
		for table, text := range tables {
			fsys["data/"+table+".tsv"] = &fstest.MapFile{Data: []byte(text)}
		}
		v, err := versionOf(fsys)
		if again, _ := versionOf(fsys); err != nil || again != v {
			t.Errorf("%s: version %q, then %q, %v", name, v, again, err)
		}
		if other, ok := seen[v]; ok {
			t.Errorf("%s and %s have the version %s", name, other, v)
		}
		seen[v] = name
	}
}

func BenchmarkByName(b *testing.B) {
	d := Organizations()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := d.ByName("Google Ireland Limited"); !ok {
			b.Fatal("not found")
		}
	}
}
