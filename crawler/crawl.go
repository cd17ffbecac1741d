package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"sync"
	"time"

	"policygraph/policy"
)

// Options say what to crawl and how.
type Options struct {
	Archive   *Archive // opened by OpenArchive
	Companies []Company

	// Refresh, unless 0, asks again for what was last asked for longer ago.
	Refresh time.Duration
	// HostDelay is the pause between the end of a request to a host and the
	// start of the next; 0 means one second. A longer one in robots.txt counts.
	HostDelay time.Duration
	// Parallel is how many hosts are visited at once; 0 means 16.
	Parallel int
	// Timeout is how long a request may take, body included; 0 means 30 seconds.
	Timeout time.Duration
	// RetryDelay is the pause before a page is tried again, four times as long
	// before each further try; 0 means five seconds. A longer Retry-After counts.
	RetryDelay time.Duration

	Version string // of the program, for the user agent
	Contact string // who answers for the crawl, for the user agent; may be ""

	// ConnectTo, unless "", is HOST:PORT that every connection goes to, whatever
	// the URL says. It is the only way to reach a private address.
	ConnectTo string
	// CAFile names a PEM file of certificate authorities that count beside the system's.
	CAFile string

	// EffectiveDate finds the date that a document gives itself, or "": reading
	// is not the crawler's own work. nil finds none.
	EffectiveDate func(*policy.Document) policy.Date

	Log      *slog.Logger     // nil for none
	Progress func(Progress)   // called after each page, never twice at once; may be nil
	Now      func() time.Time // the moment of captures; nil means the clock
}

// The limits of a crawl.
const (
	maxRequests = 30 // for one company
	maxTries    = 3  // of one page
	retryFactor = 4
)

// Progress tells how a visit to a page ended, and how far the crawl is.
type Progress struct {
	Company string // name
	URL     string
	Status  Status
	Reason  string
	Change  Change
	// Done counts the companies of which nothing is left to ask for, out of Companies.
	Done, Companies int
}

// A Summary counts what a crawl did and where it left the archive.
type Summary struct {
	Companies  int // in the list
	Found      int // of these, with a document
	Unfinished int // of these, without a recorded outcome of every page that is due
	Requests   int
	Changes    map[Change]int // pages by what their visit changed
	Failures   map[Status]int // pages of the list by status of the last attempt, if not ok
}

// Crawl asks for what is due and keeps what it gets, until nothing is left or
// ctx ends; then the error is that of ctx, and the next Crawl goes on where
// this one stopped. A page that cannot be had is an outcome, not an error.
func Crawl(ctx context.Context, o Options) (Summary, error) {
	c, err := newCrawl(o)
	if err != nil {
		return Summary{}, err
	}
	defer c.fetcher.close()
	if err := c.Archive.plan(ctx, o.Companies, o.Refresh, c.Now()); err != nil {
		return Summary{}, fmt.Errorf("plan: %w", err)
	}
	err = c.start(ctx)
	if err == nil {
		err = c.run(ctx)
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // whatever was cut short by it
	}
	s, summing := c.summary(context.WithoutCancel(ctx))
	return s, cmp.Or(err, summing)
}

// A crawl is one run of Crawl.
type crawl struct {
	Options
	fetcher *fetcher

	mu       sync.Mutex
	clients  map[string]*client // by company
	progress Progress
	changes  map[Change]int
}

func newCrawl(o Options) (*crawl, error) {
	if o.Archive == nil || o.Archive.lock == nil {
		return nil, errors.New("crawl: the archive is not open for a crawl")
	}
	o.HostDelay = cmp.Or(o.HostDelay, time.Second)
	o.Parallel = cmp.Or(o.Parallel, 16)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.RetryDelay = cmp.Or(o.RetryDelay, 5*time.Second)
	o.Version = cmp.Or(o.Version, "dev")
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	f, err := newFetcher(o)
	if err != nil {
		return nil, err
	}
	return &crawl{Options: o, fetcher: f, clients: map[string]*client{}, changes: map[Change]int{}}, nil
}

func (c *crawl) start(ctx context.Context) error {
	t, err := c.Archive.tally(ctx)
	c.progress.Companies, c.progress.Done = t.companies, t.companies-t.unfinished
	return err
}

