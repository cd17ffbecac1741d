package crawler

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const acmePolicy = "http://acme.example/privacy"

// attempt crawls one address and returns what became of it.
func attempt(t *testing.T, w *web, change func(*Options)) Document {
	t.Helper()
	a := openTemp(t)
	o := w.options(a, urlCompany("Acme", acmePolicy))
	if change != nil {
		change(&o)
	}
	mustCrawl(t, o)
	return only(t, a)
}

// How each answer ends, and after how many requests.
func TestAnswers(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	send := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			io.WriteString(w, body)
		}
	}
	policy := policyPage("Privacy Policy")
	for _, tt := range []struct {
		name  string
		page  http.HandlerFunc
		want  Status
		tries int
		says  string
	}{
		{"policy", send("text/html", policy), OK, 1, ""},
		{"policy without a media type", send("application/octet-stream", policy), OK, 1, ""},
		{"missing", status(404), NotFound, 1, "HTTP 404 Not Found"},
		{"gone", status(410), NotFound, 1, "410"},
		{"forbidden", status(403), Failed, 1, "403"},
		{"unknown status", status(299), NoText, 1, ""},
		{"teapot", status(418), Failed, 1, "418"},
		{"not modified unasked", status(304), Failed, 1, "304"},
		{"redirect to nowhere", status(302), Failed, 1, "no valid address"},
		{"server error", status(500), Unreachable, 3, "500"},
		{"busy", status(503), Unreachable, 3, "503"},
		{"too many requests", status(429), Unreachable, 3, "429"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Unreachable, 3, ""},
		{"lying length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, policy)
		}, Truncated, 3, "ended early"},
		{"broken chunks", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, policy)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, Truncated, 3, "ended early"},
		{"announced too large", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(maxBodyBytes+1))
			w.WriteHeader(200)
		}, TooLarge, 1, "announced"},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, TooLarge, 1, "more than"},
		{"huge header", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Padding", strings.Repeat("x", 2*maxHeaderBytes))
		}, Unreachable, 3, "headers"},
		{"unknown encoding", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "zip64")
			io.WriteString(w, policy)
		}, Failed, 1, "zip64"},
		{"gzip that is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, policy)
		}, Failed, 1, "gzip"},
		{"empty", send("text/html", ""), NoText, 1, ""},
		{"binary", send("text/plain", "\x00\x01\x02"), NoText, 1, "binary"},
		{"PDF", send("application/pdf", "%PDF-1.7 …"), NoText, 1, ""},
		{"image", send("image/png", "\x89PNG"), NoText, 1, ""},
		{"another page", send("text/html", "<h1>Shop</h1><p>"+strings.Repeat("Fine shoes for long walks. ", 30)+"</p>"), NotAPolicy, 1, ""},
		{"shell for scripts", send("text/html", `<div id="app"></div><script src="/app.js"></script>`), NeedsBrowser, 1, "scripts"},
		{"spinner for scripts", send("text/html", `<p>Loading…</p><script src="/app.js"></script>`), NeedsBrowser, 1, "scripts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			web := newWeb(t)
			web.handle("acme.example/privacy", tt.page)
			d := attempt(t, web, nil)
			if d.Status != tt.want || !strings.Contains(d.Reason, tt.says) {
				t.Errorf("status %s (%s), want %s (…%s…)", d.Status, d.Reason, tt.want, tt.says)
			}
			if n := web.count("acme.example/privacy"); n != tt.tries {
				t.Errorf("asked %d times, want %d", n, tt.tries)
			}
			if d.Status != OK && d.Version != 0 {
				t.Errorf("a failure has version %d", d.Version)
			}
		})
	}
}

