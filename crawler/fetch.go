package crawler

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// The limits of one answer.
const (
	maxBodyBytes   = 5 << 20 // on the wire, and again when decoded
	maxHeaderBytes = 128 << 10
	maxRedirects   = 10
	maxRetryAfter  = 2 * time.Minute
)

// A fetcher makes the requests of a crawl: through the guard, in turn at each
// host, and only where robots.txt lets it.
type fetcher struct {
	guard     *guard
	hosts     *hosts
	robots    *robotsCache
	transport *http.Transport
	userAgent string
	timeout   time.Duration // of one request, body included
	tooMany   int           // requests per company
}

func newFetcher(o Options) (*fetcher, error) {
	g, err := newGuard(o.ConnectTo)
	if err != nil {
		return nil, err
	}
	roots, err := readRoots(o.CAFile)
	if err != nil {
		return nil, err
	}
	return &fetcher{
		guard:  g,
		hosts:  newHosts(o.HostDelay),
		robots: newRobotsCache(),
		transport: &http.Transport{
			DialContext:            g.dial, // and no proxy: one would dial in our stead
			TLSClientConfig:        &tls.Config{RootCAs: roots},
			TLSHandshakeTimeout:    dialTimeout,
			DisableCompression:     true, // decoded here, so that both sizes are limited
			ForceAttemptHTTP2:      true,
			MaxConnsPerHost:        1,
			MaxResponseHeaderBytes: maxHeaderBytes,
			IdleConnTimeout:        keepAliveFor,
		},
		userAgent: userAgent(o.Version, o.Contact),
		timeout:   o.Timeout,
		tooMany:   maxRequests,
	}, nil
}

func (f *fetcher) close() { f.transport.CloseIdleConnections() }

// userAgent names the crawler, and who answers for it.
func userAgent(version, contact string) string {
	s := agentToken + "/" + version
	if contact != "" {
		s += " (+" + contact + ")"
	}
	return s
}

// readRoots returns the system's certificate authorities and those of a PEM
// file; nil means the system's alone.
func readRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificate authorities of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificate authorities: %s holds no certificate in PEM form", file)
	}
	return roots, nil
}

// A response is an answer read to its end, however many redirects led to it.
type response struct {
	url    *url.URL // that answered
	status int
	header http.Header
	body   []byte // decoded
}

// A validator lets a server say that a page is still the one we have.
type validator struct {
	url                string // that gave it
	etag, lastModified string
}

// A client asks on behalf of one company, at most tooMany times in a crawl.
type client struct {
	*fetcher
	language string
	requests int
}

// get asks for u, following redirects; each address is checked by the guard and
// against robots.txt. The error is a *failure unless ctx ended.
func (c *client) get(ctx context.Context, u *url.URL, v validator) (*response, error) {
	seen := map[string]bool{}
	for {
		r, err := c.hop(ctx, u, v, seen)
		if err != nil {
			return nil, failedAt(err, u)
		}
		next, err := r.redirect()
		if err != nil {
			return nil, failedAt(err, u)
		}
		if next == nil {
			return r, nil
		}
		u = next
	}
}

func (c *client) hop(ctx context.Context, u *url.URL, v validator, seen map[string]bool) (*response, error) {
	switch {
	case seen[u.String()]:
		return nil, fail(Failed, "redirects go in a circle")
	case len(seen) > maxRedirects:
		return nil, fail(Failed, fmt.Sprintf("more than %d redirects", maxRedirects))
	}
	seen[u.String()] = true
	if f := c.guard.check(u); f != nil {
		return nil, f
	}
	if err := c.robots.allow(ctx, c, u); err != nil {
		return nil, err
	}
	header := http.Header{}
	if v.url == u.String() {
		setIf(header, "If-None-Match", v.etag)
		setIf(header, "If-Modified-Since", v.lastModified)
	}
	return c.request(ctx, u, header, readBody)
}

func setIf(h http.Header, key, value string) {
	if value != "" {
		h.Set(key, value)
	}
}

// failedAt notes the address at which a failure happened.
func failedAt(err error, u *url.URL) error {
	var f *failure
	if errors.As(err, &f) {
		f.url = u.String()
	}
	return err
}

// redirect returns where the answer leads, or nil.
func (r *response) redirect() (*url.URL, error) {
	switch r.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	location := r.header.Get("Location")
	next, err := r.url.Parse(location)
	if err != nil || location == "" {
		return nil, fail(Failed, fmt.Sprintf("HTTP %d leads to no valid address", r.status))
	}
	next.User = nil
	next, err = canonicalURL(next)
	if err != nil {
		return nil, fail(Failed, fmt.Sprintf("HTTP %d leads to what %v", r.status, err))
	}
	return next, nil
}

