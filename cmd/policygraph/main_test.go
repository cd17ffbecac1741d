package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asProgram in the environment makes the test binary be the program, for tests
// that have to kill it.
const asProgram = "POLICYGRAPH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A result is what a run of the program left.
type result struct {
	code           int
	stdout, stderr string
}

// lastLine returns the last line on stderr.
func (r result) lastLine() string {
	lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
	return lines[len(lines)-1]
}

// run runs the program within the test, without any environment.
func run(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, nil, args...)
}

// runWith is run with environment variables.
func runWith(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string { return env[name] }, now: time.Now}
	code := p.run(t.Context(), args)
	return result{code, stdout.String(), stderr.String()}
}

// mustRun is run for what has to go well; it returns what stands on stdout.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	r := run(t, args...)
	if r.code != exitDone {
		t.Fatalf("policygraph %s: exit %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r.stdout
}

// start returns the program as a process of its own, not started yet.
func start(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// write writes a file into the folder and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// golden compares got with testdata/name; UPDATE_GOLDEN=1 rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 rewrites it); got:\n%s", file, got)
	}
}

// policyText is a policy of a made-up company, different for each n.
func policyText(n int) string {
	recipients := []string{"Google", "Stripe", "Mailchimp", "Zendesk", "Criteo"}
	data := []string{"email address", "IP address", "location data", "payment information"}
	countries := []string{"the United States", "Canada", "India", "Japan"}
	var b strings.Builder
	fmt.Fprintf(&b, "# Privacy Policy\n\nThis policy explains how Number %d Stores Ltd uses personal data.\n\n", n)
	fmt.Fprintf(&b, "Number %d Stores Ltd is the controller of your personal data. Last updated: %d March 2024.\n\n", n, n%28+1)
	fmt.Fprintf(&b, "## What we share\n\nWe share your %s with %s for analytics.\n\n", data[n%len(data)], recipients[n%len(recipients)])
	fmt.Fprintf(&b, "We never sell your %s.\n\n", data[(n+1)%len(data)])
	fmt.Fprintf(&b, "We transfer your personal data to %s under standard contractual clauses.\n\n", countries[n%len(countries)])
	fmt.Fprintf(&b, "## How long we keep it\n\nWe keep your %s for %d months after you close your account.\n", data[n%len(data)], n%24+1)
	return b.String()
}

// policyFolder returns a folder with n policies.
func policyFolder(t *testing.T, n int) string {
	t.Helper()
	folder := t.TempDir()
	for i := range n {
		write(t, folder, fmt.Sprintf("store%03d.md", i), policyText(i))
	}
	return folder
}
