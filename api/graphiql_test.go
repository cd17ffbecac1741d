package api

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// The page is whole without the network, and does nothing that its policy forbids.
func TestGraphiQL(t *testing.T) {
	h := New(fixture(t), Options{Log: quiet()})
	w := get(t, h, "/")
	html := w.Body.String()
	if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != "text/html; charset=utf-8" {
		t.Errorf("%d %s", w.Code, got)
	}
	checkPolicy(t, w.Header())
	for what, pattern := range map[string]string{
		"a script or style of its own":    `(?s)<script[^>]*>[^<]+</script>|<style`,
		"an attribute that runs a script": `(?i)\son\w+=|javascript:`,
		"an attribute that sets a style":  `(?i)\sstyle=`,
		"an address of somebody else":     `(?i)(src|href|action)="(https?:)?//`,
	} {
		if found := regexp.MustCompile(pattern).FindString(html); found != "" {
			t.Errorf("the page has %s: %s", what, found)
		}
	}
	assets := regexp.MustCompile(`(?:src|href)="(/[^"]*)"`).FindAllStringSubmatch(html, -1)
	used := map[string]bool{"index.html": true, "LICENSE": true}
	for _, a := range assets {
		used[path.Base(a[1])] = true
		res := get(t, h, a[1])
		want := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".graphqls": "text/plain; charset=utf-8"}[path.Ext(a[1])]
		if got := res.Header().Get("Content-Type"); res.Code != http.StatusOK || res.Body.Len() == 0 || got != want || res.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d, %d bytes of %s, want %s", a[1], res.Code, res.Body.Len(), got, want)
		}
		if path.Ext(a[1]) == ".css" && regexp.MustCompile(`@import|url\((['"]?)[^'"d]`).MatchString(res.Body.String()) {
			t.Errorf("%s loads something", a[1])
		}
		if path.Ext(a[1]) != ".graphqls" {
			checkPolicy(t, res.Header())
		}
	}
	files, err := fs.ReadDir(graphiql, "graphiql")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("graphiql/%s is embedded for nothing", f.Name())
		}
	}
}

func checkPolicy(t *testing.T, h http.Header) {
	t.Helper()
	directives := map[string]string{}
	for _, d := range strings.Split(h.Get("Content-Security-Policy"), "; ") {
		name, sources, _ := strings.Cut(d, " ")
		directives[name] = sources
	}
	for name, want := range map[string]string{"default-src": "'none'", "script-src": "'self'", "connect-src": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'none'"} {
		if directives[name] != want {
			t.Errorf("%s %q, want %q", name, directives[name], want)
		}
	}
}

// What others made stands there with their licences, and nothing else is served.
func TestGraphiQLFiles(t *testing.T) {
	h := New(fixture(t), Options{Log: quiet()})
	license := get(t, h, "/graphiql/LICENSE").Body.String()
	for _, words := range []string{"MIT License", "GraphQL Contributors", "Facebook", "SIL Open Font License", "Apache License"} {
		if !strings.Contains(license, words) {
			t.Errorf("graphiql/LICENSE does not mention %s", words)
		}
	}
	for path, status := range map[string]int{"/graphiql/": 200, "/graphiql": 200, "/graphiql/nothing.js": 404, "/graphiql/../key.go": 404, "/nothing": 404, "/index.html": 404} {
		w := get(t, h, path)
		for n := 0; n < 3 && w.Code/100 == 3; n++ {
			w = get(t, h, w.Header().Get("Location"))
		}
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
}
