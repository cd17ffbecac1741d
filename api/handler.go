package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"policygraph/graph"
)

// maxBody is how large a request may be, in bytes.
const maxBody = 128 << 10

// Options say how a handler serves. The zero value is good.
type Options struct {
	Log *slog.Logger // slog.Default() if nil
	// Timeout is how long one query may take; 10 seconds if 0.
	Timeout time.Duration
	// Concurrent is how many queries run at once, while others wait; 8 for each
	// core if 0.
	Concurrent int
	// Keys are the API keys whose holders may ask more costly queries; none if zero.
	Keys KeyStore
}

// New returns the handler that serves the store: GraphQL at /graphql by GET and
// POST, the schema at /schema.graphqls, whether the store answers at /healthz,
// and GraphiQL at /. The data is only read. Any origin may ask what the network
// can reach, and nobody but this machine what listens on a loopback address; see
// guardHost and allowOrigin.
func New(store graph.Store, o Options) http.Handler {
	log := cmp.Or(o.Log, slog.Default())
	s := &server{
		engine:  newEngine(store, log, openLimits),
		keys:    o.Keys,
		log:     log,
		timeout: cmp.Or(o.Timeout, 10*time.Second),
		slots:   make(chan struct{}, cmp.Or(o.Concurrent, 8*runtime.GOMAXPROCS(0))),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", s.graphql)
	mux.HandleFunc("GET /schema.graphqls", schema)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /{$}", page)
	mux.Handle("GET /graphiql/", assets())
	return withRequestID(guardHost(mux))
}

// Server returns a server of h with limits on what a client may send, how long
// it may take over it, and how long an answer may take.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
}

type server struct {
	engine  *engine
	keys    KeyStore
	log     *slog.Logger
	timeout time.Duration
	slots   chan struct{} // one for each query that runs
}

const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// graphql serves a query after GraphQL over HTTP.
func (s *server) graphql(w http.ResponseWriter, r *http.Request) {
	allowOrigin(w, r)
	w.Header().Add("Vary", "Accept")
	media, ok := acceptable(r.Header.Values("Accept"))
	if !ok {
		refuse(w, r, mediaJSON, http.StatusNotAcceptable, problemf(codeNotAccepted, "the answer can be %s or %s", mediaGraphQL, mediaJSON))
		return
	}
	params := &graphql.RawParams{}
	switch r.Method {
	case http.MethodOptions:
		h := w.Header()
		h.Set("Allow", "GET, POST, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	case http.MethodGet, http.MethodPost:
		read := readPost
		if r.Method == http.MethodGet {
			read = readGet
		}
		if status, p := read(w, r, params); p != nil {
			refuse(w, r, media, status, p)
			return
		}
	default:
		w.Header().Set("Allow", "GET, POST, OPTIONS")
		refuse(w, r, media, http.StatusMethodNotAllowed, problemf(codeMethod, "the method is %s, want GET or POST", clip(r.Method)))
		return
	}
	ctx, status, p := s.authorize(r)
	if p != nil {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		refuse(w, r, media, status, p)
		return
	}
	s.answer(w, r.WithContext(ctx), media, params)
}

// authorize returns the context in which a request may be answered. A header
// of another scheme is for a proxy in front of us.
func (s *server) authorize(r *http.Request) (context.Context, int, *problem) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return r.Context(), http.StatusOK, nil
	}
	known, err := s.keys.Knows(strings.TrimSpace(secret))
	switch {
	case err != nil:
		s.log.ErrorContext(r.Context(), "API keys", "request", requestIDOf(r.Context()), "error", err)
		return nil, http.StatusInternalServerError, problemf(codeInternal, "internal error")
	case !known:
		return nil, http.StatusUnauthorized, problemf(codeUnauthorized, "the API key is unknown or revoked: leave it out, or ask for one")
	}
	return withKey(r.Context()), http.StatusOK, nil
}

// answer runs a query within the time and the number of slots that there are.
func (s *server) answer(w http.ResponseWriter, r *http.Request, media string, params *graphql.RawParams) {
	ctx, cancel := context.WithTimeout(r.Context(), s.timeout)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		w.Header().Set("Retry-After", "1")
		refuse(w, r, media, http.StatusServiceUnavailable, problemf(codeOverloaded, "too many queries at once: try again"))
		return
	}
	res := s.engine.run(ctx, params)
	write(w, media, statusOf(media, res), res)
}

