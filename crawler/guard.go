package crawler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// A guard decides which addresses may be reached. It looks twice: at each URL
// before it is asked for, and at each IP address as it is dialled, so that no
// name, redirect or change of DNS leads to a private network.
type guard struct {
	guardian *ssrf.Guardian
	// connectTo, unless "", is the one TCP address that every connection goes
	// to, whatever host and port the URL names.
	connectTo string
}

func newGuard(connectTo string) (*guard, error) {
	if connectTo != "" {
		if _, port, err := net.SplitHostPort(connectTo); err != nil || port == "" {
			return nil, fmt.Errorf("address to connect to: %q is not HOST:PORT", connectTo)
		}
	}
	return &guard{guardian: ssrf.New(), connectTo: connectTo}, nil
}

// check reports why u may not be asked for.
func (g *guard) check(u *url.URL) *failure {
	host := u.Hostname()
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return fail(BlockedAddress, host+" is this machine")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if err := g.guardian.SafeAddr(ip); err != nil {
			return fail(BlockedAddress, host+" is not a public address")
		}
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" && g.connectTo == "" {
		return fail(BlockedAddress, "port "+port+" is neither 80 nor 443")
	}
	return nil
}

const (
	dialTimeout  = 10 * time.Second
	keepAliveFor = 30 * time.Second
)

// dial connects for an HTTP transport.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAliveFor}
	if g.connectTo != "" {
		return d.DialContext(ctx, network, g.connectTo)
	}
	d.Control = g.guardian.Safe
	return d.DialContext(ctx, network, address)
}

// blocked reports whether err is the guard's refusal to dial.
func blocked(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) ||
		errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrInvalidHostPort)
}
