package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
)

const small = "{ dataset { companies } }"

// An exchange is a request to /graphql, and what must come back.
type exchange struct {
	name    string
	method  string // POST if empty
	query   string // of the address
	headers map[string]string
	body    string
	status  int
	code    string // of the first error, or "" for none
}

var (
	sendJSON = map[string]string{"Content-Type": "application/json"}
	strict   = map[string]string{"Content-Type": "application/json", "Accept": mediaGraphQL}
)

func body(query string) string {
	b, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		panic(err) // a string
	}
	return string(b)
}

func TestHTTP(t *testing.T) {
	get := func(query string) string { return "?query=" + url.QueryEscape(query) }
	padded := body(small) + strings.Repeat(" ", maxBody-len(body(small)))
	h := New(fixture(t), Options{Log: quiet()})
	for _, tt := range []exchange{
		{name: "POST", headers: sendJSON, body: body(small), status: 200},
		{name: "POST, strict", headers: strict, body: body(small), status: 200},
		{name: "GET", method: "GET", query: get(small), status: 200},
		{name: "GET with variables", method: "GET", query: get("query($n: Int) { companies(first: $n) { totalCount } }") + "&variables=%7B%22n%22%3A1%7D", status: 200},
		{name: "GET with variables that are no JSON", method: "GET", query: get(small) + "&variables=%7B", status: 400, code: codeBadRequest},
		{name: "GET with a query that is not UTF-8", method: "GET", query: "?query=%7Bdataset%7Bcompanies%7D%7D%23%ff", status: 400, code: codeBadRequest},
		{name: "GET without a query", method: "GET", status: 400, code: codeBadRequest},
		{name: "GET of a mutation", method: "GET", query: get("mutation { put }"), headers: map[string]string{"Accept": mediaGraphQL}, status: 422, code: codeInvalidQuery},
		{name: "PUT", method: "PUT", headers: sendJSON, body: body(small), status: 405, code: codeMethod},
		{name: "HEAD", method: "HEAD", query: get(small), status: 405, code: codeMethod},
		{name: "nothing acceptable", headers: map[string]string{"Content-Type": "application/json", "Accept": "text/html"}, body: body(small), status: 406, code: codeNotAccepted},

		{name: "a form, as a web page can send unasked", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body: "query=" + url.QueryEscape(small), status: 415, code: codeMediaType},
		{name: "plain text, as a web page can send unasked", headers: map[string]string{"Content-Type": "text/plain"}, body: body(small), status: 415, code: codeMediaType},
		{name: "multipart", headers: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, body: body(small), status: 415, code: codeMediaType},
		{name: "no content type", body: body(small), status: 415, code: codeMediaType},
		{name: "another character set", headers: map[string]string{"Content-Type": "application/json; charset=utf-16"}, body: body(small), status: 415, code: codeMediaType},

		{name: "as large as may be", headers: sendJSON, body: padded, status: 200},
		{name: "a byte too large", headers: sendJSON, body: padded + " ", status: 413, code: codeTooLarge},
		{name: "a batch", headers: sendJSON, body: "[" + body(small) + "," + body(small) + "]", status: 400, code: codeBadRequest},
		{name: "two values", headers: sendJSON, body: body(small) + body(small), status: 400, code: codeBadRequest},
		{name: "half a value", headers: sendJSON, body: `{"query": "{`, status: 400, code: codeBadRequest},
		{name: "no JSON", headers: sendJSON, body: "secret", status: 400, code: codeBadRequest},
		{name: "variables of the wrong type", headers: sendJSON, body: `{"query": "{ dataset { companies } }", "variables": 1}`, status: 400, code: codeBadRequest},
		{name: "no query", headers: sendJSON, body: `{}`, status: 400, code: codeBadRequest},
		{name: "no body", headers: sendJSON, status: 400, code: codeBadRequest},

		{name: "no GraphQL", headers: sendJSON, body: body("{"), status: 200, code: codeParseFailed},
		{name: "no GraphQL, strict", headers: strict, body: body("{"), status: 400, code: codeParseFailed},
		{name: "an unknown field", headers: sendJSON, body: body("{ nothing }"), status: 200, code: codeInvalidQuery},
		{name: "an unknown field, strict", headers: strict, body: body("{ nothing }"), status: 422, code: codeInvalidQuery},
		{name: "an unknown operation", headers: strict, body: `{"query": "query A { dataset { companies } }", "operationName": "B"}`, status: 422, code: codeInvalidQuery},
		{name: "a missing variable", headers: strict, body: body("query($t: String!) { search(text: $t) { totalCount } }"), status: 422, code: codeInvalidQuery},
		{name: "a bad argument", headers: strict, body: body("{ companies(first: 0) { totalCount } }"), status: 422, code: codeBadInput},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, h) })
	}
}