// Challenges are recognised and left alone; an ordinary page that carries one
// of the marks is no challenge.
func TestChallenge(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header [2]string
		body   string
		want   Status
	}{
		{"Cloudflare by header", 403, [2]string{"Cf-Mitigated", "challenge"}, "<p>no</p>", Challenge},
		{"Cloudflare by title", 503, [2]string{}, "<html><head><title>Just a moment...</title></head></html>", Challenge},
		{"Incapsula with 200", 200, [2]string{}, `<iframe src="/_Incapsula_Resource?x=1"></iframe>`, Challenge},
		{"SiteGround with 200", 200, [2]string{}, `<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">`, Challenge},
		{"DataDome", 403, [2]string{}, `<script src="https://ct.captcha-delivery.com/c.js"></script>`, Challenge},
		{"policy with a mark", 200, [2]string{}, policyPage("Privacy Policy") + `<script src="/cdn-cgi/challenge-platform/h/g/main.js"></script>`, OK},
		{"plain refusal", 403, [2]string{}, "<p>Forbidden</p>", Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			web := newWeb(t)
			web.handle("acme.example/privacy", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				if tt.header[0] != "" {
					w.Header().Set(tt.header[0], tt.header[1])
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			})
			if d := attempt(t, web, nil); d.Status != tt.want {
				t.Errorf("status %s (%s), want %s", d.Status, d.Reason, tt.want)
			}
			if n := web.count("acme.example/privacy"); n != 1 {
				t.Errorf("asked %d times, want once", n)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	chain := func(web *web, hops int) {
		web.redirect("acme.example/privacy", "/1")
		for i := 1; i < hops; i++ {
			web.redirect(fmt.Sprintf("acme.example/%d", i), fmt.Sprintf("/%d", i+1))
		}
		web.page(fmt.Sprintf("acme.example/%d", hops), policyPage("Privacy Policy"))
	}
	for _, tt := range []struct {
		name     string
		web      func(*web)
		want     Status
		finalURL string
	}{
		{"ten", func(w *web) { chain(w, 10) }, OK, "http://acme.example/10"},
		{"eleven", func(w *web) { chain(w, 11) }, Failed, "http://acme.example/11"},
		{"to itself", func(w *web) { w.redirect("acme.example/privacy", "/privacy") }, Failed, acmePolicy},
		{"circle", func(w *web) {
			w.redirect("acme.example/privacy", "http://other.example/")
			w.redirect("other.example/", acmePolicy)
		}, Failed, acmePolicy},
		{"to another scheme", func(w *web) { w.redirect("acme.example/privacy", "file:///etc/passwd") }, Failed, acmePolicy},
		{"to another host", func(w *web) {
			w.redirect("acme.example/privacy", "//other.example/legal?a=1#top")
			w.page("other.example/legal", policyPage("Privacy Policy"))
		}, OK, "http://other.example/legal?a=1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			web := newWeb(t)
			tt.web(web)
			d := attempt(t, web, nil)
			if d.Status != tt.want || d.FinalURL != tt.finalURL || d.URL != acmePolicy {
				t.Errorf("%s from %s at %s (%s), want %s at %s", d.Status, d.URL, d.FinalURL, d.Reason, tt.want, tt.finalURL)
			}
			if n := len(web.seen()); n > 13 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A small body that unpacks to gigabytes costs neither memory nor time.
func TestGzipBombIsTooLarge(t *testing.T) {
	web := newWeb(t)
	var sent atomic.Int64
	web.handle("acme.example/privacy", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 2 << 10 { // 2 GiB, 2 MiB when packed
			if _, err := z.Write(zeros); err != nil || r.Context().Err() != nil {
				return
			}
			sent.Add(int64(len(zeros)))
		}
		z.Close()
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d := attempt(t, web, nil)
	runtime.ReadMemStats(&after)
	if d.Status != TooLarge {
		t.Errorf("status %s (%s), want %s", d.Status, d.Reason, TooLarge)
	}
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 100<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

func TestGzipIsDecoded(t *testing.T) {
	web := newWeb(t)
	web.handle("acme.example/privacy", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			http.Error(w, "gzip was not accepted", http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		z := gzip.NewWriter(w)
		io.WriteString(z, policyPage("Privacy Policy"))
		z.Close()
	})
	if d := attempt(t, web, nil); d.Status != OK {
		t.Errorf("status %s (%s), want ok", d.Status, d.Reason)
	}
}

// A server that sends a byte now and then does not hold the crawl.
func TestSlowServer(t *testing.T) {
	web := newWeb(t)
	web.handle("acme.example/privacy", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; r.Context().Err() == nil; i++ {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-time.After(10 * time.Millisecond):
			case <-r.Context().Done():
			}
		}
	})
	d := attempt(t, web, func(o *Options) { o.Timeout = 500 * time.Millisecond })
	if d.Status != Unreachable || !strings.Contains(d.Reason, "within 500ms") {
		t.Errorf("status %s (%s), want %s for the time-out", d.Status, d.Reason, Unreachable)
	}
}

func TestSilentServer(t *testing.T) {
	web := newWeb(t)
	web.handle("acme.example/privacy", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	d := attempt(t, web, func(o *Options) { o.Timeout = 500 * time.Millisecond })
	if d.Status != Unreachable || !strings.Contains(d.Reason, "no answer within") {
		t.Errorf("status %s (%s), want %s for the time-out", d.Status, d.Reason, Unreachable)
	}
}

// What fails now and then succeeds in the end.
func TestRetry(t *testing.T) {
	web := newWeb(t)
	var asked atomic.Int32
	web.handle("acme.example/privacy", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < maxTries {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, policyPage("Privacy Policy"))
	})
	if d := attempt(t, web, nil); d.Status != OK {
		t.Errorf("status %s (%s), want ok", d.Status, d.Reason)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	web := newWeb(t)
	var asked atomic.Int32
	web.handle("acme.example/privacy", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		io.WriteString(w, policyPage("Privacy Policy"))
	})
	if d := attempt(t, web, nil); d.Status != OK {
		t.Fatalf("status %s (%s), want ok", d.Status, d.Reason)
	}
	var times []time.Time
	for _, r := range web.requests {
		if r.path == "/privacy" {
			times = append(times, r.start)
		}
	}
	if len(times) != 2 || times[1].Sub(times[0]) < time.Second {
		t.Errorf("asked at %v, want twice, a second apart", times)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "86400": maxRetryAfter, "99999999999999999999": 0, "soon": 0,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
		"Sat, 02 Jan 2027 03:04:00 GMT": maxRetryAfter,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q: %v, want %v", value, got, want)
		}
	}
}

func TestHTTPSWithOwnRoots(t *testing.T) {
	web := newTLSWeb(t)
	web.page("example.com/privacy", policyPage("Privacy Policy"))
	o := func(a *Archive) Options { return web.options(a, urlCompany("Acme", "https://example.com/privacy")) }

	a := openTemp(t)
	mustCrawl(t, o(a))
	if d := only(t, a); d.Status != Unreachable || !strings.Contains(d.Reason, "certificate") {
		t.Errorf("unknown authority: status %s (%s), want %s for the certificate", d.Status, d.Reason, Unreachable)
	}
	if len(web.seen()) > 0 {
		t.Error("a request was made in spite of the certificate")
	}

	a = openTemp(t)
	with := o(a)
	with.CAFile = web.caFile(t)
	mustCrawl(t, with)
	if d := only(t, a); d.Status != OK {
		t.Errorf("known authority: status %s (%s), want ok", d.Status, d.Reason)
	}
}

func TestCAFileMustHoldCertificates(t *testing.T) {
	for _, file := range []string{"testdata/absent.pem", "guard.go"} {
		o := newWeb(t).options(openTemp(t))
		o.CAFile = file
		if _, err := Crawl(context.Background(), o); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("error %v, want one that names %s", err, file)
		}
	}
}

// A bare domain is asked for by https; by http only where nothing answers https.
func TestBareDomain(t *testing.T) {
	home := `<html><body><a href="/privacy">Privacy Policy</a></body></html>`
	acme := Company{Name: "Acme", Domain: "example.com"}

	t.Run("https", func(t *testing.T) {
		web := newTLSWeb(t)
		web.page("example.com/", home)
		web.page("example.com/privacy", policyPage("Privacy Policy"))
		a := openTemp(t)
		o := web.options(a, acme)
		o.CAFile = web.caFile(t)
		mustCrawl(t, o)
		if d := only(t, a); d.Status != OK || d.URL != "https://example.com/privacy" {
			t.Errorf("%s of %s (%s), want ok by https", d.Status, d.URL, d.Reason)
		}
	})
	t.Run("http when the handshake fails", func(t *testing.T) {
		web := newWeb(t)
		web.page("example.com/", home)
		web.page("example.com/privacy", policyPage("Privacy Policy"))
		a := openTemp(t)
		mustCrawl(t, web.options(a, acme))
		if d := only(t, a); d.Status != OK || d.URL != "http://example.com/privacy" {
			t.Errorf("%s of %s (%s), want ok by http", d.Status, d.URL, d.Reason)
		}
	})
	t.Run("never after a certificate error", func(t *testing.T) {
		web := newTLSWeb(t)
		a := openTemp(t)
		mustCrawl(t, web.options(a, acme)) // a server of TLS answers 400 to http
		if d := only(t, a); d.Status != Unreachable || !strings.Contains(d.Reason, "certificate") || d.URL != "https://example.com/" {
			t.Errorf("%s of %s (%s), want %s for the certificate", d.Status, d.URL, d.Reason, Unreachable)
		}
	})
	t.Run("not when https answers", func(t *testing.T) {
		web := newTLSWeb(t)
		web.status("example.com/", 500)
		a := openTemp(t)
		o := web.options(a, acme)
		o.CAFile = web.caFile(t)
		mustCrawl(t, o)
		if d := only(t, a); d.Status != Unreachable || !strings.Contains(d.Reason, "500") {
			t.Errorf("%s (%s), want %s for HTTP 500", d.Status, d.Reason, Unreachable)
		}
	})
	t.Run("neither", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		l.Close()
		a := openTemp(t)
		o := newWeb(t).options(a, acme)
		o.ConnectTo = address
		mustCrawl(t, o)
		if d := only(t, a); d.Status != Unreachable {
			t.Errorf("%s (%s), want %s", d.Status, d.Reason, Unreachable)
		}
	})
}

// The proxy of the environment would dial in our stead, past the guard.
func TestNoProxyFromTheEnvironment(t *testing.T) {
	proxy := newWeb(t)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	if d := attempt(t, web, nil); d.Status != OK || len(proxy.seen()) > 0 {
		t.Errorf("status %s (%s), %d requests to the proxy", d.Status, d.Reason, len(proxy.seen()))
	}
}
