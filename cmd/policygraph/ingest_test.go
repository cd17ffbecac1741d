package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dump returns the whole graph as JSON Lines.
func dump(t *testing.T, store string) string {
	t.Helper()
	return mustRun(t, "export", "--store", store, "--format", "jsonl")
}

func newStore(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "graph.db") }

func TestIngestTwice(t *testing.T) {
	store, folder := newStore(t), policyFolder(t, 12)
	mustRun(t, "ingest", "--store", store, folder)
	before := dump(t, store)
	if n := strings.Count(before, "Number 11 Stores Ltd"); n == 0 {
		t.Fatalf("the last company is not in\n%s", before)
	}
	r := run(t, "ingest", "--store", store, folder)
	if want := "12 policies read, 0 changed"; r.code != exitDone || !strings.Contains(r.lastLine(), want) {
		t.Errorf("second run: exit %d, last line %q, want %q", r.code, r.lastLine(), want)
	}
	if dump(t, store) != before {
		t.Error("a second run changed the graph")
	}
}

// The order in which policies come, and whether they come at once, does not show.
func TestIngestInAnyOrder(t *testing.T) {
	folder, forward, backward := policyFolder(t, 8), newStore(t), newStore(t)
	mustRun(t, "ingest", "--store", forward, folder)
	for i := 7; i >= 0; i-- {
		mustRun(t, "ingest", "--store", backward, filepath.Join(folder, fmt.Sprintf("store%03d.md", i)))
	}
	if dump(t, forward) != dump(t, backward) {
		t.Error("the order of the files shows in the graph")
	}
}

// A program that is killed at any moment loses nothing: run again, it ends with
// the graph of a run that nobody disturbed.
func TestKilledIngest(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: ingest is stopped in runs at full speed only")
	}
	folder, calm, killed := policyFolder(t, 60), newStore(t), newStore(t)
	began := time.Now()
	if out, err := start(t.Context(), "ingest", "--store", calm, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(began)
	kills := 0
	for range 10 {
		c := start(t.Context(), "ingest", "--store", killed, folder)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(whole))
		if err := c.Process.Kill(); err == nil {
			kills++
		}
		c.Wait() // its error is that it was killed
	}
	if kills == 0 {
		t.Fatal("no run was killed")
	}
	mustRun(t, "ingest", "--store", killed, folder)
	if dump(t, killed) != dump(t, calm) {
		t.Errorf("after %d kills the graph is not that of an undisturbed run", kills)
	}
}

func TestInterruptedIngest(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: ingest is stopped in runs at full speed only")
	}
	folder, calm, store := policyFolder(t, 200), newStore(t), newStore(t)
	mustRun(t, "ingest", "--store", calm, folder)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stderr bytes.Buffer
	c := start(ctx, "ingest", "--store", store, folder)
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitForFile(t, strings.TrimPrefix(store, "sqlite:"))
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	c.Wait() // the exit code is looked at below
	if code := c.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(stderr.String(), "run it again to go on") {
		t.Fatalf("exit %d, want %d\n%s", code, exitInterrupted, stderr.String())
	}
	mustRun(t, "ingest", "--store", store, folder)
	if dump(t, store) != dump(t, calm) {
		t.Error("after an interruption the graph is not that of an undisturbed run")
	}
}

