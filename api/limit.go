package api

import (
	"context"
	"math"
	"strings"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// A limiter is an extension of the executor that refuses operations which ask
// for too much: by their form before they are validated, as validation itself
// is quadratic in repetitions, and by their cost after it. A limit of 0 is none.
type limiter struct {
	tokens     int // of the query text
	repeats    int // of one response key in one place
	selections int // with every fragment spread out
	depth      int // of fields
	cost       int // see costs and introspectionCost
	keyCost    int // of requests with an API key
	schema     graphql.ExecutableSchema
}

// openLimits hold for requests over the network.
var openLimits = limiter{tokens: 1500, repeats: 50, selections: 5000, depth: 15, cost: 100_000, keyCost: 500_000}

// localLimits hold for who could just as well read the store itself: only what
// protects from a slip.
var localLimits = limiter{selections: 50_000, depth: 15}

// ExtensionName implements graphql.HandlerExtension.
func (l *limiter) ExtensionName() string { return "limits" }

// Validate implements graphql.HandlerExtension.
func (l *limiter) Validate(schema graphql.ExecutableSchema) error {
	l.schema = schema
	return nil
}

// MutateOperationParameters implements graphql.OperationParameterMutator: it
// refuses by form, before validation. A query that is no GraphQL is left to the
// executor to refuse.
func (l *limiter) MutateOperationParameters(_ context.Context, params *graphql.RawParams) *gqlerror.Error {
	source := &ast.Source{Input: params.Query}
	if l.tokens > 0 && countTokens(source, l.tokens) > l.tokens {
		return problemf(codeCost, "the query has more than %d tokens", l.tokens).graphql()
	}
	doc, err := parser.ParseQueryWithTokenLimit(source, l.tokens)
	if err != nil || doc == nil {
		return nil
	}
	m := measure{limits: l, fragments: doc.Fragments, keys: map[string]int{}, open: map[string]bool{}}
	for _, op := range doc.Operations {
		clear(m.keys)
		if p := m.walk(op.SelectionSet, "", 1); p != nil {
			return p.graphql()
		}
	}
	return nil
}

// MutateOperationContext implements graphql.OperationContextMutator: it refuses
// by cost.
func (l *limiter) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	limit := l.cost
	if hasKey(ctx) {
		limit = l.keyCost
	}
	if limit == 0 {
		return nil
	}
	cost := complexity.Calculate(ctx, l.schema, op.Operation, op.Variables)
	if cost = min(cost, math.MaxInt32) + introspectionCost(op.Operation.SelectionSet, false); cost <= limit {
		return nil
	}
	p := problemf(codeCost, "the query may cost %d, at most %d is allowed: ask for fewer items or fields", cost, limit)
	p.details = map[string]any{"cost": cost, "max": limit}
	return p.graphql()
}

// countTokens returns how many tokens the text has, or max+1 if more.
func countTokens(source *ast.Source, max int) int {
	lex := lexer.New(source)
	for n := 0; n <= max; n++ {
		if t, err := lex.ReadToken(); err != nil || t.Kind == lexer.EOF {
			return n
		}
	}
	return max + 1
}

// A measure walks the selections of an operation with every fragment spread out.
type measure struct {
	limits     *limiter
	fragments  ast.FragmentDefinitionList
	selections int
	keys       map[string]int  // how often a response key stands in a place
	open       map[string]bool // fragments being walked: a cycle is for validation to refuse
}

func (m *measure) walk(set ast.SelectionSet, path string, depth int) *problem {
	for _, selection := range set {
		m.selections++
		if max := m.limits.selections; m.selections > max {
			return problemf(codeCost, "the query has more than %d fields, counting each use of a fragment", max)
		}
		var p *problem
		switch s := selection.(type) {
		case *ast.Field:
			p = m.field(s, path, depth)
		case *ast.InlineFragment:
			p = m.walk(s.SelectionSet, path, depth)
		case *ast.FragmentSpread:
			f := m.fragments.ForName(s.Name)
			if f == nil || m.open[s.Name] {
				continue
			}
			m.open[s.Name] = true
			p = m.walk(f.SelectionSet, path, depth)
			m.open[s.Name] = false
		}
		if p != nil {
			return p
		}
	}
	return nil
}

func (m *measure) field(f *ast.Field, path string, depth int) *problem {
	if depth > m.limits.depth {
		p := problemf(codeDepth, "the query is more than %d fields deep", m.limits.depth)
		p.details = map[string]any{"max": m.limits.depth}
		return p
	}
	path = strings.Join([]string{path, f.Alias}, ".") // the parser sets the alias to the name where there is none
	m.keys[path]++
	if max := m.limits.repeats; max > 0 && m.keys[path] > max {
		return problemf(codeCost, "the query repeats %q more than %d times in one place", clip(f.Alias), max)
	}
	return m.walk(f.SelectionSet, path, depth+1)
}
