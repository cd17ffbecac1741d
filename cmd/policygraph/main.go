// Command policygraph reads the privacy policies that companies publish and
// answers questions across all of them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"policygraph/document/pdf"
)

// Exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: time.Now}
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program at once
	}()
	os.Exit(p.run(ctx, os.Args[1:]))
}

// A program is one run of policygraph with what it touches of the world.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
	pdf            pdf.Reader
}

// A command is a subcommand.
type command struct {
	name, args, summary string
	run                 func(p *program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "[--addr HOST:PORT] [--once]", "run the whole pipeline on built-in sites, then serve the answers", (*program).demo},
		{"crawl", "--companies FILE [--data DIR]", "find, fetch and keep policies; continue where it stopped", (*program).crawl},
		{"import", "ota REPO|BUNDLE | warc FILE", "bring archived policies in as versions", (*program).importArchive},
		{"documents", "[--data DIR] [--format table|jsonl]", "list what is kept, and what could not be had and why", (*program).documents},
		{"extract", "[--format table|facts|practices] [--explain] FILE…", "read policies and print what they say; touches no store", (*program).extract},
		{"ingest", "[--store URL] [--data DIR | PATH…]", "extract what changed and load it into the graph", (*program).ingest},
		{"serve", "[--store URL] [--addr HOST:PORT]", "answer GraphQL at /graphql", (*program).serve},
		{"query", "[--store URL] QUERY|FILE|- [--vars JSON]", "run one GraphQL query and print its JSON", (*program).query},
		{"export", "[--store URL] --format csv|jsonl [--companies FILE] [--out FILE]", "write the graph to a file", (*program).export},
		{"key", "create|list|revoke", "manage API keys", (*program).key},
		{"migrate", "[--store URL]", "create the store or bring it up to date", (*program).migrate},
		{"version", "", "print the version", (*program).version},
	}
}

// usageError is an error of how the program was called; it exits with 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run runs the subcommand that args name and returns the exit code. The last
// line on stderr says what came of it.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.help(p.stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		p.help(p.stdout)
		return exitDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			defer p.pdf.Close()
			return p.exit(ctx, c, c.run(p, ctx, args[1:]))
		}
	}
	fmt.Fprintf(p.stderr, "policygraph: unknown command %q; run `policygraph help` for the list\n", args[0])
	return exitUsage
}

func (p *program) exit(ctx context.Context, c command, err error) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "policygraph %s: %v\nusage: policygraph %s %s\n", c.name, err, c.name, c.args)
		return exitUsage
	case ctx.Err() != nil:
		fmt.Fprintf(p.stderr, "policygraph %s: interrupted; run it again to go on\n", c.name)
		return exitInterrupted
	}
	fmt.Fprintf(p.stderr, "policygraph %s: %v\n", c.name, err)
	return exitFailed
}

func (p *program) help(w io.Writer) {
	fmt.Fprint(w, "policygraph answers questions across the privacy policies of many companies.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  policygraph %s\n        %s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
	}
	fmt.Fprint(w, "\nRun `policygraph COMMAND --help` for the flags of a command.\n")
}

// flags returns an empty flag set for a subcommand. Errors come back from parse.
func (p *program) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse parses args, in which flags and other arguments may be mixed, and
// returns the other arguments.
func (p *program) parse(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		switch err := f.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			f.SetOutput(p.stdout)
			fmt.Fprintf(p.stdout, "flags of policygraph %s:\n", f.Name())
			f.PrintDefaults()
			return nil, err
		case err != nil:
			return nil, usageError{err}
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		if i := len(args) - f.NArg(); i > 0 && args[i-1] == "--" {
			return append(rest, f.Args()...), nil
		}
		rest = append(rest, f.Arg(0))
		args = f.Args()[1:]
	}
}

// parseNone is parse for a subcommand that takes flags only.
func (p *program) parseNone(f *flag.FlagSet, args []string) error {
	rest, err := p.parse(f, args)
	if err == nil && len(rest) > 0 {
		err = usagef("unexpected argument %q", rest[0])
	}
	return err
}

// log returns the logger of a long-running command: plain lines on stderr.
func (p *program) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, nil))
}
