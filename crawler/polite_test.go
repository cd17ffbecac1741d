package crawler

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// gaps checks that requests to a host came one after the other, each no sooner
// after the end of the one before than pause. The client's pause begins after
// the server's end and ends before the server's start, so that what is measured
// here is never shorter.
func (w *web) gaps(t *testing.T, host string, pause time.Duration) (requests int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*request
	for _, r := range w.requests {
		if r.host == host {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *request) int { return cmp.Compare(a.start.UnixNano(), b.start.UnixNano()) })
	for i := 1; i < len(all); i++ {
		if gap := all[i].start.Sub(all[i-1].end); gap < pause {
			t.Errorf("%s: %s began %v after the end of %s, want at least %v", host, all[i].path, gap, all[i-1].path, pause)
		}
	}
	return len(all)
}

func TestOneRequestAtATimePerHostWithPause(t *testing.T) {
	const pause = 20 * time.Millisecond
	web := newWeb(t)
	var companies []Company
	for c := range 4 { // four companies on two hosts, one reached by redirect
		host := fmt.Sprintf("host%d.example", c%2)
		var urls []string
		for i := range 3 {
			path := fmt.Sprintf("%s/%d/%d", host, c, i)
			web.page(path, policyPage("Privacy Policy", fmt.Sprintf("Edition %c%c.", 'a'+c, 'a'+i)))
			urls = append(urls, "http://"+path)
		}
		from := fmt.Sprintf("alias%d.example/moved", c)
		web.redirect(from, "http://"+host+fmt.Sprintf("/%d/0", c))
		companies = append(companies, urlCompany(fmt.Sprintf("Company %d", c), append(urls, "http://"+from)...))
	}
	o := web.options(openTemp(t), companies...)
	o.HostDelay = pause
	mustCrawl(t, o)
	for _, host := range []string{"host0.example", "host1.example"} {
		if n := web.gaps(t, host, pause); n != 9 { // robots.txt, 2×3 pages, 2 by redirect
			t.Errorf("%d requests to %s, want 9", n, host)
		}
	}
}

func TestCrawlDelayOfRobotsCounts(t *testing.T) {
	const pause = 60 * time.Millisecond
	web := newWeb(t)
	web.text("acme.example/robots.txt", "User-agent: *\nCrawl-delay: 0.06\n")
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	web.page("acme.example/cookies", policyPage("Privacy Notice", "For another audience."))
	mustCrawl(t, web.options(openTemp(t), urlCompany("Acme", "http://acme.example/privacy", "http://acme.example/cookies")))
	if n := web.gaps(t, "acme.example", pause); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

// Hosts do not wait for each other: each of these answers only when all are asked.
func TestHostsAreVisitedAtOnce(t *testing.T) {
	const hosts = 4
	web := newWeb(t)
	var waiting atomic.Int32
	all := make(chan struct{})
	var companies []Company
	for i := range hosts {
		address := fmt.Sprintf("host%d.example/privacy", i)
		web.handle(address, func(w http.ResponseWriter, r *http.Request) {
			if waiting.Add(1) == hosts {
				close(all)
			}
			select {
			case <-all:
				fmt.Fprint(w, policyPage("Privacy Policy"))
			case <-r.Context().Done():
			}
		})
		companies = append(companies, urlCompany(fmt.Sprintf("Company %d", i), "http://"+address))
	}
	a := openTemp(t)
	if s := mustCrawl(t, web.options(a, companies...)); s.Found != hosts {
		t.Errorf("%d companies found, want %d: %+v", s.Found, hosts, documents(t, a))
	}
}

func TestParallelIsBounded(t *testing.T) {
	web := newWeb(t)
	var at, most atomic.Int32
	var companies []Company
	for i := range 9 {
		address := fmt.Sprintf("host%d.example/privacy", i)
		web.handle(address, func(w http.ResponseWriter, _ *http.Request) {
			now := at.Add(1)
			defer at.Add(-1)
			for {
				m := most.Load()
				if now <= m || most.CompareAndSwap(m, now) {
					break
				}
			}
			time.Sleep(5 * time.Millisecond)
			fmt.Fprint(w, policyPage("Privacy Policy"))
		})
		companies = append(companies, urlCompany(fmt.Sprintf("Company %d", i), "http://"+address))
	}
	o := web.options(openTemp(t), companies...)
	o.Parallel = 2
	mustCrawl(t, o)
	if most.Load() > 2 {
		t.Errorf("%d requests at once, want at most 2", most.Load())
	}
}

func TestNoMoreThanThirtyRequestsPerCompany(t *testing.T) {
	web := newWeb(t)
	var urls []string
	for i := range 40 {
		address := fmt.Sprintf("acme.example/%d", i)
		web.page(address, policyPage("Privacy Policy", strings.Repeat("More. ", i)))
		urls = append(urls, "http://"+address)
	}
	a := openTemp(t)
	s := mustCrawl(t, web.options(a, urlCompany("Acme", urls...)))
	if n := len(web.seen()); n != maxRequests || s.Requests != maxRequests {
		t.Errorf("%d requests, %d in the summary, want %d", n, s.Requests, maxRequests)
	}
	if s.Failures[Failed] != 40-maxRequests+1 {
		t.Errorf("failures %v, want %d pages for want of requests", s.Failures, 40-maxRequests+1)
	}
}

func TestUserAgentIsHonest(t *testing.T) {
	for contact, want := range map[string]string{
		"":                              "policygraph/1.2.3",
		"https://watch.example/crawler": "policygraph/1.2.3 (+https://watch.example/crawler)",
	} {
		web := newWeb(t)
		o := web.options(openTemp(t), urlCompany("Acme", "http://acme.example/privacy"))
		o.Contact = contact
		mustCrawl(t, o)
		if len(web.requests) != 2 {
			t.Fatalf("%d requests, want 2", len(web.requests))
		}
		for _, r := range web.requests {
			if got := r.header.Get("User-Agent"); got != want {
				t.Errorf("%s: user agent %q, want %q", r.path, got, want)
			}
		}
	}
}
