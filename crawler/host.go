package crawler

import (
	"context"
	"sync"
	"time"
)

// hosts keeps the crawl polite: one request at a time per host, and a pause
// between the end of one and the start of the next.
type hosts struct {
	pause time.Duration
	mu    sync.Mutex
	known map[string]*host
}

type host struct {
	turn  chan struct{} // holds one token; who takes it may use the host
	ended time.Time     // when the last request ended; for who has the turn
	pause time.Duration // what robots.txt asks for; under hosts.mu
}

func newHosts(pause time.Duration) *hosts {
	return &hosts{pause: pause, known: map[string]*host{}}
}

func (h *hosts) get(name string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, ok := h.known[name]
	if !ok {
		one = &host{turn: make(chan struct{}, 1)}
		one.turn <- struct{}{}
		h.known[name] = one
	}
	return one
}

// setPause keeps the pause that a host asks for; a shorter one than the
// crawl's own changes nothing.
func (h *hosts) setPause(name string, pause time.Duration) {
	one := h.get(name)
	h.mu.Lock()
	defer h.mu.Unlock()
	one.pause = pause
}

func (h *hosts) pauseOf(one *host) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(h.pause, one.pause)
}

// visit calls f when it is the caller's turn at the host and the pause since
// the last request has passed. It fails only when ctx ends first.
func (h *hosts) visit(ctx context.Context, name string, f func()) error {
	one := h.get(name)
	select {
	case <-one.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { one.turn <- struct{}{} }()
	if !one.ended.IsZero() {
		if err := sleep(ctx, time.Until(one.ended.Add(h.pauseOf(one)))); err != nil {
			return err
		}
	}
	f()
	one.ended = time.Now()
	return nil
}

// sleep waits for d, or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
