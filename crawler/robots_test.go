package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jimsmart/grobotstxt"
)

// What the answer to the request for robots.txt means for a page.
func TestRobotsStatus(t *testing.T) {
	const deny = "User-agent: *\nDisallow: /\n"
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	body := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
	}
	to := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s, http.StatusMovedPermanently) }
	}
	for _, tt := range []struct {
		name   string
		robots http.HandlerFunc
		want   Status
	}{
		{"none", status(404), OK},
		{"gone", status(410), OK},
		{"unauthorised", status(401), OK},
		{"forbidden", status(403), OK},
		{"too many requests", status(429), OK},
		{"legal reasons", status(451), OK},
		{"server error", status(500), RobotsDenied},
		{"unavailable", status(503), RobotsDenied},
		{"no answer", hangUp, RobotsDenied},
		{"empty", body(""), OK},
		{"no content", status(204), OK},
		{"not modified", status(304), RobotsDenied},
		{"allows all", body("User-agent: *\nDisallow:\n"), OK},
		{"denies all", body(deny), RobotsDenied},
		{"denies us", body("User-agent: policygraph\nDisallow: /privacy\n\nUser-agent: *\nAllow: /\n"), RobotsDenied},
		{"denies us by product and version", body("User-agent: PolicyGraph/1.0\nDisallow: /privacy\n"), RobotsDenied},
		{"denies others", body("User-agent: Googlebot\nDisallow: /\n"), OK},
		{"allows us alone", body("User-agent: policygraph\nAllow: /\n\n" + deny), OK},
		{"the longer rule wins", body("User-agent: *\nDisallow: /\nAllow: /privacy\n"), OK},
		{"a tie allows", body("User-agent: *\nDisallow: /privacy\nAllow: /privacy\n"), OK},
		{"wildcard and end", body("User-agent: *\nDisallow: /*acy$\n"), RobotsDenied},
		{"a page instead of rules", body("<html><body>Disallow: nothing</body></html>"), OK},
		{"byte order mark and CR", body("\ufeffUser-agent: *\rDisallow: /\r"), RobotsDenied},
		{"rules beyond 500 KiB do not count", body(strings.Repeat("# padding\n", maxRobotsBytes/10+1) + deny), OK},
		{"rules within 500 KiB count", body(strings.Repeat("# padding\n", maxRobotsBytes/10-10) + deny), RobotsDenied},
		{"redirect to rules", to("http://rules.example/denied"), RobotsDenied},
		{"redirect to none", to("http://rules.example/none"), OK},
		{"endless redirects", to("/robots.txt"), OK},
		{"redirect to a private address", to("http://127.0.0.1/robots.txt"), BlockedAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			web := newWeb(t)
			web.page("acme.example/privacy", policyPage("Privacy Policy"))
			web.text("rules.example/denied", deny)
			web.handle("acme.example/robots.txt", tt.robots)
			a := openTemp(t)
			mustCrawl(t, web.options(a, urlCompany("Acme", "http://acme.example/privacy")))
			if d := only(t, a); d.Status != tt.want {
				t.Errorf("status %s (%s), want %s", d.Status, d.Reason, tt.want)
			}
			if asked := web.count("acme.example/privacy") > 0; asked != (tt.want == OK) {
				t.Errorf("the page was asked for: %t", asked)
			}
		})
	}
}

// A host that is down is unreachable; its robots.txt is not what is to blame.
func TestUnreachableHostIsNotRobotsDenied(t *testing.T) {
	web := newWeb(t)
	address := web.address()
	web.Close()
	a := openTemp(t)
	o := web.options(a, urlCompany("Acme", "http://acme.example/privacy"))
	o.ConnectTo = address
	mustCrawl(t, o)
	if d := only(t, a); d.Status != Unreachable {
		t.Errorf("status %s (%s), want %s", d.Status, d.Reason, Unreachable)
	}
}

// Robots.txt of each host is asked for once in a crawl, before anything else.
func TestRobotsIsAskedForOncePerHost(t *testing.T) {
	web := newWeb(t)
	var urls []string
	for i := range 4 {
		path := fmt.Sprintf("acme.example/privacy/%d", i)
		web.page(path, policyPage("Privacy Policy", fmt.Sprintf("Edition %c.", 'a'+i)))
		urls = append(urls, "http://"+path)
	}
	mustCrawl(t, web.options(openTemp(t), urlCompany("Acme", urls...)))
	seen := web.seen()
	if len(seen) != 5 || seen[0] != "acme.example/robots.txt" || web.count("acme.example/robots.txt") != 1 {
		t.Errorf("requests %v, want robots.txt once and first, then 4 pages", seen)
	}
}

func TestRedirectIntoDisallowedHost(t *testing.T) {
	web := newWeb(t)
	web.redirect("acme.example/privacy", "http://group.example/privacy")
	web.text("group.example/robots.txt", "User-agent: *\nDisallow: /privacy\n")
	web.page("group.example/privacy", policyPage("Privacy Policy"))
	a := openTemp(t)
	mustCrawl(t, web.options(a, urlCompany("Acme", "http://acme.example/privacy")))
	d := only(t, a)
	if d.Status != RobotsDenied || d.FinalURL != "http://group.example/privacy" {
		t.Errorf("status %s at %s, want %s at the second host", d.Status, d.FinalURL, RobotsDenied)
	}
	if web.count("group.example/privacy") != 0 {
		t.Error("the disallowed page was asked for")
	}
}

func TestCrawlDelay(t *testing.T) {
	for _, tt := range []struct {
		name, rules string
		want        time.Duration
	}{
		{"none", "User-agent: *\nDisallow:\n", 0},
		{"everyone", "User-agent: *\nCrawl-delay: 2\n", 2 * time.Second},
		{"fraction", "User-agent: *\nCrawl-delay: 0.5\n", 500 * time.Millisecond},
		{"ours before everyone's", "User-agent: *\nCrawl-delay: 9\n\nUser-agent: policygraph\nCrawl-delay: 3\n", 3 * time.Second},
		{"our group has none", "User-agent: policygraph\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: 9\n", 0},
		{"group of several", "User-agent: other\nUser-agent: PolicyGraph\nCrawl-delay: 4\n", 4 * time.Second},
		{"other's", "User-agent: other\nCrawl-delay: 4\n", 0},
		{"group ended by a rule", "User-agent: policygraph\nDisallow: /x\nUser-agent: other\nCrawl-delay: 4\n", 0},
		{"capped", "User-agent: *\nCrawl-delay: 86400\n", maxCrawlDelay},
		{"overflow", "User-agent: *\nCrawl-delay: 1e300\n", maxCrawlDelay},
		{"negative", "User-agent: *\nCrawl-delay: -4\n", 0},
		{"not a number", "User-agent: *\nCrawl-delay: NaN\n", 0},
		{"words", "User-agent: *\nCrawl-delay: a while\n", 0},
	} {
		if got := crawlDelay(tt.rules); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Whatever the rules: the pause is within its limits, and matching them ends.
func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /\nCrawl-delay: 2\n", "/privacy")
	f.Add("\ufeffuser-agent:policygraph/1\rallow: /*acy$\rcrawl-delay: 1e400", "/a?b=%zz")
	f.Add("Disallow: /"+strings.Repeat("*a", 50)+"$", "/"+strings.Repeat("a", 100))
	f.Fuzz(func(t *testing.T, rules, path string) {
		if d := crawlDelay(rules); d < 0 || d > maxCrawlDelay {
			t.Errorf("pause %v", d)
		}
		grobotstxt.AgentAllowed(rules, agentToken, "http://acme.example"+path)
	})
}
