package api

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guardHost answers on a loopback address only to the names of this machine. A
// web page whose own name leads to 127.0.0.1 (DNS rebinding) could else read,
// through the browser of somebody who visits it, what only this machine may.
func guardHost(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if onLoopback(r) && !loopbackName(r.Host) {
			refuse(w, r, mediaJSON, http.StatusMisdirectedRequest, problemf(codeHost,
				"a server on a loopback address is asked as localhost or 127.0.0.1; a proxy in front must send such a Host"))
			return
		}
		h.ServeHTTP(w, r)
	})
}

// allowOrigin tells browsers which web pages may read the answer: all, as the
// data is public, but on a loopback address only those of this machine.
func allowOrigin(w http.ResponseWriter, r *http.Request) {
	if !onLoopback(r) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		return
	}
	w.Header().Add("Vary", "Origin")
	if u, err := url.Parse(r.Header.Get("Origin")); err == nil && loopbackName(u.Host) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	}
}

// onLoopback reports whether the request came to a loopback address.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// loopbackName reports whether a host, with or without a port, is this machine
// by its own account, whatever a name server says.
func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
