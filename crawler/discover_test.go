package crawler

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"policygraph/document"
	"policygraph/policy"
)

// Each testdata/home/X.html is the home page of acme.example; X.golden has the
// links that are followed, in order.
func TestFindLinks(t *testing.T) {
	base, err := parseURL("https://acme.example/")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range cases(t, "home/*.html") {
		name := strings.TrimSuffix(file, ".html")
		t.Run(filepath.Base(name), func(t *testing.T) {
			links, foreign := findLinks(readFile(t, file), "text/html; charset=utf-8", base, "acme.example")
			var got strings.Builder
			for _, l := range links {
				fmt.Fprintln(&got, l.role, l.url)
			}
			if foreign != "" {
				fmt.Fprintln(&got, "left out:", foreign)
			}
			golden(t, name+".golden", got.String())
		})
	}
}

// Each testdata/kind/X.md is a document; kinds.golden has the kind of each.
func TestClassify(t *testing.T) {
	var got strings.Builder
	for _, file := range cases(t, "kind/*.*") {
		d, err := document.Parse(readFile(t, file), document.MediaType(file, nil))
		if err != nil {
			t.Fatal(err)
		}
		kind, ok := classify(d)
		if !ok {
			kind = "no policy"
		}
		fmt.Fprintf(&got, "%s: %s\n", filepath.Base(file), kind)
	}
	golden(t, "testdata/kinds.golden", got.String())
}

// In a language without cues, a long text is kept where the list names its
// address, and only there; nothing is guessed about its kind.
func TestUnreadableLanguage(t *testing.T) {
	finnish := "<h1>Tietosuojaseloste</h1><p>" + strings.Repeat("Keräämme henkilötietoja, kun tilaat tuotteita verkkokaupastamme. ", 40) + "</p>"
	web := newWeb(t)
	web.page("acme.example/", `<a href="/privacy">Privacy</a>`)
	web.page("acme.example/privacy", finnish)
	web.page("kauppa.example/tietosuoja", finnish)
	web.page("kauppa.example/lyhyt", "<p>Sivua ei ole.</p>")
	a := openTemp(t)
	mustCrawl(t, web.options(a, Company{Name: "Acme", Domain: "acme.example"}, urlCompany("Kauppa", "http://kauppa.example/tietosuoja", "http://kauppa.example/lyhyt")))
	var got []string
	for _, d := range documents(t, a) {
		got = append(got, fmt.Sprintf("%s %s %s", d.URL, d.Status, d.Kind))
	}
	want := []string{"http://acme.example/privacy not-a-policy ", "http://kauppa.example/lyhyt not-a-policy ", "http://kauppa.example/tietosuoja ok other"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRegion(t *testing.T) {
	for path, want := range map[string]string{
		"/en-GB/privacy": "GB", "/fr_FR/": "FR", "/privacy": "", "/en/privacy": "", "/de-de": "DE", "/aa-xx/": "", "/legal/pt-BR/privacy.html": "BR",
	} {
		if got := region(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// The figures of a text, and nothing else, are left out.
func TestFigureless(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"We keep it for 30 days.", "We keep it for 90 days.", true},
		{"We keep it for 30 days.", "We keep it for 30 months.", false},
		{"Last updated: 1 May 2024. We keep it.", "Last updated: 12 June 2025. We keep it.", true},
		{"Article 6(1)(a)", "Article 6(1)(b)", false},
	} {
		if same := figureless(tt.a) == figureless(tt.b); same != tt.same {
			t.Errorf("%q and %q: the same is %t, want %t", tt.a, tt.b, same, tt.same)
		}
	}
}

// The tables name kinds that there are, in words as texts are folded to.
func TestTables(t *testing.T) {
	known := map[string]bool{}
	for _, k := range []policy.Kind{policy.PrivacyPolicy, policy.CookiePolicy, policy.Subprocessors, policy.RetentionTable, policy.ForChildren,
		policy.ForCandidates, policy.ForCalifornia, policy.Terms, policy.OtherDocument} {
		known[string(k)] = true
	}
	for _, table := range []struct {
		name        string
		columns     []string
		kind, words int
	}{
		{"kinds", []string{"kind", "where", "language", "words"}, 0, 3},
		{"links", []string{"language", "class", "kind", "match", "words"}, 2, 4},
	} {
		seen := map[string]bool{}
		for _, row := range mustRows(table.name, table.columns...) {
			line := strings.Join(row, " ")
			if words := row[table.words]; strings.Join(policy.Words(words), " ") != words {
				t.Errorf("%s: %q is not folded", table.name, line)
			}
			if !known[row[table.kind]] {
				t.Errorf("%s: %q is of no known kind", table.name, line)
			}
			if seen[line] {
				t.Errorf("%s: %q stands twice", table.name, line)
			}
			seen[line] = true
		}
	}
	if _, err := parseRows("a\tb\n1\n", []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a short row: error %v", err)
	}
}
