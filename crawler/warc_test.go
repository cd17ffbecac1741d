package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// warcRecordOf writes a record.
func warcRecordOf(version, kind, target string, day int, mediaType, block string) string {
	return fmt.Sprintf("%s\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%d>\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		version, kind, day, target, firstDay.AddDate(0, 0, day).Format("2006-01-02T15:04:05Z"), mediaType, len(block), block)
}

// httpRecord is the record of a response.
func httpRecord(target string, day int, head, body string) string {
	block := fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)
	return warcRecordOf("WARC/1.1", "response", target, day, "application/http; msgtype=response", block)
}

func page200(target string, day int, body string) string {
	return httpRecord(target, day, "200 OK\r\nContent-Type: text/html; charset=utf-8", body)
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

// warcRecords is a file with all that a file may have.
func warcRecords() []string {
	first, second := policyPage("Privacy Policy"), policyPage("Privacy Policy", "We sell your location to advertisers.")
	return []string{
		warcRecordOf("WARC/1.0", "warcinfo", "", 0, "application/warc-fields", "software: hand\r\n"),
		warcRecordOf("WARC/1.0", "request", "https://acme.example/privacy", 1, "application/http; msgtype=request", "GET /privacy HTTP/1.1\r\nHost: acme.example\r\n\r\n"),
		page200("https://acme.example/privacy", 1, first),
		page200("<https://acme.example/privacy#top>", 2, strings.ReplaceAll(first, "<p>", "<p class=a>")),
		page200("https://www.acme.example/en-GB/cookies", 2, `<h1>Cookie Policy</h1><p>Each cookie, its purpose and duration: the session cookie keeps you signed in until the browser closes.</p>`),
		page200("https://acme.example/privacy", 3, second),
		page200("https://acme.example/privacy", 5, first),
		httpRecord("https://acme.example/privacy", 6, "404 Not Found", "gone"),
		httpRecord("https://acme.example/privacy", 6, "301 Moved\r\nLocation: /new", ""),
		page200("https://acme.example/shop", 6, "<h1>Shop</h1><p>Fine shoes.</p>"),
		httpRecord("https://acme.example/logo.png", 6, "200 OK\r\nContent-Type: image/png", "\x89PNG\x00"),
		httpRecord("https://acme.example/big", 6, "200 OK\r\nContent-Type: text/html", strings.Repeat("x", maxBodyBytes+1)),
		warcRecordOf("WARC/1.1", "response", "https://acme.example/odd", 6, "application/http", "SPDY 200\r\n\r\n"),
		warcRecordOf("WARC/1.1", "response", "https://acme.example/short", 6, "application/http", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n"+first),
		warcRecordOf("WARC/1.1", "response", "dns:acme.example", 6, "text/dns", "20260301\r\nacme.example. 1 IN A 192.0.2.1\r\n"),
		warcRecordOf("WARC/1.1", "metadata", "https://acme.example/privacy", 6, "application/warc-fields", "via: x\r\n"),
		httpRecord("https://group.glidewheel.example/privacy", 7, "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", zipped(first)),
		page200("https://www.iubenda.com/privacy-policy/1", 7, first),
		page200("https://policies.google.com/privacy", 7, second),
	}
}

func writeWARC(t testing.TB, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func importWARC(t *testing.T, a *Archive, file string, o ImportOptions) ImportSummary {
	t.Helper()
	s, err := a.ImportWARC(context.Background(), file, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A file becomes the same versions plain or packed, record by record or whole,
// and importing it again changes nothing.
func TestImportWARC(t *testing.T) {
	records := warcRecords()
	var members strings.Builder
	for _, r := range records {
		members.WriteString(zipped(r))
	}
	plain := strings.Join(records, "")
	for name, content := range map[string]string{"plain.warc": plain, "members.warc.gz": members.String(), "whole.warc.gz": zipped(plain)} {
		t.Run(name, func(t *testing.T) {
			a := openTemp(t)
			file := writeWARC(t, name, content)
			var done, total int64
			s := importWARC(t, a, file, ImportOptions{Progress: func(d, of int64) { done, total = d, of }})
			want := "{7 map[changed:1 new:4 returned:1 unchanged:1] map[error:2 no-text:1 not-a-policy:1 not-found:1 too-large:1 truncated:1] 1}"
			if fmt.Sprint(s) != want {
				t.Errorf("summary %v, want %s", s, want)
			}
			if done != total || total != int64(len(content)) {
				t.Errorf("progress ended at %d of %d, want %d", done, total, len(content))
			}
			golden(t, "testdata/warc.golden", show(t, a))
			before := dump(t, a)
			if s = importWARC(t, a, file, ImportOptions{}); s.Changes[NoChange] != s.Documents {
				t.Errorf("importing again: %+v, want no change", s)
			}
			if dump(t, a) != before {
				t.Error("importing again changed the archive")
			}
		})
	}
}

func TestImportWARCOfListedCompanies(t *testing.T) {
	a := openTemp(t)
	s := importWARC(t, a, writeWARC(t, "x.warc", strings.Join(warcRecords(), "")), ImportOptions{Companies: []Company{
		{Name: "Glidewheel SAS", Domain: "www.glidewheel.example", Country: "FR"},
		{Name: "Elsewhere", URLs: []string{"https://www.iubenda.com/privacy-policy/1"}},
	}})
	all := captures(t, a)
	if len(all) != 1 || all[0].Company.Name != "Glidewheel SAS" || all[0].Company.Country != "FR" || s.Documents != 1 || len(s.PassedOver) > 0 {
		t.Errorf("%+v, captures %+v, want the one document of the company of the list", s, all)
	}
}

// Captures of others and those of crawls of one address make one time line.
func TestWARCBetweenCrawls(t *testing.T) {
	a := openTemp(t)
	web := newWeb(t)
	first := policyPage("Privacy Policy")
	web.page("acme.example/privacy", first)
	o := web.options(a, Company{Name: "acme.example", URLs: []string{acmePolicy}})
	for _, day := range []int{10, 20} {
		o.Refresh = 1
		o.Now = func() time.Time { return firstDay.AddDate(0, 0, day) }
		mustCrawl(t, o)
	}
	other := policyPage("Privacy Policy", "We sell your location to advertisers.")
	file := writeWARC(t, "x.warc", page200(acmePolicy, 5, first)+page200(acmePolicy, 12, first)+page200(acmePolicy, 15, other)+page200(acmePolicy, 30, other))
	for range 2 {
		importWARC(t, a, file, ImportOptions{})
		var got []string
		for _, c := range captures(t, a) {
			got = append(got, fmt.Sprintf("%d-%d", int(c.FetchedAt.Sub(firstDay).Hours()/24), int(c.LastSeenAt.Sub(firstDay).Hours()/24)))
		}
		if want := "[5-12 15-15 20-20 30-30]"; fmt.Sprint(got) != want {
			t.Errorf("time line %v, want %s", got, want)
		}
	}
	o.Now = func() time.Time { return firstDay.AddDate(0, 0, 40) }
	if s := mustCrawl(t, o); s.Changes[Returned] != 1 {
		t.Errorf("the next crawl: %+v, want the first wording to be back", s)
	}
}

// An address that only an import knew is asked for once a list names it.
func TestCrawlOfImportedAddress(t *testing.T) {
	a := openTemp(t)
	importWARC(t, a, writeWARC(t, "x.warc", page200(acmePolicy, 5, policyPage("Privacy Policy"))), ImportOptions{})
	web := newWeb(t)
	web.page("acme.example/privacy", policyPage("Privacy Policy"))
	if s := mustCrawl(t, web.options(a, Company{Name: "acme.example", URLs: []string{acmePolicy}})); s.Found != 1 || s.Changes[Unchanged] != 1 {
		t.Errorf("%+v, want the policy to be seen again", s)
	}
}

// Each fault is one line that names the file and the record; what stands before
// it is imported.
func TestImportWARCBadInput(t *testing.T) {
	good := page200("https://acme.example/privacy", 1, policyPage("Privacy Policy"))
	packed := zipped(good)
	for name, tt := range map[string]struct {
		content, want string
		documents     int
	}{
		"empty":            {"", "record 1: the file ends", 0},
		"no WARC":          {"<html>\n", `record 1: begins with "<html>" instead of WARC/1.0 or WARC/1.1`, 0},
		"another version":  {good + "WARC/0.17\r\n", `record 2: begins with "WARC/0.17"`, 1},
		"cut in the block": {good + good[:len(good)-100], "record 2 https://acme.example/privacy: the file ends in the middle of the record", 1},
		"cut in a header":  {good + good[:60], "record 2: the file ends in the middle of the record", 1},
		"no length":        {good + "WARC/1.1\r\nWARC-Type: response\r\n\r\n", `record 2: Content-Length "" is no number of bytes`, 1},
		"negative length":  {"WARC/1.1\r\nContent-Length: -5\r\n\r\n", `Content-Length "-5"`, 0},
		"wrong length":     {strings.Replace(good, "Content-Length: ", "Content-Length: 1", 1) + good, "the file ends in the middle", 1},
		"too short":        {"WARC/1.1\r\nContent-Length: 2\r\n\r\nabcdef\r\n", `record 2: begins with "cdef"`, 0},
		"long line":        {"WARC/1.1\r\nX: " + strings.Repeat("x", maxWARCLine) + "\r\n", "record 1: has a line of more than", 0},
		"many fields":      {"WARC/1.1\r\n" + strings.Repeat("X: y\r\n", maxWARCFields+1) + "\r\n", "record 1: has more than 100 header fields", 0},
		"no date":          {strings.Replace(good, "WARC-Date: 2026", "WARC-Date: in 2026", 1), "record 1 https://acme.example/privacy: WARC-Date", 0},
		"packed, cut":      {packed + packed[:len(packed)-20], "record 2", 1},
		"packed, damaged":  {packed[:40] + "damaged" + packed[47:], "record 1", 0},
		"packed, then not": {packed + "WARC/1.1\r\n", "record 2: gzip: invalid header", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeWARC(t, "x.warc", tt.content)
			a := openTemp(t)
			s, err := a.ImportWARC(context.Background(), file, ImportOptions{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line that names %s and says %q", err, file, tt.want)
			}
			if s.Documents != tt.documents || len(captures(t, a)) != min(1, tt.documents) {
				t.Errorf("%d documents, want %d", s.Documents, tt.documents)
			}
		})
	}
	if _, err := openTemp(t).ImportWARC(context.Background(), "absent.warc", ImportOptions{}); err == nil || !strings.Contains(err.Error(), "absent.warc: no such file") {
		t.Errorf("absent file: error %v", err)
	}
}

// Whatever the file: reading it ends, and each response is one within the
// limits, or a failure.
func FuzzWARC(f *testing.F) {
	for _, r := range warcRecords() {
		if len(r) < 64<<10 {
			f.Add([]byte(r))
			f.Add([]byte(zipped(r)))
		}
	}
	f.Add([]byte("WARC/1.0\r\nContent-Length: 9223372036854775807\r\n\r\n"))
	f.Add([]byte("\r\n\r\nWARC/1.1\nWARC-Type: response\ncontent-length: 4\n\nHTTP\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := newWARCReader(bytes.NewReader(data))
		if err != nil {
			return
		}
		for range len(data) + 1 {
			r, err := w.next()
			if err != nil {
				return
			}
			answer, err := r.response()
			var fault *failure
			if err != nil && !errors.As(err, &fault) || err == nil && len(answer.body) > maxBodyBytes {
				t.Fatalf("error %v, answer %+v", err, answer)
			}
		}
		if len(data) > 0 && data[0] != 0x1f {
			t.Error("more records than bytes")
		}
	})
}
