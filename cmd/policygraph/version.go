package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"policygraph/extractor"
)

// programVersion is the version of the program; the build's own revision is added.
const programVersion = "0.1.0"

func (p *program) version(_ context.Context, args []string) error {
	if err := p.parseNone(p.flags("version"), args); err != nil {
		return err
	}
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value
			}
		}
	}
	fmt.Fprintf(p.stdout, "policygraph %s%s\nrules %s\n", programVersion, revision, extractor.Version())
	return nil
}
