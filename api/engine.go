package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"policygraph/api/generated"
	"policygraph/graph"
)

const (
	cachedQueries = 200
	// batchWait is how long fields wait for each other before they ask the store.
	batchWait = 500 * time.Microsecond
)

// An engine answers GraphQL queries from a store.
type engine struct {
	store   graph.Store
	exec    *executor.Executor
	present graphql.ErrorPresenterFunc
	wait    time.Duration
}

func newEngine(store graph.Store, log *slog.Logger, limits limiter) *engine {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: root{}, Complexity: costs()})
	e := &engine{store: store, exec: executor.New(schema), present: presenter(log), wait: batchWait}
	e.exec.SetErrorPresenter(e.present)
	e.exec.SetRecoverFunc(recoverer(log))
	e.exec.SetQueryCache(lru.New[*ast.QueryDocument](cachedQueries))
	e.exec.SetParserTokenLimit(limits.tokens)
	e.exec.Use(&limits)
	e.exec.Use(extension.Introspection{})
	return e
}

// A response is the answer to a query. Data is nil if it was not executed.
type response struct {
	Errors gqlerror.List   `json:"errors,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
}

// run answers a query.
func (e *engine) run(ctx context.Context, params *graphql.RawParams) (res response) {
	defer func() {
		if p := recover(); p != nil {
			res = response{Errors: gqlerror.List{e.present(ctx, e.exec.PresentRecoveredError(ctx, p))}}
		}
	}()
	ctx = graphql.StartOperationTrace(withRequest(ctx, e.store, e.wait))
	op, errs := e.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		refused := e.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs)
		return response{Errors: refused.Errors}
	}
	next, opCtx := e.exec.DispatchOperation(ctx, op)
	answer := next(opCtx)
	if answer == nil { // the time was over before it began
		return response{Errors: gqlerror.List{e.present(ctx, context.Cause(ctx))}}
	}
	return response{Errors: answer.Errors, Data: answer.Data}
}

// Execute answers one query from the store and returns the response as JSON: for
// the command line, without limits but that of depth. The error tells what the
// response says in its errors; the response is then still worth to be shown.
func Execute(ctx context.Context, store graph.Store, query, operationName string, variables map[string]any) ([]byte, error) {
	params := &graphql.RawParams{Query: query, OperationName: operationName, Variables: variables}
	res := newEngine(store, slog.Default(), localLimits).run(ctx, params)
	b, err := encodeJSON(res)
	if err != nil {
		return nil, err
	}
	var failures []error
	for _, e := range res.Errors {
		failures = append(failures, errors.New(e.Error()))
	}
	return b, errors.Join(failures...)
}

// Schema returns the schema as schema.graphqls has it.
func Schema() string {
	return generated.NewExecutableSchema(generated.Config{}).Schema().Query.Position.Src.Input
}
