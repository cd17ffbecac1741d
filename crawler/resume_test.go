package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A crawl that is stopped goes on where it was: nothing is lost, and nothing
// that was got is asked for again.
func TestStoppedCrawlGoesOn(t *testing.T) {
	const companies = 6
	web := newWeb(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var list []Company
	for i := range companies {
		address := fmt.Sprintf("host%d.example/privacy", i)
		web.handle(address, func(w http.ResponseWriter, r *http.Request) {
			if i == 3 && ctx.Err() == nil {
				stop()
				<-r.Context().Done()
				return
			}
			answer(policyPage("Privacy Policy"))(w, r)
		})
		list = append(list, urlCompany(fmt.Sprintf("Company %d", i), "http://"+address))
	}
	a := openTemp(t)
	o := web.options(a, list...)
	o.Parallel = 1
	s, err := Crawl(ctx, o)
	if !errors.Is(err, context.Canceled) || s.Unfinished != companies-3 || s.Found != 3 {
		t.Fatalf("stopped crawl: %+v, error %v, want 3 found and 3 unfinished", s, err)
	}
	if s = mustCrawl(t, o); s.Found != companies || s.Changes[NewPolicy] != companies-3 {
		t.Errorf("the crawl after: %+v, want the other 3", s)
	}
	for i := range companies {
		want := 1
		if i == 3 {
			want = 2
		}
		if n := web.count(fmt.Sprintf("host%d.example/privacy", i)); n != want {
			t.Errorf("host %d was asked %d times, want %d", i, n, want)
		}
	}
}

// A crawl that died leaves a lease behind, which the next does not wait for.
func TestLeaseOfDeadCrawl(t *testing.T) {
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	a := openTemp(t)
	company := urlCompany("Acme", acmePolicy)
	ctx := context.Background()
	if err := a.plan(ctx, []Company{company}, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := a.lease(ctx, time.Now()); err != nil || !ok {
		t.Fatalf("lease: %t, %v", ok, err)
	}
	a.Close()
	b, err := OpenArchive(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if s := mustCrawl(t, web.options(b, company)); s.Found != 1 {
		t.Errorf("%+v, want the policy", s)
	}
}

// Without refresh a second crawl asks for nothing; with it, only for what is old.
func TestRefresh(t *testing.T) {
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	a := openTemp(t)
	now := firstDay
	o := web.options(a, urlCompany("Acme", acmePolicy))
	o.Now = func() time.Time { return now }
	for _, tt := range []struct {
		later    time.Duration
		refresh  time.Duration
		requests int
	}{
		{0, 0, 2}, {time.Hour, 0, 0}, {time.Hour, 24 * time.Hour, 0}, {22 * time.Hour, 24 * time.Hour, 2}, {time.Hour, time.Nanosecond, 2},
	} {
		now = now.Add(tt.later)
		o.Refresh = tt.refresh
		web.forget()
		mustCrawl(t, o)
		if n := len(web.seen()); n != tt.requests {
			t.Errorf("refresh %v at %v: %d requests, want %d", tt.refresh, now.Sub(firstDay), n, tt.requests)
		}
	}
}

// The list decides what is asked for; what was kept stays.
func TestListChanges(t *testing.T) {
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	web.page("acme.example/datenschutz", policyPage("Privacy Policy"))
	web.page("other.example/privacy", policyPage("Privacy Policy"))
	a := openTemp(t)
	both := urlCompany("Acme", acmePolicy, "http://acme.example/datenschutz")
	if s := mustCrawl(t, web.options(a, both, urlCompany("Other", "http://other.example/privacy"))); s.Changes[NewPolicy] != 2 {
		t.Fatalf("%+v, want one policy of each company: the second address has the same document", s)
	}
	web.forget()
	if s := mustCrawl(t, web.options(a, urlCompany("Acme", "http://acme.example/datenschutz"))); s.Companies != 1 || s.Found != 1 || s.Changes[NewPolicy] != 1 {
		t.Errorf("%+v, want the policy at the address that is left", s)
	}
	if web.count("other.example/privacy") > 0 {
		t.Error("a company that left the list was asked")
	}
	if n := len(documents(t, a)); n != 3 {
		t.Errorf("%d documents, want all that was kept", n)
	}
}

// Progress counts the companies that are done, also where the last page of one
// turned out needless.
func TestProgress(t *testing.T) {
	web := newWeb(t)
	web.page("acme.example/", `<a href="/privacy">Privacy Policy</a> <a href="/legal">Legal</a>`)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	a := openTemp(t)
	o := web.options(a, Company{Name: "Acme", Domain: "acme.example"}, Company{Name: "Nowhere"}, urlCompany("Other", "http://other.example/privacy"))
	var last Progress
	o.Progress = func(p Progress) { last = p }
	s := mustCrawl(t, o)
	if last.Done != 3 || last.Companies != 3 {
		t.Errorf("%d of %d companies are done, want 3 of 3", last.Done, last.Companies)
	}
	if s.Companies != 3 || s.Found != 1 || s.Failures[NotFound] != 2 {
		t.Errorf("%+v, want 1 of 3 found and 2 not", s)
	}
	if web.count("acme.example/legal") > 0 {
		t.Error("a weak link was followed although the privacy policy was there")
	}
	for _, d := range documents(t, a) {
		if d.Company == "Nowhere" && (d.URL != "" || !strings.Contains(d.Reason, "neither domain nor url")) {
			t.Errorf("%+v", d)
		}
	}
}
