package main

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"policygraph/crawler"
)

// A visitCount counts the visits of a crawl by how they ended.
type visitCount struct {
	mu       sync.Mutex
	byStatus map[crawler.Status]int
	done, of int
}

// countVisits serves the counters on listener until it is closed, and returns
// a progress function that counts and then calls next.
func countVisits(listener net.Listener, next func(crawler.Progress)) func(crawler.Progress) {
	c := &visitCount{byStatus: map[crawler.Status]int{}}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", c)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener) // ends when the listener is closed
	return func(v crawler.Progress) {
		c.mu.Lock()
		c.byStatus[v.Status]++
		c.done, c.of = v.Done, v.Companies
		c.mu.Unlock()
		next(v)
	}
}

// ServeHTTP writes the counters in Prometheus' text format.
func (c *visitCount) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	byStatus, done, of := maps.Clone(c.byStatus), c.done, c.of
	c.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprint(w, "# TYPE policygraph_crawl_visits_total counter\n")
	for _, status := range sortedKeys(byStatus) {
		fmt.Fprintf(w, "policygraph_crawl_visits_total{status=%q} %d\n", status, byStatus[status])
	}
	fmt.Fprintf(w, "# TYPE policygraph_crawl_companies gauge\npolicygraph_crawl_companies{state=\"done\"} %d\npolicygraph_crawl_companies{state=\"all\"} %d\n", done, of)
}
