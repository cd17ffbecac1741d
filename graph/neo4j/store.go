// Package neo4j keeps the graph in a Neo4j server, for teams who share it and
// for people who ask it in Cypher. Labels and relationship types are those of
// the project's architecture document; nothing beyond Community Cypher 5 is
// used.
//
// What the domain asks is answered from properties that Put and Replace keep
// beside the relationships: the facets and runs of a practice stand on its
// node. Moments are text in RFC 3339, UTC, whole seconds, which orders and
// compares as in every other store.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"

	"policygraph/graph"
)

// Limits that turn a server which is down, hangs or is overloaded into an
// error within seconds.
const (
	connectTimeout = 3 * time.Second // TCP
	acquireTimeout = 5 * time.Second // a usable connection, with handshake and log-in
	retryTime      = 8 * time.Second // of a transaction that may be retried
	readTimeout    = 30 * time.Second
	writeTimeout   = 2 * time.Minute
	maxConnections = 32
)

// Options tell how to open a store.
type Options struct {
	Username string // none = the server asks for none
	Password string
	Database string // none = the user's home database
	// ReadOnly opens what is there and changes nothing: without it, an empty
	// database becomes a store and the vocabularies are brought up to date.
	ReadOnly bool
}

// A store implements graph.Store.
type store struct {
	driver   neo4j.DriverWithContext
	database string
}

// Open opens the store at the address of a server: neo4j://, neo4j+s://, bolt://
// and the like. The errors are graph.ErrUnavailable where no server answers,
// graph.ErrNotGraph where the database holds something else, or nothing on
// reading, and graph.ErrNewerSchema.
func Open(ctx context.Context, address string, o Options) (graph.Store, error) {
	s, err := connect(address, o)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o.ReadOnly); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", address, err), s.Close())
	}
	return s, nil
}

// connect returns a store that has not talked to its server yet.
func connect(address string, o Options) (*store, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("store URL names no Neo4j server, such as bolt://127.0.0.1:7687")
	case u.User != nil:
		return nil, errors.New("store URL holds a user name: set NEO4J_USERNAME and NEO4J_PASSWORD instead")
	}
	auth := neo4j.NoAuth()
	if o.Username != "" || o.Password != "" {
		auth = neo4j.BasicAuth(o.Username, o.Password, "")
	}
	driver, err := neo4j.NewDriverWithContext(address, auth, configure)
	if err != nil {
		return nil, fmt.Errorf("store URL: %w", err)
	}
	return &store{driver, o.Database}, nil
}

func configure(c *config.Config) {
	c.TelemetryDisabled = true // the driver's own default is to report
	c.SocketConnectTimeout = connectTimeout
	c.ConnectionAcquisitionTimeout = acquireTimeout
	c.ConnectionLivenessCheckTimeout = time.Minute
	c.MaxTransactionRetryTime = retryTime
	c.MaxConnectionPoolSize = maxConnections
	c.NotificationsMinSeverity = notifications.DisabledLevel
	c.UserAgent = "policygraph"
}

// Close implements graph.Store.
func (s *store) Close() error { return s.driver.Close(context.Background()) }

// params are the parameters of a Cypher text; values never stand in the text itself.
type params = map[string]any

// read runs one Cypher text that only reads and returns row of each record.
func read[T any](ctx context.Context, s *store, cypher string, p params, row func(record) (T, error)) ([]T, error) {
	result, err := neo4j.ExecuteQuery(ctx, s.driver, cypher, p, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithReadersRouting(),
		neo4j.ExecuteQueryWithDatabase(s.database),
		neo4j.ExecuteQueryWithTransactionConfig(neo4j.WithTxTimeout(readTimeout)))
	if err != nil {
		return nil, explain(err)
	}
	return decode(result.Records, row)
}

// write runs work in one transaction. It may run several times, where the
// server asks for a retry, so work must begin from what it reads. A context that
// ends stops work, but never a commit that has begun: whoever gets an error
// knows that nothing was written.
func (s *store) write(ctx context.Context, work func(transaction) error) error {
	whole := context.WithoutCancel(ctx)
	session := s.driver.NewSession(whole, neo4j.SessionConfig{
		DatabaseName:    s.database,
		BookmarkManager: s.driver.ExecuteQueryBookmarkManager(),
	})
	_, err := session.ExecuteWrite(whole, func(tx neo4j.ManagedTransaction) (any, error) {
		if err := work(transaction{ctx, tx}); err != nil {
			return nil, err
		}
		return nil, ctx.Err()
	}, neo4j.WithTxTimeout(writeTimeout))
	return errors.Join(explain(err), session.Close(whole))
}

// A transaction is one that the driver commits or retries.
type transaction struct {
	ctx context.Context
	tx  neo4j.ManagedTransaction
}

// run runs one Cypher text and returns its records.
func (t transaction) run(cypher string, p params) ([]*neo4j.Record, error) {
	result, err := t.tx.Run(t.ctx, cypher, p)
	if err != nil {
		return nil, err
	}
	return result.Collect(t.ctx)
}

// explain turns an error of the driver into one of the domain, or one that
// says what to do. No message holds a credential.
func explain(err error) error {
	var server *neo4j.Neo4jError
	var down *neo4j.ConnectivityError
	var exhausted *neo4j.TransactionExecutionLimit
	switch {
	case err == nil:
		return nil
	case errors.As(err, &server):
		return explainServer(server)
	case errors.As(err, &down):
		return fmt.Errorf("%w: %w", graph.ErrUnavailable, err)
	case errors.As(err, &exhausted) && len(exhausted.Errors) > 0:
		return explain(exhausted.Errors[len(exhausted.Errors)-1])
	}
	return err
}

func explainServer(err *neo4j.Neo4jError) error {
	switch err.Code {
	case "Neo.ClientError.Security.Unauthorized", "Neo.ClientError.Security.AuthenticationRateLimit":
		return errors.New("the server refused the user name or password: set NEO4J_USERNAME and NEO4J_PASSWORD")
	case "Neo.ClientError.Security.CredentialsExpired":
		return errors.New("the password in NEO4J_PASSWORD is a first one that the server wants changed")
	case "Neo.ClientError.Database.DatabaseNotFound":
		return errors.New("the server has no such database: set NEO4J_DATABASE, or leave it empty for the default")
	case "Neo.TransientError.General.DatabaseUnavailable", "Neo.TransientError.Database.DatabaseUnavailable":
		return fmt.Errorf("%w: %s", graph.ErrUnavailable, err.Msg)
	}
	return err
}
