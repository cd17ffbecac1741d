package vocab

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"policygraph/policy"
)

// rows returns the records of an embedded table by column name. Lines that
// begin with # are comments; the first other line names the columns.
func rows(name string) ([]map[string]string, error) {
	file := "data/" + name + ".tsv"
	data, err := files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var header []string
	var out []map[string]string
	s := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; s.Scan(); n++ {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "#") {
			fields := strings.Split(line, "\t")
			if header == nil {
				header = fields
				continue
			}
			if len(fields) != len(header) {
				return nil, fmt.Errorf("%s:%d: %d columns, want %d", file, n, len(fields), len(header))
			}
			row := map[string]string{}
			for i, column := range header {
				row[column] = fields[i]
			}
			out = append(out, row)
		}
	}
	return out, s.Err()
}

// mustLoad reads a vocabulary. The data is embedded and tested, so that an
// error is a fault of the build.
func mustLoad(name string, hierarchy bool) *Vocabulary {
	v, err := load(name, hierarchy)
	if err != nil {
		panic(fmt.Sprintf("vocabulary %s: %v", name, err))
	}
	return v
}

func load(name string, hierarchy bool) (*Vocabulary, error) {
	v := &Vocabulary{byID: map[string]int{}, byLabel: map[string]int{}, narrower: map[string][]string{}}
	table, err := rows(name)
	if err != nil {
		return nil, err
	}
	for _, r := range table {
		t := Term{ID: r["id"], Label: r["label"], LabelFR: r["label_fr"], Covers: r["covers"], Emitted: true}
		if err := v.add(t); err != nil {
			return nil, err
		}
	}
	if hierarchy {
		if err := v.addHierarchy(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// addHierarchy links the terms to their broader ones, and adds those that
// stand above them in DPV.
func (v *Vocabulary) addHierarchy() error {
	broader := map[string]Term{}
	for _, file := range []string{"dpv-broader", "own-broader"} {
		table, err := rows(file)
		if err != nil {
			return err
		}
		for _, r := range table {
			t := Term{ID: r["id"], Label: r["label"], Broader: strings.Fields(r["broader"])}
			if _, ok := broader[t.ID]; ok {
				return fmt.Errorf("%s: %s stands in two hierarchies", file, t.ID)
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
