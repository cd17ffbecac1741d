package crawler

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseURL returns the one form of an address by which pages are compared: http
// or https, host in lower-case ASCII, no default port, user or fragment.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("is not an address (%w)", errors.Unwrap(err))
	}
	return canonicalURL(u)
}

// maxURLBytes is the length of the longest address that is followed.
const maxURLBytes = 4096

func canonicalURL(u *url.URL) (*url.URL, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("is not an http or https address")
	}
	if u.User != nil {
		return nil, errors.New("is an address with a user name")
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return nil, err
	}
	c := *u
	c.Host = host
	if strings.Contains(host, ":") {
		c.Host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != defaultPort(u.Scheme) {
		c.Host += ":" + port
	}
	if c.Path == "" {
		c.Path = "/"
	}
	c.Fragment, c.RawFragment, c.ForceQuery = "", "", false
	if len(c.String()) > maxURLBytes {
		return nil, fmt.Errorf("is an address of more than %d bytes", maxURLBytes)
	}
	return &c, nil
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// canonicalHost returns a host name in lower-case ASCII without its root dot.
// Every way to write an IPv4 address that resolvers take (one number, octal,
// hexadecimal) becomes the usual one, so that none slips past the guard.
func canonicalHost(host string) (string, error) {
	host = strings.TrimSuffix(host, ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil || ascii == "" {
		return "", errors.New("has no valid host name")
	}
	ascii = strings.TrimSuffix(ascii, ".")
	if ip, ok := parseIPv4(ascii); ok {
		return ip.String(), nil
	}
	return ascii, nil
}

// parseIPv4 reads an IPv4 address as inet_aton does: one to four numbers,
// decimal, octal (0…) or hexadecimal (0x…), the last of which fills what is left.
func parseIPv4(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var address uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil || strings.ContainsAny(part, "_bBoO") && !strings.HasPrefix(strings.ToLower(part), "0x") {
			return netip.Addr{}, false
		}
		address = address<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}), true
}
