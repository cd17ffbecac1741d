package crawler

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed data/*.tsv
var tables embed.FS

// mustRows returns the records of an embedded table in the order of the
// columns that are asked for. Lines that begin with # are comments and the
// first other one names the columns. The data is embedded and tested, so that
// an error is a fault of the build.
func mustRows(name string, columns ...string) [][]string {
	data, err := tables.ReadFile("data/" + name + ".tsv")
	if err != nil {
		panic(err)
	}
	rows, err := parseRows(string(data), columns)
	if err != nil {
		panic(fmt.Sprintf("data/%s.tsv: %v", name, err))
	}
	return rows
}

func parseRows(data string, columns []string) ([][]string, error) {
	var rows [][]string
	named := false
	for n, line := range strings.Split(strings.TrimSuffix(data, "\n"), "\n") {
		fields := strings.Split(line, "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case !named:
			if named = true; strings.Join(fields, " ") != strings.Join(columns, " ") {
				return nil, fmt.Errorf("line %d: columns %q, want %q", n+1, fields, columns)
			}
		case len(fields) != len(columns):
			return nil, fmt.Errorf("line %d: %d columns, want %d", n+1, len(fields), len(columns))
		default:
			rows = append(rows, fields)
		}
	}
	return rows, nil
}