func waitForFile(t *testing.T, file string) {
	t.Helper()
	for range 1000 {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s did not appear", file)
}

// Bad files are named, each on a line, and cost nothing but themselves.
func TestIngestBadFiles(t *testing.T) {
	folder := policyFolder(t, 2)
	write(t, folder, "empty.md", "")
	write(t, folder, "binary.txt", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00")
	write(t, folder, "huge.txt", strings.Repeat("We keep your data. ", 17<<20/19+1))
	write(t, folder, "deep.html", strings.Repeat("<div>", 10_000)+"<p>We share your email address with Google.</p>"+strings.Repeat("</div>", 10_000))
	write(t, folder, "broken.txt", "We share your email address with \xff\xfe Google.\n")
	write(t, folder, "deutsch.md", "# Datenschutzerklärung\n\nWir verarbeiten Ihre personenbezogenen Daten nur, soweit dies für die Erfüllung des Vertrages erforderlich ist. Die Daten werden nicht an Dritte weitergegeben, es sei denn, dass Sie eingewilligt haben.\n")
	store := newStore(t)
	r := run(t, "ingest", "--store", store, folder)
	if r.code != exitFailed || !strings.Contains(r.lastLine(), "3 inputs could not be read") {
		t.Errorf("exit %d, last line %q", r.code, r.lastLine())
	}
	for _, want := range []string{"empty.md: ", "binary.txt: ", "huge.txt: ", "deutsch.md: kept as not assessed"} {
		if n := strings.Count(r.stderr, filepath.Join(folder, want)); n != 1 {
			t.Errorf("%d lines with %q in\n%s", n, want, r.stderr)
		}
	}
	counts := mustRun(t, "query", "--store", store, `{ dataset { versions versionsNotAssessed } }`)
	if want := `{"versions":5,"versionsNotAssessed":1}`; !strings.Contains(counts, want) {
		t.Errorf("%s, want %s", counts, want)
	}
}

func TestManifest(t *testing.T) {
	store := newStore(t)
	for _, tt := range []struct{ name, manifest, want string }{
		{"missing column", "file,domain\nstore000.md,a.example\n", `manifest.csv:1: the column "name" is missing`},
		{"unknown column", "file,name,colour\nstore000.md,A,red\n", `manifest.csv:1: unknown column "colour"`},
		{"unknown file", "file,name\nother.md,A\n", `file "other.md" is not there`},
		{"twice", "file,name\nstore000.md,A\nstore000.md,B\n", `manifest.csv:3: column file: "store000.md" stands twice`},
		{"no name", "file,name\nstore000.md,\n", `manifest.csv:2: column name is empty`},
		{"bad address", "file,name,url\nstore000.md,A,example\n", `manifest.csv:2: column url`},
		{"bad date", "file,name,fetched_at\nstore000.md,A,yesterday\n", `manifest.csv:2: column fetched_at`},
		{"outside", "file,name\n../store000.md,A\n", `manifest.csv:2: column file`},
		{"empty", "", "manifest.csv: no header line"},
		{"short line", "file,name\nstore000.md\n", "manifest.csv: record on line 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := policyFolder(t, 1)
			write(t, folder, manifestName, tt.manifest)
			r := run(t, "ingest", "--store", store, folder)
			if r.code != exitFailed || !strings.Contains(r.stderr, tt.want) {
				t.Errorf("exit %d, want %q in\n%s", r.code, tt.want, r.stderr)
			}
		})
	}
}

// What the manifest says of a file stands in the graph.
func TestManifestTells(t *testing.T) {
	folder, store := policyFolder(t, 1), newStore(t)
	write(t, folder, manifestName, "file,name,domain,url,fetched_at,language,sector\nstore000.md,Number Stores,numbers.example,https://numbers.example/privacy,2024-05-06,en,retail\n")
	mustRun(t, "ingest", "--store", store, folder)
	got := dump(t, store)
	for _, want := range []string{"Number Stores", "numbers.example", "https://numbers.example/privacy", "2024-05-06T00:00:00Z", "retail"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestBadStores(t *testing.T) {
	folder := policyFolder(t, 1)
	other := write(t, t.TempDir(), "notes.txt", "These are notes and no database.\n")
	missing := filepath.Join(t.TempDir(), "none.db")
	closed := closedPort(t)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"something else", []string{"ingest", "--store", "sqlite:" + other, folder}, "not a policygraph store"},
		{"a folder", []string{"ingest", "--store", "sqlite:" + folder, folder}, "not a policygraph store"},
		{"query creates none", []string{"query", "--store", "sqlite:" + missing, "{ __typename }"}, "policygraph ingest"},
		{"export creates none", []string{"export", "--store", "sqlite:" + missing, "--format", "csv"}, "policygraph ingest"},
		{"serve creates none", []string{"serve", "--store", "sqlite:" + missing}, "policygraph ingest"},
		{"no server", []string{"ingest", "--store", "bolt://" + closed, folder}, closed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, tt.args...)
			if r.code != exitFailed || !strings.Contains(r.lastLine(), tt.want) {
				t.Errorf("exit %d, last line %q, want %q in it", r.code, r.lastLine(), tt.want)
			}
		})
	}
	if got, err := os.ReadFile(other); err != nil || !strings.HasPrefix(string(got), "These are notes") {
		t.Errorf("the file that is no store was changed: %q %v", got, err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a store was created by a command that only reads")
	}
}

// closedPort returns an address of this machine where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
