package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"policygraph/api"
	"policygraph/graph"
	"policygraph/graph/sqlite"
)

const defaultAddr = "127.0.0.1:8080"

func (p *program) serve(ctx context.Context, args []string) error {
	var l places
	f := p.flags("serve")
	p.placeFlags(f, &l, true)
	addr := f.String("addr", defaultAddr, "`HOST:PORT` to listen on; only this machine can reach a loopback address")
	if err := p.parseNone(f, args); err != nil {
		return err
	}
	if err := validAddr(*addr); err != nil {
		return err
	}
	return p.withStore(ctx, l, sqlite.ReadOnly, func(s graph.Store) error {
		listener, err := p.listen(*addr)
		if err != nil {
			return err
		}
		return p.serveOn(ctx, listener, s, l.data)
	})
}

func validAddr(addr string) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return usagef("--addr %q: write HOST:PORT, such as %s", addr, defaultAddr)
	}
	return nil
}

// listen claims an address.
func (p *program) listen(addr string) (net.Listener, error) {
	if err := validAddr(addr); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --addr", addr, err)
	}
	return listener, nil
}

// serveOn answers requests until ctx ends, and then finishes those in flight.
func (p *program) serveOn(ctx context.Context, listener net.Listener, s graph.Store, data string) error {
	server := api.Server(api.New(s, api.Options{Log: p.log(), Keys: api.KeyFile(data)}))
	fmt.Fprintf(p.stderr, "GraphQL at http://%s/graphql, an editor for queries at http://%[1]s/\n", listener.Addr())
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		const grace = 5 * time.Second
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		done <- server.Shutdown(end)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	if err := <-done; err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	fmt.Fprintln(p.stderr, "stopped")
	return nil
}
