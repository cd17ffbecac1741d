package api

import (
	"embed"
	"net/http"
)

// GraphiQL with all that it needs, so that it works without the network.
//
//go:embed graphiql
var graphiql embed.FS

// contentPolicy lets the page run and fetch what is ours and nothing else. The
// editor sets styles of its own.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page serves GraphiQL.
func page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", contentPolicy)
	http.ServeFileFS(w, r, graphiql, "graphiql/index.html")
}

// assets serves the files of GraphiQL.
func assets() http.Handler {
	files := http.FileServerFS(graphiql)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("Cache-Control", "public, max-age=86400")
		files.ServeHTTP(w, r)
	})
}
