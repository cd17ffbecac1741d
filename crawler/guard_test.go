package crawler

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

// Every way to write an address that is not public is refused, with and
// without an address to connect to.
func TestPrivateAddressesAreBlocked(t *testing.T) {
	web := newWeb(t)
	urls := []string{
		"http://127.0.0.1/", "http://127.1/", "http://127.0.0.1./", "http://0.0.0.0/", "http://0/",
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://017700000001/", "http://0177.0.0.1/",
		"http://１２７.0.0.1/",
		"http://localhost/", "http://LOCALHOST./", "http://api.localhost/",
		"http://10.0.0.1/", "http://172.16.5.4/", "http://192.168.0.1/", "http://100.64.0.1/",
		"http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://[::ffff:169.254.169.254]/",
		"http://192.0.2.1/", "http://198.51.100.7/", "http://203.0.113.9/", "http://224.0.0.1/", "http://255.255.255.255/",
		"http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[fe80::1]/", "http://[fd00::1]/",
		"http://[ff02::1]/", "http://[2001:db8::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
		"https://127.0.0.1/",
	}
	var companies []Company
	for i, url := range urls {
		u, err := parseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		companies = append(companies, urlCompany(fmt.Sprintf("Company %d of %s", i, url), u.String()))
	}
	for _, connectTo := range []string{"", web.address()} {
		a := openTemp(t)
		o := web.options(a, companies...)
		o.ConnectTo = connectTo
		mustCrawl(t, o)
		all := documents(t, a)
		if len(all) != len(urls) {
			t.Errorf("%d documents when connected to %q, want one for each address", len(all), connectTo)
		}
		for _, d := range all {
			if d.Status != BlockedAddress {
				t.Errorf("%s: status %s (%s) when connected to %q, want %s", d.Company, d.Status, d.Reason, connectTo, BlockedAddress)
			}
		}
	}
	if seen := web.seen(); len(seen) > 0 {
		t.Errorf("requests were made: %v", seen)
	}
}

// A public literal passes the guard.
func TestPublicAddressesPass(t *testing.T) {
	g, err := newGuard("")
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"http://8.8.8.8/", "https://[2606:4700:4700::1111]/", "https://example.com:443/", "http://134744072/", "http://127.example/"} {
		u, err := parseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		if f := g.check(u); f != nil {
			t.Errorf("%s: %v, want it to pass", url, f)
		}
	}
}

// A name that leads to a private address is refused when it is dialled, after
// every look-up: here by the dialler itself, since no name can be trusted.
func TestDialOfPrivateAddressIsBlocked(t *testing.T) {
	web := newWeb(t)
	g, err := newGuard("")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(web.address())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"127.0.0.1:80", "[::1]:443", "localhost:80", "10.1.2.3:80", "169.254.169.254:80", "8.8.8.8:22", "127.0.0.1:" + port} {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		conn, err := g.dial(ctx, "tcp", address)
		cancel()
		if err == nil {
			conn.Close()
			t.Errorf("dialled %s", address)
		} else if !blocked(err) {
			t.Errorf("%s: error %v is not the guard's", address, err)
		}
	}
}

func TestPortsNeedAnAddressToConnectTo(t *testing.T) {
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	for _, tt := range []struct {
		url, connectTo string
		want           Status
	}{
		{"http://acme.example:8080/privacy", web.address(), OK},
		{"http://acme.example:8080/privacy", "", BlockedAddress},
		{"http://acme.example:22/", "", BlockedAddress},
		{"http://127.0.0.1:8080/privacy", web.address(), BlockedAddress},
	} {
		a := openTemp(t)
		o := web.options(a, urlCompany("Acme", tt.url))
		o.ConnectTo = tt.connectTo
		mustCrawl(t, o)
		if d := only(t, a); d.Status != tt.want {
			t.Errorf("%s when connected to %q: status %s (%s), want %s", tt.url, tt.connectTo, d.Status, d.Reason, tt.want)
		}
	}
}

func TestRedirectToPrivateAddressIsBlocked(t *testing.T) {
	web := newWeb(t)
	for path, to := range map[string]string{
		"/loopback": "http://127.0.0.1/admin", "/metadata": "http://169.254.169.254/latest/", "/decimal": "http://2130706433/",
		"/six": "http://[::1]/", "/name": "http://localhost/",
	} {
		web.redirect("acme.example"+path, to)
		a := openTemp(t)
		mustCrawl(t, web.options(a, urlCompany("Acme", "http://acme.example"+path)))
		if d := only(t, a); d.Status != BlockedAddress {
			t.Errorf("redirect to %s: status %s (%s), want %s", to, d.Status, d.Reason, BlockedAddress)
		}
	}
	for _, s := range web.seen() {
		if s != "acme.example/robots.txt" && s[:len("acme.example")] != "acme.example" {
			t.Errorf("asked for %s", s)
		}
	}
}

// ConnectTo changes the TCP address alone.
func TestConnectToKeepsHostAndPort(t *testing.T) {
	web := newWeb(t)
	var host string
	web.handle("acme.example/privacy", func(w http.ResponseWriter, r *http.Request) {
		host = r.Host
		w.Write([]byte(policyPage("Privacy Policy")))
	})
	mustCrawl(t, web.options(openTemp(t), urlCompany("Acme", "http://acme.example:8080/privacy")))
	if host != "acme.example:8080" {
		t.Errorf("Host %q, want that of the URL", host)
	}
}

func TestConnectToMustBeHostAndPort(t *testing.T) {
	for _, bad := range []string{"127.0.0.1", "http://127.0.0.1:80", "host:"} {
		if _, err := newGuard(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
