package neo4j

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"policygraph/graph"
)

// patience is how long a server that does not answer may keep a user waiting.
const patience = 8 * time.Second

func TestUnavailable(t *testing.T) {
	for _, tt := range []struct {
		name, address string
	}{
		{"nothing listens", refusing(t)},
		{"no such host", "nosuchhost.invalid:7687"},
		{"accepts and says nothing", silent(t, func(net.Conn) {})},
		{"accepts and hangs up", silent(t, func(c net.Conn) { c.Close() })},
	} {
		for _, scheme := range []string{"bolt://", "neo4j://"} {
			t.Run(tt.name+" "+scheme, func(t *testing.T) {
				t.Parallel()
				start := time.Now()
				s, err := Open(t.Context(), scheme+tt.address, Options{})
				if !errors.Is(err, graph.ErrUnavailable) || strings.Contains(err.Error(), "\n") {
					t.Errorf("open: store %v, error %v, want graph.ErrUnavailable in one line", s, err)
				}
				if took := time.Since(start); took > patience {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}

// refusing returns an address where nothing listens.
func refusing(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// silent returns the address of a server that speaks no Bolt: each connection
// is given to serve, and closed when the test ends.
func silent(t *testing.T, serve func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			serve(c)
		}
	}()
	return l.Addr().String()
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := Open(ctx, "bolt://"+silent(t, func(net.Conn) {}), Options{})
	if err == nil || strings.Contains(err.Error(), "no answer within") {
		t.Errorf("open with a context that ended: %v", err)
	}
}

func TestWrongURL(t *testing.T) {
	for _, url := range []string{"http://127.0.0.1:7474", "bolt://", "neo4j://%zz", "bolt://neo4j:hush@127.0.0.1", "bolt://neo4j:hush@%zz"} {
		s, err := Open(t.Context(), url, Options{})
		if err == nil || errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("open %q: store %v, error %v, want one about the URL", url, s, err)
		}
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("open %q tells the password: %v", url, err)
		}
	}
}