// statusOf returns the status of a response that is GraphQL. In application/json
// it is always 200, as clients of that type expect.
func statusOf(media string, res response) int {
	if media == mediaJSON || len(res.Errors) == 0 || res.Data != nil && !bytes.Equal(res.Data, []byte("null")) {
		return http.StatusOK
	}
	code, _ := res.Errors[0].Extensions["code"].(string)
	switch code {
	case codeParseFailed:
		return http.StatusBadRequest
	case codeTimeout:
		return http.StatusGatewayTimeout
	case codeUnavailable:
		return http.StatusServiceUnavailable
	case codeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

// readGet reads the parameters of a query from the address. The schema has no
// mutation, so that GET never changes anything.
func readGet(_ http.ResponseWriter, r *http.Request, params *graphql.RawParams) (int, *problem) {
	q := r.URL.Query()
	params.Query, params.OperationName = q.Get("query"), q.Get("operationName")
	if v := q.Get("variables"); v != "" {
		if err := decodeJSON([]byte(v), &params.Variables); err != nil {
			return http.StatusBadRequest, problemf(codeBadRequest, "variables: %v", err)
		}
	}
	return given(params)
}

// readPost reads the parameters of a query from the body.
func readPost(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) (int, *problem) {
	media, attributes, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON || !strings.EqualFold(cmp.Or(attributes["charset"], "utf-8"), "utf-8") {
		return http.StatusUnsupportedMediaType, problemf(codeMediaType, "the Content-Type must be %s", mediaJSON)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, problemf(codeTooLarge, "the request has more than %d bytes", maxBody)
	case err != nil:
		return http.StatusBadRequest, problemf(codeBadRequest, "the request ended early")
	}
	var in struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	if err := decodeJSON(body, &in); err != nil {
		return http.StatusBadRequest, problemf(codeBadRequest, "the request is not a JSON object with a query: %v", err)
	}
	params.Query, params.OperationName, params.Variables = in.Query, in.OperationName, in.Variables
	return given(params)
}

// given refuses a request without a query that can be read.
func given(params *graphql.RawParams) (int, *problem) {
	switch {
	case params.Query == "":
		return http.StatusBadRequest, problemf(codeBadRequest, "the request has no query")
	case !utf8.ValidString(params.Query):
		return http.StatusBadRequest, problemf(codeBadRequest, "the query is not UTF-8")
	}
	return http.StatusOK, nil
}

// decodeJSON decodes one JSON value. Its error tells where and what kind of
// fault there is, and never repeats the input.
func decodeJSON(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err := d.Decode(into)
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case err == nil:
		if _, err := d.Token(); err != io.EOF {
			return errors.New("something follows the JSON value")
		}
		return nil
	case errors.As(err, &syntax):
		return errors.New("bad JSON at byte " + strconv.FormatInt(syntax.Offset, 10))
	case errors.As(err, &mistyped):
		return errors.New("a value of the wrong type at byte " + strconv.FormatInt(mistyped.Offset, 10))
	}
	return errors.New("the JSON ends early")
}

// encodeJSON returns v as JSON that a person can read in a terminal.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// refuse answers a request that is no GraphQL.
func refuse(w http.ResponseWriter, r *http.Request, media string, status int, p *problem) {
	e := p.graphql()
	e.Extensions["requestId"] = requestIDOf(r.Context())
	write(w, media, status, response{Errors: gqlerror.List{e}})
}

func write(w http.ResponseWriter, media string, status int, res response) {
	b, err := encodeJSON(res)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b) // whoever asked may be gone
}

// acceptable returns the media type that the client would rather have: of equals
// application/graphql-response+json, and application/json if it names none.
func acceptable(accept []string) (media string, ok bool) {
	if len(accept) == 0 {
		return mediaJSON, true
	}
	best := 0.0
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		name, attributes, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, err := strconv.ParseFloat(attributes["q"], 64); err == nil {
			quality = q
		}
		switch name {
		case "*/*", "application/*":
			name = mediaJSON
		case mediaJSON, mediaGraphQL:
		default:
			continue
		}
		if quality > best || quality == best && quality > 0 && name == mediaGraphQL {
			best, media = quality, name
		}
	}
	return media, media != ""
}

// healthz tells whether the store answers.
func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.timeout)
	defer cancel()
	if _, err := s.engine.store.Organizations(ctx, graph.OrganizationFilter{}, graph.Page{Limit: 1}); err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}

func schema(w http.ResponseWriter, r *http.Request) {
	allowOrigin(w, r)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, Schema())
}

type requestIDKey struct{}

// withRequestID gives each request an ID, which stands in the response, in its
// errors and in the log.
func withRequestID(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		rand.Read(b[:]) // never fails
		id := hex.EncodeToString(b[:])
		w.Header().Set("X-Request-Id", id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// requestIDOf returns the ID of the request, or "" outside of one.
func requestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
