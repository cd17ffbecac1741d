package document

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"policygraph/policy"
)

// cases returns the documents of testdata. A new case is a new file;
// UPDATE_GOLDEN=1 writes what it reads as beside it.
func cases(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, extension := range []string{"html", "md", "txt"} {
		found, err := filepath.Glob(filepath.Join("testdata", "*."+extension))
		if err != nil || len(found) == 0 {
			t.Fatalf("no cases match testdata/*.%s (err %v)", extension, err)
		}
		files = append(files, found...)
	}
	return files
}

func TestParse(t *testing.T) {
	var golden []string
	for _, file := range cases(t) {
		if slices.Contains(golden, goldenOf(file)) {
			t.Errorf("%s: another case has this name", file)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			d, data := parseFile(t, file), readFile(t, file)
			if err := checkAll(d, data, MediaType(file, data)); err != nil {
				t.Error(err)
			}
			compare(t, goldenOf(file), describe(t, d))
		})
		golden = append(golden, goldenOf(file))
	}
	found, _ := filepath.Glob("testdata/*.golden.json")
	for _, file := range found {
		if !slices.Contains(golden, file) {
			t.Errorf("%s belongs to no case", file)
		}
	}
}

// goldenOf returns the golden file of a case.
func goldenOf(file string) string {
	return strings.TrimSuffix(file, filepath.Ext(file)) + ".golden.json"
}

func parseFile(t testing.TB, file string) *policy.Document {
	t.Helper()
	data := readFile(t, file)
	d, err := Parse(data, MediaType(file, data))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return d
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (UPDATE_GOLDEN=1 writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s\n got: %s\nwant: %s", file, got, want)
	}
}

// A shown block has the text where the block has spans and indexes, so
// that a golden file can be judged without counting bytes.
type shown struct {
	Kind     policy.BlockKind `json:"kind"`
	Start    int              `json:"start"`
	End      int              `json:"end"`
	Text     string           `json:"text"`
	Level    int              `json:"level,omitempty"`
	Path     []string         `json:"path,omitempty"`
	LeadIn   string           `json:"leadIn,omitempty"`
	Cells    []string         `json:"cells,omitempty"`
	Header   []string         `json:"header,omitempty"`
	Language string           `json:"language,omitempty"`
}

// describe writes d as JSON, one block or link on a line.
func describe(t *testing.T, d *policy.Document) []byte {
	t.Helper()
	texts := func(spans []policy.Span) []string {
		var out []string
		for _, s := range spans {
			out = append(out, s.Of(d.Text))
		}
		return out
	}
	var blocks, links []any
	for _, b := range d.Blocks {
		x := shown{Kind: b.Kind, Start: b.Start, End: b.End, Text: b.Of(d.Text), Level: b.Level,
			Cells: texts(b.Cells), Header: texts(b.Header), Language: b.Language}
		for _, i := range b.Path {
			x.Path = append(x.Path, d.Blocks[i].Of(d.Text))
		}
		if b.LeadIn >= 0 {
			x.LeadIn = d.Blocks[b.LeadIn].Of(d.Text)
		}
		blocks = append(blocks, x)
	}
	for _, l := range d.Links {
		links = append(links, [2]string{l.Of(d.Text), l.URL})
	}
	var out bytes.Buffer
	out.WriteString("{\"language\": " + quoted(t, d.Language) + ", \"title\": " + quoted(t, Title(d)) + ",\n")
	out.WriteString("\"blocks\": [" + lines(t, blocks) + "],\n\"links\": [" + lines(t, links) + "]}\n")
	return out.Bytes()
}

func lines(t *testing.T, values []any) string {
	var out []string
	for _, v := range values {
		out = append(out, "\n"+quoted(t, v))
	}
	return strings.Join(out, ",")
}

func quoted(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
