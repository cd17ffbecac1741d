package crawler

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// Each testdata/companies/X.csv is a list; X.golden holds the companies, a line
// of JSON each, or the error.
func TestReadCompanies(t *testing.T) {
	for _, file := range cases(t, "companies/*.csv") {
		base := strings.TrimSuffix(file, ".csv")
		t.Run(filepath.Base(base), func(t *testing.T) {
			companies, err := ReadCompanies(bytes.NewReader(readFile(t, file)), "companies.csv")
			var got strings.Builder
			if err != nil {
				got.WriteString(err.Error() + "\n")
			}
			for _, c := range companies {
				line, err := json.Marshal(c)
				if err != nil {
					t.Fatal(err)
				}
				got.Write(append(line, '\n'))
			}
			golden(t, base+".golden", got.String())
		})
	}
}

func TestReadCompaniesTooLarge(t *testing.T) {
	list := strings.NewReader("name\n" + strings.Repeat("x", maxCompaniesBytes))
	if _, err := ReadCompanies(list, "c.csv"); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("error %v, want one about the size", err)
	}
}

func TestReadCompaniesReadError(t *testing.T) {
	broken := errors.New("disk on fire")
	if _, err := ReadCompanies(iotest.ErrReader(broken), "c.csv"); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// Whatever the list: an error of one line that names the file, or companies
// that each have an ID of their own and addresses in canonical form.
func FuzzReadCompanies(f *testing.F) {
	for _, seed := range []string{
		"name,domain,url,country,language,sector,lei\nAcme,acme.example,https://acme.example/privacy https://acme.example/cookies,FR,fr,shop,\n",
		"\xef\xbb\xbfurl,name\r\n,Acme\r\n", "name\n\"a\nb\"\n", "name,name\n", "name\n\"", "NAME\n!\n", "name,url\nA,http://1\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		companies, err := ReadCompanies(bytes.NewReader(data), "list")
		if err != nil {
			if len(companies) > 0 || !strings.HasPrefix(err.Error(), "list:") {
				t.Fatalf("%d companies and error %q", len(companies), err)
			}
			return
		}
		seen := map[string]bool{}
		for _, c := range companies {
			if c.ID() == "" || seen[c.ID()] {
				t.Fatalf("company %q has ID %q, which is empty or taken", c.Name, c.ID())
			}
			seen[c.ID()] = true
			for _, s := range c.URLs {
				if u, err := parseURL(s); err != nil || u.String() != s {
					t.Fatalf("address %q is not canonical: %v, %v", s, u, err)
				}
			}
		}
	})
}
