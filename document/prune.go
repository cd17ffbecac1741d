package document

import (
	"bytes"
	"iter"
	"strings"
)

// A drop is an element that may have to go before a page is read.
type drop struct {
	why      reason
	node     int32 // its beginning
	text     int   // bytes of text in it
	linked   int   // of which in links
	controls int   // buttons and fields in it
}

// A reason tells why an element is suspected to be no part of the document.
type reason uint8

const (
	clean    reason = iota
	unread          // scripts, drawings and controls: never text of the document
	menu            // by its tag or role
	menuName        // by its name only
	form            // what the reader fills in
	dialog          // a cookie banner or the like, by its role or by words in its name
	consent         // a tool for cookie banners, by the name its maker gave it
)

// marks are the attributes that tell what part of a page an element is.
type marks struct {
	role  string
	names []byte // classes and id
	opens bool   // it shows and hides a part of the page
}

// roles are those of parts of a page that are not its content.
var roles = map[string]reason{
	"navigation": menu, "banner": menu, "contentinfo": menu, "search": menu, "menu": menu, "menubar": menu, "tablist": menu,
	"alert": dialog, "alertdialog": dialog, "dialog": dialog,
}

// menuWords are the words in names of menus and the like.
var menuWords = map[string]bool{
	"nav": true, "navbar": true, "navigation": true, "menu": true, "submenu": true, "megamenu": true, "footer": true, "breadcrumb": true,
	"breadcrumbs": true, "sidebar": true, "sidenav": true, "topbar": true, "pagination": true, "pager": true, "toc": true, "skip": true,
	"social": true, "share": true, "sharing": true, "newsletter": true, "subscribe": true, "related": true, "languages": true, "masthead": true,
}

// consentNames are names by which the cookie banners of the trade are known. The
// same tools also write cookie policies, whose names must not be among them.
var consentNames = []string{
	"onetrust-consent-sdk", "onetrust-banner", "onetrust-pc", "cybotcookiebot", "didomi", "usercentrics-root", "qc-cmp", "sp_message", "axeptio",
	"tarteaucitron", "truste_", "termly-styles", "iubenda-cs", "cookiefirst-root", "klaro", "cmplz-cookiebanner", "moove_gdpr", "borlabscookie",
	"cky-consent", "cky-modal", "osano-cm", "hs-eu-cookie-confirmation", "fc-consent-root",
}

// consentWords are the words of cookie banners.
var consentWords = map[string]bool{"cookie": true, "cookies": true, "consent": true, "gdpr": true, "cookiebanner": true, "cookieconsent": true}

// bannerWords make a banner of what is about cookies or consent.
var bannerWords = map[string]bool{
	"banner": true, "bar": true, "popup": true, "modal": true, "overlay": true, "dialog": true, "alert": true, "layer": true, "toast": true,
	"notice": true, "message": true, "prompt": true, "cookiebanner": true, "cookieconsent": true,
}

// suspect returns why an element may be no part of the document. Within the
// main part of a page headers and footers belong to it, unless they are links.
// Headings and other parts of a text are never suspect: their names are made of
// their words, and these may well be "share" or "cookie notice".
func (m *marks) suspect(t tag, withinMain bool) reason {
	switch t {
	case tagScript:
		return unread
	case tagButton:
		if !m.opens {
			return unread
		}
		return clean
	case tagNav:
		return menu
	case tagFooter, tagHeader:
		if withinMain {
			return menuName
		}
		return menu
	case tagForm:
		return form
	case tagH1, tagH2, tagH3, tagH4, tagH5, tagH6:
		return clean
	case tagBody, tagMain, tagTable, tagThead, tagTbody, tagTr, tagTd, tagTh, tagP, tagA, tagInline, tagLi, tagDt, tagDd, tagDetails, tagSummary:
		return clean
	}
	if why := roles[m.role]; why != clean {
		return why
	}
	return m.named()
}

// named returns what the names of an element say about it.
func (m *marks) named() reason {
	if len(m.names) == 0 {
		return clean
	}
	lower := string(bytes.ToLower(m.names))
	for _, name := range consentNames {
		if strings.Contains(lower, name) {
			return consent
		}
	}
	cookies, banner, why := false, false, clean
	for word := range words(m.names) {
		cookies = cookies || consentWords[word]
		banner = banner || bannerWords[word]
		if menuWords[word] {
			why = menuName
		}
	}
	if cookies && banner {
		return dialog
	}
	return why
}

// words yields the words of class names and identifiers such as "site-footer",
// "main_nav" and "cookieBanner", in lower case.
func words(names []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(names); i++ {
			inside := i < len(names) && isAlnum(names[i])
			humped := inside && i > start && isUpper(names[i]) && !isUpper(names[i-1])
			if inside && !humped {
				continue
			}
			if i > start && !yield(strings.ToLower(string(names[start:i]))) {
				return
			}
			start = i
			if !humped {
				start++
			}
		}
	}
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// prune marks the nodes that are not read. What is never text goes, and so does
// a tool for cookie banners if it leaves a page. A menu, form or banner stays if
// half of the rest or more is in it, for then the page has its content there. If
// all of them together still took half of the rest, only those that are mostly
// links go.
func (p *page) prune() {
	lost, banners := p.markDrops(len(p.text), false)
	if rest := len(p.text) - banners; lost*2 >= rest {
		p.markDrops(rest, true)
	}
}

// markDrops marks the drops of a page with so much text. It returns how much
// text is in them, and how much of the page is in tools for banners.
func (p *page) markDrops(total int, strict bool) (lost, banners int) {
	end := int32(-1)
	for _, d := range p.drops {
		n := &p.nodes[d.node]
		n.kind = begins
		if d.node < end || !d.goes(total, strict) {
			continue
		}
		n.kind, end = skips, n.end
		switch d.why {
		case unread:
		case consent:
			banners += d.text
		default:
			lost += d.text
		}
	}
	return lost, banners
}

// goes reports whether an element is left out of a page with so much text.
func (d drop) goes(total int, strict bool) bool {
	const (
		shortest = 1000 // bytes of a page without its banner
		longest  = 1500 // bytes of a form
	)
	links, minor := d.linked*2 >= d.text, d.text*2 < total
	switch d.why {
	case unread:
		return true
	case consent:
		return minor || total-d.text >= shortest
	case menu:
		return minor && (links || !strict)
	case menuName:
		return minor && links
	case form:
		return minor && d.controls > 0 && d.text <= longest
	case dialog:
		return minor && (links || d.controls > 0 && !strict)
	}
	return false
}
