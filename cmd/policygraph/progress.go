package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A progress shows how far long work is: one line that is written over on a
// terminal, a plain line now and then elsewhere.
type progress struct {
	w         io.Writer
	now       func() time.Time
	verb      string
	count, of int
	terminal  bool
	last      time.Time
}

func (p *program) progress(verb string, of int) *progress {
	return &progress{w: p.stderr, now: p.now, verb: verb, of: of, terminal: isTerminal(p.stderr), last: p.now()}
}

// pause is what passes between two lines.
func (b *progress) pause() time.Duration {
	if b.terminal {
		return 100 * time.Millisecond
	}
	return 5 * time.Second
}

// step counts one piece of work.
func (b *progress) step() {
	b.count++
	b.show(fmt.Sprintf("%s %d of %d", b.verb, b.count, b.of))
}

// share says how much of the work is done, of a total that may be unknown.
func (b *progress) share(done, total int64) {
	if total > 0 {
		b.show(fmt.Sprintf("%s %d %%", b.verb, 100*done/total))
	}
}

// show shows a line, unless it is too early for one.
func (b *progress) show(line string) {
	now := b.now()
	if now.Sub(b.last) < b.pause() {
		return
	}
	b.last = now
	if b.terminal {
		fmt.Fprint(b.w, "\r\x1b[K"+line)
		return
	}
	fmt.Fprintln(b.w, line)
}

// done makes room for what is said next.
func (b *progress) done() {
	if b.terminal {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