func (tt exchange) check(t *testing.T, h http.Handler) {
	t.Helper()
	if tt.method == "" {
		tt.method = http.MethodPost
	}
	r := httptest.NewRequest(tt.method, "/graphql"+tt.query, strings.NewReader(tt.body))
	for name, value := range tt.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != tt.status {
		t.Errorf("status %d, want %d: %s", w.Code, tt.status, w.Body)
	}
	if bytes.Contains(w.Body.Bytes(), []byte("secret")) {
		t.Errorf("the answer repeats the request: %s", w.Body)
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	id := w.Header().Get("X-Request-Id")
	switch {
	case tt.code == "" && (len(answer.Errors) > 0 || len(answer.Data) == 0):
		t.Errorf("the answer is %s, want data alone", w.Body)
	case tt.code != "" && (len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != tt.code || answer.Errors[0].Extensions.RequestID != id):
		t.Errorf("the answer is %s, want one error %s of request %s", w.Body, tt.code, id)
	}
	want := mediaJSON
	if tt.headers["Accept"] == mediaGraphQL {
		want = mediaGraphQL
	}
	for name, value := range map[string]string{"Content-Type": want + "; charset=utf-8", "X-Content-Type-Options": "nosniff"} {
		if got := w.Header().Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if len(id) != 16 {
		t.Errorf("X-Request-Id: %q", id)
	}
}

func TestAccept(t *testing.T) {
	for accept, want := range map[string]string{
		"":                              "",
		"*/*":                           mediaJSON,
		"application/json":              mediaJSON,
		"application/*;q=0.5":           mediaJSON,
		"text/html, */*;q=0.1":          mediaJSON,
		mediaGraphQL:                    mediaGraphQL,
		mediaJSON + ", " + mediaGraphQL: mediaGraphQL,
		mediaJSON + ", " + mediaGraphQL + ";q=0.9": mediaJSON,
		mediaGraphQL + ";q=0, " + mediaJSON:        mediaJSON,
		mediaGraphQL + ";q=0":                      "",
		"text/html":                                "",
		";;;":                                      "",
	} {
		if got, ok := acceptable([]string{accept}); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", accept, got, ok, want)
		}
	}
	if got, _ := acceptable(nil); got != mediaJSON {
		t.Errorf("without a header: %q", got)
	}
}

func TestPreflight(t *testing.T) {
	w := httptest.NewRecorder()
	New(fixture(t), Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodOptions, "/graphql", nil))
	if h := w.Header(); w.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "Content-Type") {
		t.Errorf("%d %v", w.Code, h)
	}
}

// A faulty store answers as told where it is asked for how much it holds.
type faulty struct {
	graph.Store
	counts func(context.Context) error
}

func (f faulty) Counts(ctx context.Context) (graph.Counts, error) {
	return graph.Counts{}, f.counts(ctx)
}

func (f faulty) Organizations(ctx context.Context, _ graph.OrganizationFilter, _ graph.Page) (graph.List[graph.Organization], error) {
	return graph.List[graph.Organization]{}, f.counts(ctx)
}

// What fails in the house is logged in full and shown to nobody.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name          string
		counts        func(context.Context) error
		status        int
		code, message string
		logged        string
	}{
		{"an error", func(context.Context) error { return errors.New("no such table: practice") }, 500, codeInternal, "internal error", "no such table: practice"},
		{"not found", func(context.Context) error { return fmt.Errorf("version: %w", graph.ErrNotFound) }, 500, codeInternal, "internal error", "not found"},
		{"a panic", func(context.Context) error { panic("index out of range") }, 500, codeInternal, "internal error", "index out of range"},
		{"no server", func(context.Context) error { return fmt.Errorf("neo4j 10.1.2.3: %w", graph.ErrUnavailable) }, 503, codeUnavailable, "the store does not answer", ""},
		{"too slow", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 504, codeTimeout, "the answer took too long: ask for less, or with a narrower filter", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			h := New(faulty{counts: tt.counts}, Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Timeout: 50 * time.Millisecond})
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body(small)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", mediaGraphQL)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if code, message := firstError(t, w.Body.Bytes()); w.Code != tt.status || code != tt.code || message != tt.message {
				t.Errorf("%d %s %q, want %d %s %q", w.Code, code, message, tt.status, tt.code, tt.message)
			}
			if !strings.Contains(log.String(), tt.logged) || tt.logged != "" && !strings.Contains(log.String(), w.Header().Get("X-Request-Id")) {
				t.Errorf("logged %q, want %q of the request", log.String(), tt.logged)
			}
			if tt.logged == "" && log.Len() > 0 {
				t.Errorf("logged %q, want nothing", log.String())
			}
		})
	}
}

