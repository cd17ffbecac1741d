package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The answers of the demo are written down.
func TestDemo(t *testing.T) { golden(t, "demo.golden.txt", mustRun(t, "demo", "--once")) }

// The query that the README shows has the answer that it shows.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	query := regexp.MustCompile(`(?s)-d '(\{"query":.*?\})'`).FindSubmatch(readme)
	answer := regexp.MustCompile("(?s)```json\n(.*?)\n```").FindSubmatch(readme)
	if query == nil || answer == nil {
		t.Fatal("the README shows no query with its answer")
	}
	address := closedPort(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }, now: time.Now}
	code := make(chan int, 1)
	go func() { code <- p.run(ctx, []string{"demo", "--addr", address}) }()
	got := post(t, "http://"+address+"/graphql", string(query[1]))
	if got != string(answer[1]) {
		t.Errorf("the answer is %s", got)
	}
	cancel()
	if c := <-code; c != exitDone {
		t.Errorf("exit %d", c)
	}
}

// post asks until the server answers, and returns the answer.
func post(t *testing.T, address, query string) string {
	t.Helper()
	for range 300 {
		response, err := http.Post(address, "application/json", strings.NewReader(query))
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(body))
	}
	t.Fatalf("%s does not answer", address)
	return ""
}
