package demo

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"policygraph/policy"
)

func TestCompaniesAndSitesAgree(t *testing.T) {
	entries, err := sites.ReadDir("sites")
	if err != nil {
		t.Fatal(err)
	}
	var domains []string
	for _, e := range entries {
		domains = append(domains, e.Name())
	}
	var listed []string
	languages := map[string]int{}
	for _, c := range list(t) {
		listed = append(listed, c["domain"])
		languages[c["language"]]++
		if c["name"] == "" || c["sector"] == "" || !policy.Place(c["country"]).Country() {
			t.Errorf("incomplete company %v", c)
		}
		if !strings.HasSuffix(c["domain"], ".example") {
			t.Errorf("%s is not a domain for fiction", c["domain"])
		}
		for _, u := range strings.Fields(c["url"]) {
			if code, _ := get(t, u); code != http.StatusOK {
				t.Errorf("%s: given address %s answers %d", c["name"], u, code)
			}
		}
	}
	if !slices.Equal(domains, listed) {
		t.Errorf("sites %v\nlisted companies %v", domains, listed)
	}
	if languages["en"] < 8 || languages["fr"] < 5 || languages[""] < 1 {
		t.Errorf("companies by language = %v, want at least 8 en, 5 fr and one that has both, and so says none", languages)
	}
}

// Some companies give the address of their policy; that of others has to be found.
func TestSomePoliciesMustBeDiscovered(t *testing.T) {
	var given, hidden int
	for _, c := range list(t) {
		if c["url"] == "" {
			hidden++
		} else {
			given++
		}
	}
	if given < 4 || hidden < 4 {
		t.Errorf("%d companies give an address and %d do not, want at least 4 of each", given, hidden)
	}
}

func TestCompaniesCannotBeChanged(t *testing.T) {
	Companies()[0] = 'X'
	if Companies()[0] == 'X' {
		t.Error("a caller changed the embedded list")
	}
}

// list returns the lines of the list of companies by column name.
func list(t *testing.T) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(Companies())).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("companies.csv has %d lines (err %v)", len(lines), err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		c := map[string]string{}
		for i, column := range lines[0] {
			c[column] = line[i]
		}
		out = append(out, c)
	}
	return out
}
