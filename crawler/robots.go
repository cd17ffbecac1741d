package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jimsmart/grobotstxt"
)

// agentToken is the name by which robots.txt speaks of us.
const agentToken = "policygraph"

const (
	maxRobotsBytes     = 500 << 10 // RFC 9309 wants at least that much read
	maxRobotsRedirects = 5
	robotsFreshFor     = 24 * time.Hour
	maxCrawlDelay      = 30 * time.Second
)

// robotsCache keeps the rules of each origin for a day.
type robotsCache struct {
	mu    sync.Mutex
	known map[string]*origin
}

// An origin is a scheme, host and port; each has rules of its own.
type origin struct {
	mu      sync.Mutex // held while the rules are asked for, so that they are asked for once
	rules   string
	fetched time.Time
}

func newRobotsCache() *robotsCache { return &robotsCache{known: map[string]*origin{}} }

func (rc *robotsCache) get(key string) *origin {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	o, ok := rc.known[key]
	if !ok {
		o = &origin{}
		rc.known[key] = o
	}
	return o
}

// allow returns nil where robots.txt lets us ask for u. Rules that could not be
// had forbid everything (RFC 9309) and are asked for again next time.
func (rc *robotsCache) allow(ctx context.Context, c *client, u *url.URL) error {
	o := rc.get(u.Scheme + "://" + u.Host)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fetched.IsZero() || time.Since(o.fetched) > robotsFreshFor {
		rules, err := c.robotsRules(ctx, u)
		if err != nil {
			return err
		}
		o.rules, o.fetched = rules, time.Now()
		c.hosts.setPause(u.Hostname(), crawlDelay(rules))
	}
	if !grobotstxt.AgentAllowed(o.rules, agentToken, u.String()) {
		return fail(RobotsDenied, "robots.txt of "+u.Host+" disallows "+u.RequestURI())
	}
	return nil
}

// robotsRules asks for the rules of u's origin. RFC 9309: 2xx holds the rules,
// 4xx and endless redirects mean that there are none, anything else that
// everything is forbidden. A host that cannot be reached at all is unreachable.
func (c *client) robotsRules(ctx context.Context, u *url.URL) (string, error) {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	for range maxRobotsRedirects + 1 {
		if f := c.guard.check(at); f != nil {
			return "", robotsFailure(f)
		}
		r, err := c.request(ctx, at, http.Header{}, readRobots)
		if err != nil {
			return "", robotsFailure(err)
		}
		next, err := r.redirect()
		switch {
		case err != nil:
			return "", nil
		case next != nil:
			at = next
		case r.status >= 200 && r.status < 300:
			return string(r.body), nil
		case r.status >= 400 && r.status < 500:
			return "", nil
		default:
			f := &failure{status: RobotsDenied, reason: fmt.Sprintf("robots.txt of %s: HTTP %d", u.Host, r.status), transient: r.status >= 500}
			f.after = retryAfter(r.header, time.Now())
			return "", f
		}
	}
	return "", nil
}

// robotsFailure tells what it means for a page that its robots.txt could not be had.
func robotsFailure(err error) error {
	var f *failure
	if errors.As(err, &f) && !f.unconnected && f.status != BlockedAddress && f.transient {
		return &failure{status: RobotsDenied, reason: "robots.txt: " + f.reason, transient: true, after: f.after}
	}
	return err
}

// readRobots reads as much of the rules as counts.
func readRobots(resp *http.Response) ([]byte, error) {
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		return nil, nil
	}
	decoded, err := decode(resp.Body, resp.Header)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(decoded, maxRobotsBytes))
	if err != nil {
		return nil, badBody(err)
	}
	return body, nil
}

// crawlDelay returns the pause that the rules ask of us, capped; 0 if none.
func crawlDelay(rules string) time.Duration {
	d := &delayReader{}
	grobotstxt.Parse(rules, d)
	if d.named {
		return d.ours
	}
	return d.everyone
}

// delayReader finds Crawl-delay, which RFC 9309 does not know, in the group
// that is for us, or else in that for everyone.
type delayReader struct {
	forUs, forAll  bool // the group at hand
	inGroup        bool // a rule of the group was seen; the next user agent begins another
	named          bool // some group is for us
	ours, everyone time.Duration
}

func (d *delayReader) HandleRobotsStart()         {}
func (d *delayReader) HandleRobotsEnd()           {}
func (d *delayReader) HandleAllow(int, string)    { d.inGroup = true }
func (d *delayReader) HandleDisallow(int, string) { d.inGroup = true }
func (d *delayReader) HandleSitemap(int, string)  {}

func (d *delayReader) HandleUserAgent(_ int, agent string) {
	if d.inGroup {
		d.forUs, d.forAll, d.inGroup = false, false, false
	}
	product, _, _ := strings.Cut(agent, "/")
	if strings.EqualFold(product, agentToken) {
		d.forUs, d.named = true, true
	}
	d.forAll = d.forAll || agent == "*"
}

func (d *delayReader) HandleUnknownAction(_ int, action, value string) {
	if !strings.EqualFold(action, "crawl-delay") {
		return
	}
	d.inGroup = true
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || !(seconds > 0) {
		return
	}
	delay := time.Duration(min(seconds, maxCrawlDelay.Seconds()) * float64(time.Second))
	if d.forUs {
		d.ours = delay
	}
	if d.forAll {
		d.everyone = delay
	}
}
