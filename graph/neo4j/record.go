package neo4j

import (
	"fmt"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"policygraph/policy"
)

// A record is a record that the server returned, or a map within one. What is
// null or missing is the zero value; what is of another type than asked for is
// remembered in fault, so that a graph that somebody else has written to is an
// error and not a wrong answer.
type record struct {
	values map[string]any
	fault  *error
}

// decode returns row of each record.
func decode[T any](records []*neo4j.Record, row func(record) (T, error)) ([]T, error) {
	out := make([]T, 0, len(records))
	for _, r := range records {
		var fault error
		v, err := row(record{r.AsMap(), &fault})
		if fault != nil {
			err = fault
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func value[T any](r record, name string) (v T) {
	raw := r.values[name]
	if raw == nil {
		return v
	}
	v, ok := raw.(T)
	if !ok {
		r.blame(fmt.Errorf("property %s is a %T, want a %T", name, raw, v))
	}
	return v
}

func (r record) blame(err error) {
	if *r.fault == nil {
		*r.fault = err
	}
}

func (r record) text(name string) string   { return value[string](r, name) }
func (r record) flag(name string) bool     { return value[bool](r, name) }
func (r record) number(name string) int    { return int(value[int64](r, name)) }
func (r record) float(name string) float64 { return value[float64](r, name) }

// moment returns a moment, the zero time for empty text.
func (r record) moment(name string) time.Time { return r.parse(name, r.text(name)) }

// moments returns a list of moments.
func (r record) moments(name string) []time.Time {
	return each(texts[string](r, name), func(text string) time.Time { return r.parse(name, text) })
}

func (r record) parse(name, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.blame(fmt.Errorf("property %s: %w", name, err))
	}
	return at
}

// texts returns a list of text, nil where it is empty.
func texts[T ~string](r record, name string) []T {
	return list(r, name, func(v any) (T, bool) { s, ok := v.(string); return T(s), ok })
}

// node returns a map; where it is null, its values are nil.
func (r record) node(name string) record {
	return record{value[map[string]any](r, name), r.fault}
}

func (r record) numbers(name string) []int {
	return list(r, name, func(v any) (int, bool) { n, ok := v.(int64); return int(n), ok })
}

func (r record) period(name string) policy.Period {
	p, err := policy.ParsePeriod(r.text(name))
	if err != nil {
		r.blame(fmt.Errorf("property %s: %w", name, err))
	}
	return p
}

// maps returns a list of maps.
func (r record) maps(name string) []record {
	return list(r, name, func(v any) (record, bool) {
		m, ok := v.(map[string]any)
		return record{m, r.fault}, ok
	})
}

func list[T any](r record, name string, item func(any) (T, bool)) []T {
	var out []T
	for _, raw := range value[[]any](r, name) {
		v, ok := item(raw)
		if !ok {
			r.blame(fmt.Errorf("property %s holds a %T", name, raw))
		}
		out = append(out, v)
	}
	return out
}

// stamp returns a moment in the form that the store keeps.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// each returns f of each item.
func each[T, U any](items []T, f func(T) U) []U {
	out := make([]U, len(items))
	for i, item := range items {
		out[i] = f(item)
	}
	return out
}

// plain returns a set as plain text, as the driver wants it.
func plain[T ~string](set []T) []string {
	out := make([]string, len(set))
	for i, v := range set {
		out[i] = string(v)
	}
	return out
}
