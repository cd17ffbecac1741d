package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"policygraph/graph"
)

// Codes of errors, as clients find them in extensions.code. They are part of
// the interface and do not change.
const (
	codeBadRequest   = "BAD_REQUEST"          // not a GraphQL request at all
	codeBadInput     = "BAD_USER_INPUT"       // an argument has no meaning
	codeBadCursor    = "BAD_CURSOR"           // a cursor of another list, or none
	codeCost         = "COST_LIMIT_EXCEEDED"  // asks for too much
	codeDepth        = "DEPTH_LIMIT_EXCEEDED" // asks too deep
	codeTooLarge     = "REQUEST_TOO_LARGE"    // body over the limit
	codeMediaType    = "UNSUPPORTED_MEDIA_TYPE"
	codeNotAccepted  = "NOT_ACCEPTABLE"
	codeMethod       = "METHOD_NOT_ALLOWED"
	codeUnauthorized = "UNAUTHORIZED" // an API key that is none
	codeHost         = "MISDIRECTED"  // a loopback server, asked by another name
	codeTimeout      = "TIMEOUT"
	codeCancelled    = "CANCELLED"   // whoever asked gave up
	codeOverloaded   = "OVERLOADED"  // too many requests at once
	codeUnavailable  = "UNAVAILABLE" // the store does not answer
	codeInternal     = "INTERNAL"    // our fault; the log knows more under the request ID
	codeParseFailed  = errcode.ParseFailed
	codeInvalidQuery = errcode.ValidationFailed
)

// A problem is an error whose text is meant for the client.
type problem struct {
	code, message string
	details       map[string]any // further extensions
}

func (p *problem) Error() string { return p.message }

func problemf(code, format string, args ...any) *problem {
	return &problem{code: code, message: fmt.Sprintf(format, args...)}
}

func badInput(format string, args ...any) *problem { return problemf(codeBadInput, format, args...) }

// graphql returns the problem as an error of a response.
func (p *problem) graphql() *gqlerror.Error {
	e := &gqlerror.Error{Message: p.message, Extensions: map[string]any{"code": p.code}}
	for k, v := range p.details {
		e.Extensions[k] = v
	}
	return e
}

// clip shortens what a client sent, to be repeated to it.
func clip(s string) string {
	const enough = 80
	if r := []rune(s); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return s
}

// presenter returns the function that turns errors into those of a response:
// the client's own as they are, ours logged and hidden.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := &gqlerror.Error{Extensions: map[string]any{}}
		var wrapped *gqlerror.Error
		if errors.As(err, &wrapped) {
			shown.Path, shown.Locations = wrapped.Path, wrapped.Locations
		}
		if shown.Path == nil {
			shown.Path = graphql.GetPath(ctx)
		}
		p := explain(ctx, err)
		if p == nil {
			p = problemf(codeInternal, "internal error")
			log.ErrorContext(ctx, "graphql", "request", requestIDOf(ctx), "path", shown.Path.String(), "error", err)
		}
		shown.Message, shown.Extensions = p.message, p.graphql().Extensions
		if id := requestIDOf(ctx); id != "" {
			shown.Extensions["requestId"] = id
		}
		return shown
	}
}

// explain returns what a client may know of an error, or nil if that is nothing.
func explain(ctx context.Context, err error) *problem {
	var known *problem
	var plain *gqlerror.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return problemf(codeTimeout, "the answer took too long: ask for less, or with a narrower filter")
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		return problemf(codeCancelled, "the request was cancelled")
	case errors.Is(err, graph.ErrUnavailable):
		return problemf(codeUnavailable, "the store does not answer")
	case errors.As(err, &plain) && plain.Err == nil && plain.Extensions["code"] != nil:
		return &problem{plain.Extensions["code"].(string), plain.Message, plain.Extensions}
	case unreadArguments(ctx):
		return badInput("an argument has a value of the wrong type")
	}
	return nil
}

// unreadArguments reports whether the error of the field of ctx is that its
// arguments could not be read: what a variable holds for a scalar of ours is
// checked no earlier.
func unreadArguments(ctx context.Context) bool {
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && fc.Args == nil && fc.Field.Field != nil && len(fc.Field.Arguments) > 0
}

// recoverer returns the function that turns a panic into an error and logs its place.
func recoverer(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		log.ErrorContext(ctx, "panic", "request", requestIDOf(ctx), "value", p, "stack", string(debug.Stack()))
		return fmt.Errorf("panic: %v", p)
	}
}
