package api

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"policygraph/policy"
)

// A policy that was read from a file has its name, and no address.
func TestPolicyOfFile(t *testing.T) {
	put := captures(sites()[:1])[0]
	put.Policy.URL, put.Policy.ID = "acorn.html", policy.PolicyID(put.Company.ID, "acorn.html")
	put.Policy.Aliases = []string{"acorn-old.html", "https://acornmarket.example/privacy"}
	type answer struct {
		Organization struct {
			Policies []struct {
				URL, File *string
				Aliases   []string
			}
		}
	}
	s := fill(t, captures(nil))
	if _, err := s.Put(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	got := ask[answer](t, s, `{ organization(by: {name: "Acorn Market"}) { policies { url file aliases } } }`, nil).Organization.Policies
	if len(got) != 1 || got[0].URL != nil || got[0].File == nil || *got[0].File != "acorn.html" || fmt.Sprint(got[0].Aliases) != "[https://acornmarket.example/privacy]" {
		t.Errorf("%+v", got)
	}
}

// Offsets count the bytes of the text, and what is around a quote is cut
// between characters.
func TestQuoteInText(t *testing.T) {
	type evidence struct {
		Quote, Context string
		Quotes         []string
		Start, End     int
		Version        struct{ Text string }
	}
	s := fixture(t)
	for around := range 30 { // some of them cut an accented letter
		query := fmt.Sprintf(`{ practices(first: 50) { nodes { evidence { quote quotes start end context(before: %d, after: %[1]d) version { text } } } } }`, around)
		practices := ask[struct {
			Practices struct {
				Nodes []struct{ Evidence []evidence }
			}
		}](t, s, query, nil).Practices.Nodes
		if len(practices) < 10 {
			t.Fatalf("%d practices", len(practices))
		}
		for _, p := range practices {
			for _, e := range p.Evidence {
				if e.Version.Text[e.Start:e.End] != e.Quote || e.Quotes[0] != e.Quote {
					t.Errorf("%d:%d is not %q", e.Start, e.End, e.Quote)
				}
				for _, q := range e.Quotes {
					if !strings.Contains(e.Version.Text, q) {
						t.Errorf("%q is not in the text", q)
					}
				}
				if !utf8.ValidString(e.Context) || strings.ContainsRune(e.Context, utf8.RuneError) || !strings.Contains(e.Version.Text, e.Context) ||
					!strings.Contains(e.Context, e.Quote) || len(e.Context) > len(e.Quote)+2*around {
					t.Errorf("%d bytes around %q is %q", around, e.Quote, e.Context)
				}
			}
		}
	}
	for _, arguments := range []string{"before: -1", "after: -1", "before: 2001", "after: 2001"} {
		query := "{ practices(first: 1) { nodes { evidence { context(" + arguments + ") } } } }"
		if code, message := refused(t, s, query, nil); code != codeBadInput {
			t.Errorf("%s: %s %q", arguments, code, message)
		}
	}
}

// Where data comes from is no recipient.
func TestSource(t *testing.T) {
	type answer struct {
		Practices struct {
			Nodes []struct {
				Company, Source *struct{ Name string }
				Recipient       *struct{ Organization struct{ Name string } }
			}
		}
	}
	got := ask[answer](t, fixture(t), `{ practices(filter: {source: {}}) { nodes { company { name } source { name } recipient { organization { name } } } } }`, nil).Practices.Nodes
	if len(got) != 1 || got[0].Company.Name != "Dahlia Bank" || got[0].Source == nil || got[0].Source.Name != "Experian" || got[0].Recipient != nil {
		t.Errorf("%+v", got)
	}
}
