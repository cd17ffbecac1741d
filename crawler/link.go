package crawler

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/net/publicsuffix"

	"policygraph/policy"
)

// A link is one that may lead to a policy.
type link struct {
	url  string
	role role
}

// How many links of a home page are followed.
const (
	maxStrongLinks = 8
	maxWeakLinks   = 4
)

// A stem is words by which a link to a policy is known.
type stem struct {
	strong bool
	kind   policy.Kind
	words  string // folded, with a space before, and one after if the last word ends there
}

var stems = sync.OnceValue(func() []stem {
	var out []stem
	for _, row := range mustRows("links", "language", "class", "kind", "match", "words") {
		s := stem{strong: row[1] == "strong", kind: policy.Kind(row[2]), words: " " + row[4]}
		if row[3] == "whole" {
			s.words += " "
		}
		out = append(out, s)
	}
	return out
})

// policyHosts are the domains of services that publish policies for others.
var policyHosts = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, row := range mustRows("hosts", "domain") {
		set[row[0]] = true
	}
	return set
})

// An anchor is a link as a page has it.
type anchor struct {
	url    *url.URL
	text   string // what it shows: its text and the names of its images
	label  string // aria-label and title
	rel    string
	footer bool
	place  int // among the anchors of the page
	score  int
	kind   policy.Kind
}

// findLinks returns the links of a page that may lead to a policy, likeliest
// first, and the address of one that was left out because it leads to a site
// that is not known to be the company's, or "".
func findLinks(page []byte, contentType string, base *url.URL, domain string) (links []link, foreign string) {
	known := map[string]bool{base.String(): true}
	count := map[role]int{}
	for _, a := range rank(anchors(page, contentType, base)) {
		if address := a.url.String(); !known[address] {
			known[address] = true
			if !sameSite(a.url.Hostname(), base.Hostname(), domain) {
				foreign = cmp.Or(foreign, address)
				continue
			}
			r, most := weak, maxWeakLinks
			if a.score >= strongScore {
				r, most = strong, maxStrongLinks
			}
			if count[r] < most {
				count[r]++
				links = append(links, link{url: address, role: r})
			}
		}
	}
	return links, foreign
}

// rank keeps the anchors that may lead to a policy, likeliest first.
func rank(all []anchor) []anchor {
	var out []anchor
	for _, a := range all {
		if a.judge(); a.score > 0 && !asset(a.url) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b anchor) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(kindOrder(a.kind), kindOrder(b.kind)), cmp.Compare(a.place, b.place))
	})
	return out
}

// Scores of where a stem stands: what a reader sees counts more than the
// address, and a strong stem anywhere more than a weak one.
const (
	strongScore = 10
	inRel       = 13
	inText      = 6
	inLabel     = 5
	inAddress   = 3
	inFooter    = 1
)

// judge sets the anchor's score and kind.
func (a *anchor) judge() {
	if slices.Contains(strings.Fields(a.rel), "privacy-policy") {
		a.score, a.kind = inRel+strongScore, policy.PrivacyPolicy
	}
	for _, field := range []struct {
		words string
		score int
	}{
		{brief(a.text), inText}, {brief(a.label), inLabel}, {words(a.url.Path + " " + a.url.RawQuery), inAddress},
	} {
		for _, s := range stems() {
			if !strings.Contains(field.words, s.words) {
				continue
			}
			score := field.score
			if s.strong {
				score += strongScore
			}
			if score > a.score || score == a.score && kindOrder(s.kind) < kindOrder(a.kind) {
				a.score, a.kind = score, s.kind
			}
		}
	}
	if a.score > 0 && a.footer {
		a.score += inFooter
	}
}

// kindOrder puts what is wanted most first.
func kindOrder(k policy.Kind) int {
	return slices.Index([]policy.Kind{policy.PrivacyPolicy, policy.Subprocessors, policy.CookiePolicy, policy.OtherDocument, policy.Terms}, k)
}

// words returns the folded words of s, each between spaces.
func words(s string) string {
	return " " + strings.Join(policy.Words(s), " ") + " "
}

// brief returns the words of s, or none where they are a sentence or a headline
// and not the name of a page.
func brief(s string) string {
	w := policy.Words(s)
	if len(w) > 12 {
		return ""
	}
	return " " + strings.Join(w, " ") + " "
}

// asset reports whether an address is that of a file no policy is written in.
func asset(u *url.URL) bool {
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".css", ".js", ".json", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".mp4", ".zip", ".xml", ".rss", ".woff2":
		return true
	}
	return false
}

// sameSite reports whether host belongs to the company whose page was asked
// for at domain and found at base: the same registrable domain, the same name
// under another top-level domain, or a service that publishes policies.
func sameSite(host, base, domain string) bool {
	site := registrable(host)
	if policyHosts()[site] {
		return true
	}
	for _, own := range []string{base, domain} {
		if own != "" && (site == registrable(own) || brand(site) == brand(registrable(own))) {
			return true
		}
	}
	return false
}

func registrable(host string) string {
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}

// brand is the first label of a registrable domain: the part that its owner chose.
func brand(site string) string {
	label, _, _ := strings.Cut(site, ".")
	return label
}

// maxAnchors is how many links of a page are looked at.
const maxAnchors = 5000

// anchors returns the links of a page, in their order; none of one that is
// nested deeper than browsers read.
func anchors(page []byte, contentType string, base *url.URL) []anchor {
	decoded, err := charset.NewReader(bytes.NewReader(page), contentType)
	if err != nil {
		decoded = bytes.NewReader(page)
	}
	root, err := html.ParseWithOptions(decoded, html.ParseOptionEnableScripting(false)) // links in <noscript> count
	if err != nil {
		return nil
	}
	doc := goquery.NewDocumentFromNode(root)
	if u, err := base.Parse(doc.Find("base[href]").First().AttrOr("href", "")); err == nil && u.Host != "" {
		base = u
	}
	var found []anchor
	doc.Find(`a[href], link[rel="privacy-policy"]`).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if u := resolve(base, s.AttrOr("href", "")); u != nil {
			found = append(found, anchor{
				url: u, text: shown(s), label: s.AttrOr("aria-label", "") + " " + s.AttrOr("title", ""),
				rel: strings.ToLower(s.AttrOr("rel", "")), footer: s.Closest("footer").Length() > 0, place: len(found),
			})
		}
		return len(found) < maxAnchors
	})
	return found
}

// shown returns what a link shows: its text and the names of its images.
func shown(s *goquery.Selection) string {
	text := s.Text()
	s.Find("img[alt]").Each(func(_ int, image *goquery.Selection) { text += " " + image.AttrOr("alt", "") + " " })
	return text
}

// resolve returns the address that href leads to, or nil.
func resolve(base *url.URL, href string) *url.URL {
	href = strings.TrimSpace(href)
	if href == "" || strings.HasPrefix(href, "#") {
		return nil
	}
	u, err := base.Parse(href)
	if err != nil {
		return nil
	}
	u.User = nil
	u, err = canonicalURL(u)
	if err != nil {
		return nil
	}
	return u
}
