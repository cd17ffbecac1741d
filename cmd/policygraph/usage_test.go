package main

import (
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args string
		code int
		want string // in what is printed
	}{
		{"", exitUsage, "policygraph ingest"},
		{"help", exitDone, "policygraph ingest"},
		{"ingest --help", exitDone, "-store"},
		{"frobnicate", exitUsage, `unknown command "frobnicate"`},
		{"extract", exitUsage, "name at least one file"},
		{"extract --format xml a.md", exitUsage, "choose table, facts or practices"},
		{"extract --frob a.md", exitUsage, "-frob"},
		{"ingest --data nowhere", exitUsage, "policygraph crawl"},
		{"ingest --llm all a.md", exitUsage, "--llm"},
		{"ingest --store graph.db a.md", exitUsage, "sqlite:PATH"},
		{"ingest --store mysql://host a.md", exitUsage, `unknown scheme "mysql"`},
		{"ingest --store sqlite: a.md", exitUsage, "sqlite:PATH"},
		{"serve --addr 8080", exitUsage, "HOST:PORT"},
		{"serve extra", exitUsage, `unexpected argument "extra"`},
		{"query", exitUsage, "give one query"},
		{"query nofile", exitUsage, "neither a query"},
		{"query {x} --vars [", exitUsage, "--vars"},
		{"export", exitUsage, "choose csv or jsonl"},
		{"export --format graphml", exitUsage, "csv or jsonl"},
		{"crawl", exitUsage, "--companies"},
		{"crawl --companies a.csv --refresh soon", exitUsage, "--refresh"},
		{"documents --format xml", exitUsage, "choose table or jsonl"},
		{"import", exitUsage, "ota"},
		{"key", exitUsage, "create NAME"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			r := run(t, strings.Fields(tt.args)...)
			if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.want) {
				t.Errorf("exit %d, want %d with %q in\n%s%s", r.code, tt.code, tt.want, r.stdout, r.stderr)
			}
		})
	}
}

// Every command that the help lists explains its flags.
func TestHelpOfEveryCommand(t *testing.T) {
	help := mustRun(t, "help")
	for _, c := range commands() {
		if !strings.Contains(help, "policygraph "+c.name) {
			t.Errorf("help does not list %s", c.name)
		}
		if r := run(t, c.name, "--help"); r.code != exitDone || !strings.Contains(r.stdout, "flags of policygraph "+c.name) {
			t.Errorf("%s --help: exit %d, %q %q", c.name, r.code, r.stdout, r.stderr)
		}
	}
}
