package crawler

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A web is a loopback server that answers for any host by the Host header, and
// notes every request.
type web struct {
	*httptest.Server
	mu       sync.Mutex
	pages    map[string]http.HandlerFunc // by host + path
	requests []*request
}

type request struct {
	host, path string
	header     http.Header
	start, end time.Time // of the handler; it ends before the client has all of a small answer
}

// newWeb serves plain HTTP. A host is without robots.txt until it is given one.
func newWeb(t testing.TB) *web {
	w := &web{pages: map[string]http.HandlerFunc{}}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

func newTLSWeb(t testing.TB) *web {
	w := &web{pages: map[string]http.HandlerFunc{}}
	w.Server = httptest.NewTLSServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	start := time.Now()
	host, _, _ := strings.Cut(r.Host, ":")
	w.mu.Lock()
	page, ok := w.pages[host+r.URL.Path]
	noted := &request{host: host, path: r.URL.Path, header: r.Header, start: start}
	w.requests = append(w.requests, noted)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		noted.end = time.Now()
	}()
	if !ok {
		http.NotFound(rw, r)
		return
	}
	page(rw, r)
}

func (w *web) handle(address string, h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[address] = h
}

// page serves an HTML page at host/path.
func (w *web) page(address, body string) {
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, body)
	})
}

func (w *web) text(address, body string) {
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, body) })
}

func (w *web) status(address string, code int) {
	w.handle(address, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(code) })
}

func (w *web) redirect(address, to string) {
	w.handle(address, func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, to, http.StatusFound) })
}

// seen returns the requests so far as "host/path", in order.
func (w *web) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, r := range w.requests {
		out = append(out, r.host+r.path)
	}
	return out
}

func (w *web) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = nil
}

// count returns how often an address was asked for.
func (w *web) count(address string) int {
	n := 0
	for _, s := range w.seen() {
		if s == address {
			n++
		}
	}
	return n
}

func (w *web) address() string { return w.Listener.Addr().String() }

// options crawl this web without waiting.
func (w *web) options(a *Archive, companies ...Company) Options {
	return Options{
		Archive: a, Companies: companies, ConnectTo: w.address(),
		HostDelay: time.Millisecond, RetryDelay: time.Millisecond, Timeout: 10 * time.Second, Version: "1.2.3",
	}
}

// caFile writes the certificate of a TLS web.
func (w *web) caFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Certificate().Raw})
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func openTemp(t testing.TB) *Archive {
	t.Helper()
	a, err := OpenArchive(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func mustCrawl(t testing.TB, o Options) Summary {
	t.Helper()
	s, err := Crawl(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if s.Unfinished != 0 {
		t.Fatalf("%d companies are unfinished", s.Unfinished)
	}
	return s
}

func documents(t testing.TB, a *Archive) []Document {
	t.Helper()
	var out []Document
	for d, err := range a.Documents(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

func captures(t testing.TB, a *Archive) []Capture {
	t.Helper()
	var out []Capture
	for c, err := range a.Captures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// only returns the one document that the archive must hold.
func only(t testing.TB, a *Archive) Document {
	t.Helper()
	all := documents(t, a)
	if len(all) != 1 {
		t.Fatalf("%d documents, want 1: %+v", len(all), all)
	}
	return all[0]
}

// policyPage is a privacy policy as a page; each of more is a paragraph of it.
func policyPage(title string, more ...string) string {
	return `<html lang="en"><head><title>` + title + `</title></head><body><h1>` + title + `</h1>
<p>We collect personal data such as your e-mail address when you open an account, and we use it to run the service.</p>
<p>We share it with service providers who host our servers. Our legal basis is consent or a legitimate interest.</p>
<p>We keep it for as long as the account exists. You may ask the data controller for access or erasure.</p>
<p>` + strings.Join(more, "</p>\n<p>") + `</p></body></html>`
}

// urlCompany is a company the address of whose policy is given.
func urlCompany(name string, urls ...string) Company { return Company{Name: name, URLs: urls} }