// Who gives up is told so, if anybody still listens, and nothing is logged.
func TestCancelled(t *testing.T) {
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	h := New(faulty{counts: func(context.Context) error { cancel(); return errors.New("interrupted") }}, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(body(small)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if code := codeOf(t, w); code != codeCancelled || log.Len() > 0 {
		t.Errorf("%s, and logged %q", w.Body, log.String())
	}
}

// Beyond the number of queries that may run at once the others wait, and are
// told to come again if that takes too long.
func TestConcurrent(t *testing.T) {
	running, finish := make(chan bool), make(chan bool)
	h := New(faulty{counts: func(context.Context) error { running <- true; <-finish; return nil }}, Options{Log: quiet(), Timeout: 100 * time.Millisecond, Concurrent: 1})
	done := make(chan bool)
	go func() {
		post(t, h, small, nil)
		close(done)
	}()
	<-running
	w := post(t, h, small, nil)
	if code, _ := firstError(t, w.Body.Bytes()); w.Code != http.StatusServiceUnavailable || code != codeOverloaded || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	close(finish)
	<-done
}

func TestHealth(t *testing.T) {
	for _, tt := range []struct {
		fault  error
		status int
	}{{nil, 200}, {graph.ErrUnavailable, 503}} {
		w := httptest.NewRecorder()
		New(faulty{counts: func(context.Context) error { return tt.fault }}, Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		if w.Code != tt.status {
			t.Errorf("store %v: %d, want %d", tt.fault, w.Code, tt.status)
		}
	}
}

func TestSchema(t *testing.T) {
	w := httptest.NewRecorder()
	New(fixture(t), Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/schema.graphqls", nil))
	if want := readFile(t, "../schema.graphqls"); w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("%d, %d bytes, want the %d of schema.graphqls", w.Code, w.Body.Len(), len(want))
	}
}

// Browsers may ask a server on a loopback address only for this machine.
func TestLoopback(t *testing.T) {
	server := httptest.NewServer(New(fixture(t), Options{Log: quiet()}))
	defer server.Close()
	for _, tt := range []struct {
		host, origin string
		status       int
		allowed      string
	}{
		{"127.0.0.1:8080", "", 200, ""},
		{"localhost:8080", "http://localhost:3000", 200, "http://localhost:3000"},
		{"LOCALHOST", "http://[::1]:3000", 200, "http://[::1]:3000"},
		{"[::1]:8080", "http://127.0.0.1", 200, "http://127.0.0.1"},
		{"policygraph.localhost", "https://evil.example", 200, ""},
		{"localhost", "null", 200, ""},
		{"localhost", "https://localhost.evil.example", 200, ""},
		{"evil.example", "http://evil.example", 421, ""},
		{"127.0.0.1.evil.example:8080", "", 421, ""},
		{"notlocalhost", "", 421, ""},
		{"10.0.0.1", "", 421, ""},
	} {
		for _, path := range []string{"/graphql?query=" + url.QueryEscape(small), "/schema.graphqls", "/"} {
			r, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			res, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if path == "/" {
				tt.allowed = ""
			}
			if got := res.Header.Get("Access-Control-Allow-Origin"); res.StatusCode != tt.status || got != tt.allowed {
				t.Errorf("%s of %s from %q: %d, allowed to %q, want %d and %q: %s", path, tt.host, tt.origin, res.StatusCode, got, tt.status, tt.allowed, answer)
			}
		}
	}
}

func TestServer(t *testing.T) {
	s := Server(http.NotFoundHandler())
	for name, d := range map[string]time.Duration{"header": s.ReadHeaderTimeout, "read": s.ReadTimeout, "write": s.WriteTimeout, "idle": s.IdleTimeout} {
		if d <= 0 || d > time.Minute {
			t.Errorf("the %s time-out is %v", name, d)
		}
	}
	if s.WriteTimeout <= 10*time.Second {
		t.Errorf("the write time-out of %v cuts answers that may take 10 s", s.WriteTimeout)
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > maxBody {
		t.Errorf("headers may have %d bytes", s.MaxHeaderBytes)
	}
}

// post asks a query as a client would.
func post(t testing.TB, h http.Handler, query string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, h, body(query), headers)
}

func send(t testing.TB, h http.Handler, body string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// codeOf returns the code of the first error of a response, or "" if it has none.
func codeOf(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if !bytes.Contains(w.Body.Bytes(), []byte(`"errors"`)) {
		return ""
	}
	code, _ := firstError(t, w.Body.Bytes())
	return code
}

// The question that everybody asks, of 200 companies, as a client asks it: of
// one product alone, and of a group down to the sentences. The metric p95 is what
// most answers do not exceed.
func BenchmarkSharedBy(b *testing.B) {
	h := New(fill(b, captures(crowd(200))), Options{Log: quiet()})
	for name, query := range map[string]string{
		"product": `{ organization(by: {name: "Google Analytics"}) { sharedBy(first: 20) { edges { node { name } dataTypes { label } } } } }`,
		"group": `{ organization(by: {name: "Google"}) { sharedBy(first: 20, includeSubsidiaries: true) {
			edges { node { name } via { name } dataTypes { label } purposes { label } practices(first: 3) { nodes { evidence { quote version { policy { url } } } } } } } } }`,
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				if w := post(b, h, query, nil); w.Code != http.StatusOK || codeOf(b, w) != "" {
					b.Fatal(w.Body)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100])/1e6, "p95-ms")
		})
	}
}
