package pdf

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLayouts reads the files of testdata/*.layout (see write) and compares
// with *.html beside them; UPDATE_GOLDEN=1 writes those.
func TestLayouts(t *testing.T) {
	layouts, err := filepath.Glob("testdata/*.layout")
	if err != nil || len(layouts) == 0 {
		t.Fatalf("no layouts (err %v)", err)
	}
	for _, name := range layouts {
		t.Run(filepath.Base(name), func(t *testing.T) {
			layout, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := reader.HTML(t.Context(), write(t, string(layout)))
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(name, ".layout") + ".html"
			if os.Getenv("UPDATE_GOLDEN") == "1" {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// reader is that of all tests, because its sandbox takes seconds to make.
var reader Reader

func TestRefused(t *testing.T) {
	whole := write(t, "11 72 700 We sell nothing.")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		data []byte
		want error
	}{
		{"nothing", t.Context(), nil, ErrDamaged},
		{"no PDF", t.Context(), []byte("We sell nothing."), ErrDamaged},
		{"the beginning of one", t.Context(), whole[:len(whole)/3], ErrDamaged},
		{"no text", t.Context(), file([]string{"0 0 100 100 re f"}), ErrNoText},
		{"white space", t.Context(), file([]string{"BT /F1 11 Tf 72 700 Td (   ) Tj ET"}), ErrNoText},
		{"no pages", t.Context(), file(nil), ErrNoText},
		{"a password", t.Context(), encrypted(whole), ErrEncrypted},
		{"too many pages", t.Context(), file(make([]string, maxPages+1)), ErrTooLarge},
		{"too large", t.Context(), make([]byte, maxBytes+1), ErrTooLarge},
		{"cancelled", cancelled, whole, context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if page, err := reader.HTML(tt.ctx, tt.data); !errors.Is(err, tt.want) {
				t.Errorf("err %v, want %v; page %.200q", err, tt.want, page)
			}
		})
	}
	if _, err := reader.HTML(t.Context(), whole); err != nil {
		t.Errorf("a good file after bad ones: %v", err)
	}
}

// encrypted adds to a file that a password encrypts it that is not empty.
func encrypted(data []byte) []byte {
	key := strings.Repeat("41", 32)
	return bytes.Replace(data, []byte("/Root 1 0 R"), []byte("/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"+key+"> /U <"+key+"> >>"), 1)
}

// Whatever the bytes, reading ends without a panic, and the reader reads on.
func TestMutated(t *testing.T) {
	layout, err := os.ReadFile("testdata/policy.layout")
	if err != nil {
		t.Fatal(err)
	}
	whole := write(t, string(layout))
	random := rand.New(rand.NewPCG(1, 2))
	n := 100
	if testing.Short() {
		n = 10
	}
	for range n {
		data := bytes.Clone(whole)
		for range 1 + random.IntN(40) {
			data[random.IntN(len(data))] = byte(random.IntN(256))
		}
		if cut := random.IntN(4); cut == 0 {
			data = data[:random.IntN(len(data))]
		}
		page, err := reader.HTML(t.Context(), data)
		if err == nil && !bytes.HasPrefix(page, []byte("<!DOCTYPE html>")) {
			t.Errorf("no page: %.100q", page)
		}
	}
	if _, err := reader.HTML(t.Context(), whole); err != nil {
		t.Errorf("a good file after bad ones: %v", err)
	}
}

// A file that takes too long is given up, and the reader reads on.
func TestPatience(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: killing a sandbox is a race by design of the library")
	}
	hasty := Reader{patience: 50 * time.Millisecond}
	defer hasty.Close()
	long := file([]string{strings.Repeat("BT /F1 11 Tf 72 700 Td (We sell nothing.) Tj ET\n", 200_000)})
	if _, err := hasty.HTML(t.Context(), long); !errors.Is(err, ErrTooLarge) {
		t.Errorf("err %v, want ErrTooLarge", err)
	}
	hasty.patience = 0
	if _, err := hasty.HTML(t.Context(), write(t, "11 72 700 We sell nothing.")); err != nil {
		t.Errorf("a short file after a long one: %v", err)
	}
}

func TestClosed(t *testing.T) {
	var closed Reader
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := closed.HTML(t.Context(), write(t, "11 72 700 We sell nothing.")); err == nil {
		t.Error("a closed reader reads")
	}
}

func BenchmarkHTML(b *testing.B) {
	layout, err := os.ReadFile("testdata/policy.layout")
	if err != nil {
		b.Fatal(err)
	}
	data := write(b, string(layout))
	if _, err := reader.HTML(b.Context(), data); err != nil { // make the sandbox
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reader.HTML(b.Context(), data); err != nil {
			b.Fatal(err)
		}
	}
}
