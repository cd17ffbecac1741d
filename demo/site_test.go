package demo

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHandler(t *testing.T) {
	for _, tt := range []struct {
		name, method, host, path string
		code                     int
		contentType              string
	}{
		{"home page", "GET", "larkspur-books.example", "/", 200, "text/html; charset=utf-8"},
		{"port and case of the host do not matter", "GET", "Larkspur-Books.example:8080", "/privacy", 200, "text/html; charset=utf-8"},
		{"a root dot does not matter", "GET", "larkspur-books.example.", "/privacy", 200, "text/html; charset=utf-8"},
		{"address with extension", "GET", "chalkstream.example", "/trust/privacy.html", 200, "text/html; charset=utf-8"},
		{"robots.txt", "GET", "larkspur-books.example", "/robots.txt", 200, "text/plain; charset=utf-8"},
		{"style sheet", "GET", "larkspur-books.example", "/style.css", 200, "text/css; charset=utf-8"},
		{"site map", "GET", "calderwell-health.example", "/sitemap.xml", 200, "application/xml; charset=utf-8"},
		{"head", "HEAD", "larkspur-books.example", "/", 200, "text/html; charset=utf-8"},
		{"unknown page", "GET", "larkspur-books.example", "/nothing", 404, "text/html; charset=utf-8"},
		{"site without robots.txt", "GET", "glidewheel.example", "/robots.txt", 404, "text/html; charset=utf-8"},
		{"a folder is not listed", "GET", "halyard-money.example", "/legal/", 404, "text/html; charset=utf-8"},
		{"a folder without its slash", "GET", "halyard-money.example", "/legal", 404, "text/html; charset=utf-8"},
		{"another site by its folder", "GET", "larkspur-books.example", "/../glidewheel.example/index.html", 404, "text/html; charset=utf-8"},
		{"unknown host", "GET", "elsewhere.example", "/", 421, "text/plain; charset=utf-8"},
		{"no host", "GET", "", "/", 421, "text/plain; charset=utf-8"},
		{"parent folder as host", "GET", "..", "/", 421, "text/plain; charset=utf-8"},
		{"path in the host", "GET", "halyard-money.example/legal", "/", 421, "text/plain; charset=utf-8"},
		{"post", "POST", "larkspur-books.example", "/", 405, "text/plain; charset=utf-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/", nil)
			r.Host, r.URL.Path = tt.host, tt.path
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			if w.Code != tt.code || w.Header().Get("Content-Type") != tt.contentType {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Header().Get("Content-Type"), tt.code, tt.contentType)
			}
		})
	}
}

// A crawler that comes again with what it was told gets 304, and two servers
// say the same.
func TestConditionalRequests(t *testing.T) {
	ask := func(header, value string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "http://larkspur-books.example/privacy", nil)
		if header != "" {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		return w
	}
	first, second := ask("", ""), ask("", "")
	if first.Header().Get("ETag") == "" || first.Header().Get("Last-Modified") == "" {
		t.Fatalf("headers %v lack ETag or Last-Modified", first.Header())
	}
	if first.Header().Get("ETag") != second.Header().Get("ETag") || first.Body.String() != second.Body.String() {
		t.Error("two answers differ")
	}
	for header, from := range map[string]string{"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"} {
		if w := ask(header, first.Header().Get(from)); w.Code != http.StatusNotModified {
			t.Errorf("with %s: %d, want 304", header, w.Code)
		}
	}
}

func get(t *testing.T, address string) (code int, body []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w.Code, w.Body.Bytes()
}
