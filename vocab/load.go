package vocab

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"policygraph/policy"
)

// A row is a record of an embedded table.
type row struct {
	at    string            // file:line, for errors
	cells map[string]string // by column
}

// rows returns the records of a table that has at least the given columns.
// Lines that begin with # are comments; the first other line names the columns.
// Errors name the file and the line.
func rows(fsys fs.FS, name string, columns ...string) ([]row, error) {
	file := "data/" + name + ".tsv"
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	var header []string
	var out []row
	s := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; s.Scan(); n++ {
		line, at := s.Text(), fmt.Sprintf("%s:%d", file, n)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if header == nil {
			header = fields
			for _, c := range columns {
				if !slices.Contains(header, c) {
					return nil, fmt.Errorf("%s: no column %q", at, c)
				}
			}
			continue
		}
		if len(fields) != len(header) {
			return nil, fmt.Errorf("%s: %d columns, want %d", at, len(fields), len(header))
		}
		r := row{at: at, cells: map[string]string{}}
		for i, column := range header {
			r.cells[column] = fields[i]
		}
		out = append(out, r)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if header == nil {
		return nil, fmt.Errorf("%s: no row that names the columns", file)
	}
	return out, nil
}

// flag returns a cell that is 0 or 1.
func (r row) flag(column string) (bool, error) {
	switch r.cells[column] {
	case "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, fmt.Errorf("%s: %s is %q, want 0 or 1", r.at, column, r.cells[column])
}

// mustLoad reads a vocabulary. The data is embedded and tested, so that an
// error is a fault of the build.
func mustLoad(name string, hierarchy bool) *Vocabulary {
	v, err := load(files, name, hierarchy)
	if err != nil {
		panic(fmt.Sprintf("vocabulary %s: %v", name, err))
	}
	return v
}

func load(fsys fs.FS, name string, hierarchy bool) (*Vocabulary, error) {
	v := &Vocabulary{byID: map[string]int{}, byLabel: map[string]int{}, narrower: map[string][]string{}}
	table, err := rows(fsys, name, "id", "label", "label_fr")
	if err != nil {
		return nil, err
	}
	for _, r := range table {
		t := Term{ID: r.cells["id"], Label: r.cells["label"], LabelFR: r.cells["label_fr"], Covers: r.cells["covers"], Emitted: true}
		if err := v.add(t); err != nil {
			return nil, fmt.Errorf("%s: %w", r.at, err)
		}
	}
	if hierarchy {
		if err := v.addHierarchy(fsys); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// addHierarchy links the terms to their broader ones, and adds those that
// stand above them in DPV.
func (v *Vocabulary) addHierarchy(fsys fs.FS) error {
	broader := map[string]Term{}
	for _, file := range []string{"dpv-broader", "own-broader"} {
		table, err := rows(fsys, file, "id", "label", "broader")
		if err != nil {
			return err
		}
		for _, r := range table {
			t := Term{ID: r.cells["id"], Label: r.cells["label"], Broader: strings.Fields(r.cells["broader"])}
			if _, ok := broader[t.ID]; ok {
				return fmt.Errorf("%s: the broader terms of %s stand twice", r.at, t.ID)
			}
			broader[t.ID] = t
		}
	}
	for i := 0; i < len(v.terms); i++ { // grows as broader terms are added
		id := v.terms[i].ID
		v.terms[i].Broader = broader[id].Broader
		for _, above := range broader[id].Broader {
			v.narrower[above] = append(v.narrower[above], id)
			if _, ok := v.byID[above]; ok {
				continue
			}
			t, ok := broader[above]
			if !ok {
				t = Term{ID: above, Label: above[strings.IndexByte(above, ':')+1:]}
			}
			if err := v.add(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *Vocabulary) add(t Term) error {
	if t.ID == "" || t.Label == "" {
		return fmt.Errorf("term %q %q without an ID or a label", t.ID, t.Label)
	}
	if _, ok := v.byID[t.ID]; ok {
		return fmt.Errorf("term %s stands twice", t.ID)
	}
	v.byID[t.ID] = len(v.terms)
	for _, label := range []string{t.Label, t.LabelFR} {
		key := policy.Fold(label)
		if _, ok := v.byLabel[key]; !ok && label != "" {
			v.byLabel[key] = len(v.terms)
		}
	}
	v.terms = append(v.terms, t)
	return nil
}

// closure returns ids and all that next leads to, sorted.
func closure(ids []string, next func(string) []string) []string {
	seen := map[string]bool{}
	for todo := slices.Clone(ids); len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[id] {
			seen[id] = true
			todo = append(todo, next(id)...)
		}
	}
	out := make([]string, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
