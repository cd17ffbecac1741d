package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"policygraph/document"
	"policygraph/policy"
)

// readStatus tells what the status line of an answer means for a page; nil if
// there is a page to read.
func readStatus(r *response) *failure {
	line := fmt.Sprintf("HTTP %d", r.status)
	if text := http.StatusText(r.status); text != "" {
		line += " " + text
	}
	if r.status >= 200 && r.status < 300 {
		return nil
	}
	if vendor := challenger(r); vendor != "" {
		return fail(Challenge, line+": "+vendor+" asks for proof of a human")
	}
	f := fail(Failed, line)
	switch {
	case r.status == http.StatusNotFound, r.status == http.StatusGone:
		f.status = NotFound
	case r.status == http.StatusTooManyRequests, r.status >= 500:
		f.status, f.transient, f.after = Unreachable, true, retryAfter(r.header, time.Now())
	}
	return f
}

// A dater finds the date that a document gives itself, or "".
type dater func(*policy.Document) policy.Date

// readPolicy tells what an answer to the request for a policy holds. The error
// is a *failure that may pass.
func readPolicy(r *response, p page, dated dater) (outcome, error) {
	if r.status == http.StatusNotModified && p.validator.url == r.url.String() {
		return outcome{status: OK, finalURL: r.url.String(), contentType: r.header.Get("Content-Type"), unchanged: true}, nil
	}
	if f := readStatus(r); f != nil {
		return r.without(f)
	}
	mediaType := effectiveType(r)
	d, err := document.Parse(r.body, mediaType)
	if err != nil {
		return r.without(withoutText(r, err))
	}
	kind, ok := classify(d)
	if !ok && p.role == given && unreadable(d) {
		kind, ok = policy.OtherDocument, true // by the word of the list
	}
	if !ok {
		return r.without(notAPolicy(r, d))
	}
	return outcome{
		status: OK, finalURL: r.url.String(), contentType: mediaType, raw: r.body,
		validator: validator{url: r.url.String(), etag: r.header.Get("ETag"), lastModified: r.header.Get("Last-Modified")},
		text:      newReading(d, kind, region(r.url.Path), dated),
	}, nil
}

func newReading(d *policy.Document, kind policy.Kind, region string, dated dater) *reading {
	r := &reading{text: d.Text, kind: kind, language: d.Language, region: region, fingerprint: document.Fingerprint(d.Text)}
	r.effective = func() policy.Date {
		if dated == nil {
			return ""
		}
		return dated(d)
	}
	return r
}

// readHome finds the links of a home page.
func readHome(r *response, domain string) (outcome, error) {
	if f := readStatus(r); f != nil {
		return r.without(f)
	}
	links, foreign := findLinks(r.body, r.header.Get("Content-Type"), r.url, domain)
	if len(links) > 0 {
		return outcome{status: OK, finalURL: r.url.String(), contentType: r.header.Get("Content-Type"), links: links}, nil
	}
	f := fail(NotFound, "no link to a policy on the home page")
	if foreign != "" {
		f.reason += "; it leads to " + foreign + " on another site: if that is the company's, write it into the column url"
	}
	d, err := document.Parse(r.body, effectiveType(r))
	switch {
	case err != nil:
		f = withoutText(r, err)
	case challenger(r) != "" || bare(r, d):
		f = notAPolicy(r, d)
	}
	return r.without(f)
}

// without is the outcome of an answer that holds no document. What may be
// judged otherwise one day is kept.
func (r *response) without(f *failure) (outcome, error) {
	if f.transient {
		return outcome{}, failedAt(f, r.url)
	}
	o := outcome{status: f.status, reason: f.reason, finalURL: r.url.String(), contentType: r.header.Get("Content-Type")}
	switch f.status {
	case Challenge, NoText, NeedsBrowser, NotAPolicy:
		o.raw = r.body
	}
	return o, nil
}

// effectiveType is the media type of an answer, guessed where the server does
// not tell.
func effectiveType(r *response) string {
	sent := r.header.Get("Content-Type")
	if essence, _, err := mime.ParseMediaType(sent); err == nil && essence != "application/octet-stream" {
		return sent
	}
	return document.MediaType(path.Base(r.url.Path), r.body)
}

// withoutText tells why an answer has no text.
func withoutText(r *response, err error) *failure {
	switch {
	case challenger(r) != "":
		return fail(Challenge, challenger(r)+" asks for proof of a human")
	case errors.Is(err, document.ErrEmpty) && scripted(r):
		return fail(NeedsBrowser, "scripts would have to build the page")
	}
	return fail(NoText, err.Error())
}

// notAPolicy tells what a page is that can be read and is no policy.
func notAPolicy(r *response, d *policy.Document) *failure {
	switch {
	case challenger(r) != "":
		return fail(Challenge, challenger(r)+" asks for proof of a human")
	case bare(r, d):
		return fail(NeedsBrowser, "hardly any text; scripts would have to build the page")
	}
	return fail(NotAPolicy, "the page is about something else")
}

// bareWords is how much text a page without content may have: a menu, a footer.
const bareWords = 60

// bare reports whether a page has scripts and next to no text.
func bare(r *response, d *policy.Document) bool {
	return scripted(r) && len(policy.Words(d.Text)) < bareWords
}

func scripted(r *response) bool {
	return bytes.Contains(bytes.ToLower(r.body), []byte("<script"))
}

var localeSegment = regexp.MustCompile(`^[a-z]{2}[-_]([a-zA-Z]{2})$`)

// region returns the country that a path names in a locale such as /en-GB/, or "".
func region(urlPath string) string {
	for _, segment := range strings.Split(urlPath, "/") {
		if m := localeSegment.FindStringSubmatch(segment); m != nil {
			if p := policy.Place(strings.ToUpper(m[1])); p.Country() {
				return string(p)
			}
		}
	}
	return ""
}

var number = regexp.MustCompile(`\d+`)

// figureless returns a fingerprint that is equal where the wording of two texts
// is, but for their figures.
func figureless(text string) string {
	// A year stays one, so that the date of the last update is still seen as such.
	return document.Fingerprint(number.ReplaceAllStringFunc(text, func(n string) string {
		if len(n) == len("2000") {
			return "2000"
		}
		return "1"
	}))
}
