package crawler

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
)

// challengeMarks tell a page that wants proof of a human.
var challengeMarks = sync.OnceValue(func() [][]string {
	return mustRows("challenges", "vendor", "where", "mark")
})

// maxChallengeBytes is how much of a page is searched for marks.
const maxChallengeBytes = 256 << 10

// challenger returns whose challenge an answer is, or "". It is asked only of
// answers that hold no document, since ordinary pages carry some of the marks.
func challenger(r *response) string {
	page := bytes.ToLower(r.body[:min(len(r.body), maxChallengeBytes)])
	for _, row := range challengeMarks() {
		vendor, where, mark := row[0], row[1], row[2]
		if where == "header" && hasHeader(r.header, mark) || where == "body" && bytes.Contains(page, []byte(mark)) {
			return vendor
		}
	}
	return ""
}

func hasHeader(h http.Header, mark string) bool {
	name, value, _ := strings.Cut(mark, ": ")
	return strings.EqualFold(h.Get(name), value)
}