// run hands out pages until none is left, each to a goroutine of its own. It
// returns when all of them have ended.
func (c *crawl) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	done, running := make(chan error), 0
	defer func() {
		for cancel(); running > 0; running-- {
			<-done
		}
	}()
	for ctx.Err() == nil {
		now := time.Now() // one moment for both questions, or a page that falls due between them is lost
		if running < c.Parallel {
			p, ok, err := c.Archive.lease(ctx, now)
			if err != nil {
				return err
			}
			if ok {
				running++
				go func() { done <- c.visit(ctx, p) }()
				continue
			}
		}
		at, waiting, err := c.Archive.nextDue(ctx, now)
		if err != nil {
			return err
		}
		if running == 0 && !waiting {
			return nil
		}
		timer := time.NewTimer(time.Until(at))
		select {
		case err := <-done:
			if running--; err != nil {
				return err
			}
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return ctx.Err()
}

// visit asks for a page and notes how that ended. It returns an error only when
// ctx or the archive ends the crawl.
func (c *crawl) visit(ctx context.Context, p page) error {
	limited, cancel := context.WithTimeout(ctx, leaseFor-time.Minute)
	defer cancel()
	o, err := c.ask(limited, p)
	var f *failure
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return cmp.Or(c.Archive.release(ctx, p), ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		f = &failure{status: Unreachable, reason: "waiting for the host took too long", url: p.url, transient: true}
	case !errors.As(err, &f):
		return err
	}
	if f != nil && f.transient && p.tries+1 < maxTries {
		pause := max(f.after, c.RetryDelay*time.Duration(math.Pow(retryFactor, float64(p.tries))))
		c.Log.Warn("try again later", "company", p.name, "url", p.url, "reason", f.reason, "in", pause)
		return c.Archive.retry(ctx, p, time.Now().Add(pause))
	}
	if f != nil {
		o = outcome{status: f.status, reason: f.reason, finalURL: f.url}
	}
	o.at = c.Now()
	change, err := c.Archive.record(ctx, p, &o)
	if err != nil {
		return err
	}
	return c.report(ctx, p, o, change)
}

// ask gets a page and reads it. The error is a *failure unless ctx ended.
func (c *crawl) ask(ctx context.Context, p page) (outcome, error) {
	u, err := url.Parse(p.url)
	if err != nil {
		return outcome{}, fail(Failed, err.Error())
	}
	if p.role == home {
		return c.askHome(ctx, u, c.client(p))
	}
	r, err := c.client(p).get(ctx, u, p.validator)
	if err != nil {
		return outcome{}, err
	}
	return readPolicy(r, p, c.EffectiveDate)
}

// askHome gets a home page by https, or by http where no connection or
// handshake comes about; never because of a certificate.
func (c *crawl) askHome(ctx context.Context, u *url.URL, cl *client) (outcome, error) {
	r, err := cl.get(ctx, u, validator{})
	var f *failure
	if errors.As(err, &f) && f.unconnected && f.url == u.String() {
		plain := *u
		plain.Scheme = "http"
		r, err = cl.get(ctx, &plain, validator{})
	}
	if err != nil {
		return outcome{}, err
	}
	return readHome(r, u.Hostname())
}

// client returns the client of the page's company. The queue never has two
// pages of one company in flight.
func (c *crawl) client(p page) *client {
	c.mu.Lock()
	defer c.mu.Unlock()
	cl, ok := c.clients[p.company]
	if !ok {
		cl = &client{fetcher: c.fetcher, language: p.language}
		c.clients[p.company] = cl
	}
	return cl
}

// report tells who watches how a visit ended.
func (c *crawl) report(ctx context.Context, p page, o outcome, change Change) error {
	left, err := c.Archive.left(context.WithoutCancel(ctx), p.company)
	if err != nil {
		return err
	}
	c.Log.Info("page", "company", p.name, "url", p.url, "status", o.status, "reason", o.reason, "change", change)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes[change]++
	if !left {
		c.progress.Done++
	}
	now := c.progress
	now.Company, now.URL, now.Status, now.Reason, now.Change = p.name, p.url, o.status, o.reason, change
	if c.Progress != nil {
		c.Progress(now)
	}
	return nil
}

func (c *crawl) summary(ctx context.Context) (Summary, error) {
	s := Summary{Changes: c.changes}
	for _, cl := range c.clients {
		s.Requests += cl.requests
	}
	t, err := c.Archive.tally(ctx)
	if err != nil {
		return s, err
	}
	s.Companies, s.Found, s.Unfinished = t.companies, t.found, t.unfinished
	s.Failures, err = c.Archive.failed(ctx)
	return s, err
}
