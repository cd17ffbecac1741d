package demo

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestPages(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.site+p.path, func(t *testing.T) {
			balanced(t, p.body)
			for _, tag := range []atom.Atom{atom.Title, atom.Main, atom.H1} {
				if found := elements(p.doc, tag); len(found) != 1 || strings.TrimSpace(text(found[0])) == "" {
					t.Errorf("page has %d <%s>, want one with text", len(found), tag)
				}
			}
			for _, root := range elements(p.doc, atom.Html) {
				if lang := attr(root, "lang"); lang != "en" && lang != "fr" {
					t.Errorf("lang=%q", lang)
				}
			}
			seen := map[string]bool{}
			for n := range p.doc.Descendants() {
				if id := attr(n, "id"); id != "" {
					if seen[id] {
						t.Errorf("id %q is used twice", id)
					}
					seen[id] = true
				}
			}
		})
	}
}

// Every page but the home page is linked to, and no link leads out of the
// demo, so that a crawl of it never asks for anything else.
func TestLinks(t *testing.T) {
	linked := map[string]bool{}
	for _, p := range pages(t) {
		base := &url.URL{Scheme: "http", Host: p.site, Path: p.path}
		for n := range p.doc.Descendants() {
			ref := attr(n, "href")
			if ref == "" || strings.HasPrefix(ref, "mailto:") {
				continue
			}
			to, err := base.Parse(ref)
			if err != nil {
				t.Fatal(err)
			}
			to.Fragment = ""
			if code, _ := get(t, to.String()); code != http.StatusOK {
				t.Errorf("%s links to %s, which answers %d", base, to, code)
			}
			linked[to.Host+strings.TrimSuffix(to.Path, ".html")] = true
		}
	}
	for _, p := range pages(t) {
		if p.path != "/" && !linked[p.site+p.path] {
			t.Errorf("no page links to %s%s", p.site, p.path)
		}
	}
}

type page struct {
	site, path string // path as links name it
	body       []byte
	doc        *html.Node
}

// pages returns every HTML page of every site.
func pages(t *testing.T) []page {
	t.Helper()
	var out []page
	err := fs.WalkDir(sites, "sites", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		body, err := sites.ReadFile(name)
		if err != nil {
			return err
		}
		doc, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			return err
		}
		site, file, _ := strings.Cut(strings.TrimPrefix(name, "sites/"), "/")
		out = append(out, page{site, strings.TrimSuffix("/"+strings.TrimSuffix(file, ".html"), "index"), body, doc})
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%d pages (err %v)", len(out), err)
	}
	return out
}

// balanced fails where an end tag does not close the element that is open.
func balanced(t *testing.T, body []byte) {
	t.Helper()
	void := []string{"meta", "link", "br", "hr", "img", "input"}
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes nothing; open are %v", name, open)
			}
			open = open[:len(open)-1]
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				t.Fatalf("the page ends (%v) with %v open", z.Err(), open)
			}
			return
		}
	}
}

func elements(root *html.Node, tag atom.Atom) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == tag {
			out = append(out, n)
		}
	}
	return out
}

// blocks returns the text of n in pieces that read as a unit, the cells of a
// table row joined by a bar.
func blocks(n *html.Node) []string {
	var out []string
	for _, b := range strings.Split(text(n), "\n\n") {
		if words := strings.Join(strings.Fields(b), " "); words != "" {
			out = append(out, strings.TrimSuffix(words, " |"))
		}
	}
	return out
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(text(c))
	}
	switch n.DataAtom {
	case atom.Td, atom.Th:
		return b.String() + " | "
	case atom.A, atom.Strong, atom.Small, atom.Time:
		return b.String()
	}
	return "\n\n" + b.String() + "\n\n"
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
