package demo

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed sites
var sites embed.FS

//go:embed companies.csv
var companies []byte

// Companies returns the list of the companies as the crawler reads it. Some
// lines give the address of the policy; the others leave it to be found.
func Companies() []byte { return bytes.Clone(companies) }

// modified is when every page claims to have last changed. It is fixed, so that
// a crawl of the demo is the same on every machine and day.
var modified = time.Date(2026, time.September, 1, 8, 0, 0, 0, time.UTC)

const notFoundPage = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Page not found</title></head>
<body><main><h1>Page not found</h1><p>There is no page at this address. <a href="/">Home page</a></p></main></body>
</html>
`

// Handler serves every site by the Host header of the request, whatever its
// port. A path names a file of the site, with or without ".html"; one that ends
// in a slash names the index.html of that folder. A host that is none of ours
// gets 421, so that a client which follows a link out of the demo notices.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	site := path.Join("sites", domain(r.Host))
	if info, err := fs.Stat(sites, site); path.Dir(site) != "sites" || err != nil || !info.IsDir() {
		http.Error(w, "no such site in the demo", http.StatusMisdirectedRequest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name, body, ok := file(site, r.URL.Path)
	if !ok {
		w.Header().Set("Content-Type", contentType(".html"))
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, notFoundPage)
		return
	}
	w.Header().Set("Content-Type", contentType(path.Ext(name)))
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body)))
	http.ServeContent(w, r, name, modified, bytes.NewReader(body))
}

// domain returns the name in a Host header, without port, in lower case.
func domain(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// file returns the file of the site that the path of a request names.
func file(site, urlPath string) (name string, body []byte, ok bool) {
	if strings.HasSuffix(urlPath, "/") {
		urlPath += "index.html"
	}
	for _, ext := range []string{"", ".html"} {
		name = path.Join(site, urlPath) + ext
		if !strings.HasPrefix(name, site+"/") {
			return "", nil, false
		}
		if body, err := sites.ReadFile(name); err == nil {
			return name, body, true
		}
	}
	return "", nil, false
}

// contentType does not ask the system's table of types, which differs between machines.
func contentType(ext string) string {
	switch ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".xml":
		return "application/xml; charset=utf-8"
	}
	return "application/octet-stream"
}
