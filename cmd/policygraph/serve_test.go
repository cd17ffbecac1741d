package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestServe(t *testing.T) {
	store := newStore(t)
	mustRun(t, "ingest", "--store", store, policyFolder(t, 10))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: in, getenv: func(string) string { return "" }, now: time.Now}
	code := make(chan int, 1)
	go func() { code <- p.run(ctx, []string{"serve", "--store", store, "--addr", "127.0.0.1:0"}) }()
	lines := bufio.NewScanner(out)
	lines.Scan()
	address := regexp.MustCompile(`http://[^/]+/graphql`).FindString(lines.Text())
	if address == "" {
		t.Fatalf("no address in %q", lines.Text())
	}
	go io.Copy(io.Discard, out)
	const query = `{"query":"{ organization(by: {name: \"Google\"}) { sharedBy { edges { node { name } } } } }"}`
	response, err := http.Post(address, "application/json", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(body), "Number 0 Stores") {
		t.Errorf("answer %s (err %v)", body, err)
	}
	cancel()
	if c := <-code; c != exitDone {
		t.Errorf("exit %d after the end", c)
	}
}

func TestPortInUse(t *testing.T) {
	store := newStore(t)
	mustRun(t, "migrate", "--store", store)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := run(t, "serve", "--store", store, "--addr", l.Addr().String())
	if r.code != exitFailed || !strings.Contains(r.stderr, "--addr") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
}