// A reader reads the body of an answer.
type reader func(*http.Response) ([]byte, error)

// request makes one request when it is its turn.
func (c *client) request(ctx context.Context, u *url.URL, header http.Header, read reader) (r *response, err error) {
	if c.requests >= c.tooMany {
		return nil, fail(Failed, fmt.Sprintf("the %d requests that a crawl spends on one company are spent", c.tooMany))
	}
	c.requests++
	turn := c.hosts.visit(ctx, u.Hostname(), func() { r, err = c.exchange(ctx, u, header, read) })
	if turn != nil {
		return nil, turn
	}
	return r, err
}

// exchange sends a request and reads the answer within the limits.
func (c *client) exchange(ctx context.Context, u *url.URL, header http.Header, read reader) (*response, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	connected := false
	traced := httptrace.WithClientTrace(limited, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	req, err := http.NewRequestWithContext(traced, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fail(Failed, err.Error())
	}
	req.Header = header
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,text/plain;q=0.9,text/markdown;q=0.9,*/*;q=0.1")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept-Language", acceptLanguage(c.language))
	resp, err := c.transport.RoundTrip(req)
	if ctx.Err() != nil {
		if err == nil {
			resp.Body.Close()
		}
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, c.noAnswer(err, connected)
	}
	defer resp.Body.Close()
	body, err := read(resp)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, &failure{status: Unreachable, reason: fmt.Sprintf("no whole answer within %v", c.timeout), transient: true}
	}
	if err != nil {
		return nil, err
	}
	return &response{url: u, status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// acceptLanguage is the same for every page of a company, so that a text does
// not change with the address that we happen to have.
func acceptLanguage(language string) string {
	if language == "" || strings.HasPrefix(language, "en") {
		return "en"
	}
	return language + ", en;q=0.5"
}

// noAnswer tells what a transport error means.
func (c *client) noAnswer(err error, connected bool) *failure {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case blocked(err):
		return fail(BlockedAddress, "its name leads to no public address")
	case errors.As(err, &certificate):
		return fail(Unreachable, "certificate: "+certificate.Err.Error())
	case !connected && strings.Contains(err.Error(), "certificate"):
		return fail(Unreachable, err.Error()) // one so broken that it was not verified
	case errors.As(err, &dns) && dns.IsNotFound:
		return fail(Unreachable, "no such host")
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{status: Unreachable, reason: fmt.Sprintf("no answer within %v", c.timeout), transient: true, unconnected: !connected}
	}
	return &failure{status: Unreachable, reason: err.Error(), transient: true, unconnected: !connected}
}

// readBody reads the body of a page to its end, within the limits.
func readBody(resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return nil, nil
	}
	if resp.ContentLength > maxBodyBytes {
		return nil, fail(TooLarge, fmt.Sprintf("%d bytes announced, %d is the most", resp.ContentLength, maxBodyBytes))
	}
	wire := &io.LimitedReader{R: resp.Body, N: maxBodyBytes + 1}
	decoded, err := decode(wire, resp.Header)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(decoded, maxBodyBytes+1))
	if len(body) > maxBodyBytes || wire.N <= 0 {
		return nil, fail(TooLarge, fmt.Sprintf("more than %d bytes", maxBodyBytes))
	}
	if err != nil {
		return nil, badBody(err)
	}
	return body, nil
}

// decode undoes the content encoding of a body.
func decode(wire io.Reader, h http.Header) (io.Reader, error) {
	switch encoding := strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding"))); encoding {
	case "", "identity":
		return wire, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(wire)
		if errors.Is(err, io.EOF) {
			return wire, nil // no body at all
		}
		if err != nil {
			return nil, badBody(err)
		}
		return z, nil
	default:
		return nil, fail(Failed, "content encoding "+strconv.Quote(encoding)+" was not asked for")
	}
}

// badBody tells what an error in the middle of a body means.
func badBody(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return fail(Failed, err.Error())
	}
	return &failure{status: Truncated, reason: "the body ended early: " + err.Error(), transient: true}
}

// retryAfter reads how long a server asks to be left alone, capped.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	d := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		d = time.Duration(min(seconds, int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return max(0, min(d, maxRetryAfter))
}
