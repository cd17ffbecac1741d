package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"policygraph/graph"
)

// schemaVersion counts changes of what the nodes hold. A database of a greater
// one is refused.
const schemaVersion = 1

// identity names, for each label, the property that identifies a node.
var identity = [][2]string{
	{"PolicyGraph", "id"}, {"Organization", "id"}, {"Policy", "id"}, {"Version", "id"}, {"Practice", "key"}, {"Evidence", "id"},
	{"DataType", "id"}, {"Purpose", "id"}, {"LegalBasis", "id"}, {"Safeguard", "id"}, {"RecipientCategory", "id"},
	{"Place", "id"}, {"RetentionPeriod", "id"},
}

// indexes are what the questions of the domain begin at.
var indexes = []string{
	`CREATE INDEX organization_sort IF NOT EXISTS FOR (o:Organization) ON (o.sort, o.id)`,
	`CREATE INDEX policy_company IF NOT EXISTS FOR (p:Policy) ON (p.companyId)`,
	`CREATE INDEX version_policy IF NOT EXISTS FOR (v:Version) ON (v.policyId)`,
	`CREATE INDEX practice_policy IF NOT EXISTS FOR (p:Practice) ON (p.policyId)`,
	`CREATE INDEX practice_company IF NOT EXISTS FOR (p:Practice) ON (p.companyId)`,
	`CREATE INDEX practice_organization IF NOT EXISTS FOR (p:Practice) ON (p.organization)`,
	`CREATE INDEX practice_source IF NOT EXISTS FOR (p:Practice) ON (p.source)`,
	`CREATE INDEX practice_category IF NOT EXISTS FOR (p:Practice) ON (p.category)`,
	`CREATE INDEX practice_role IF NOT EXISTS FOR (p:Practice) ON (p.role)`,
	`CREATE INDEX practice_retention IF NOT EXISTS FOR (p:Practice) ON (p.retention)`,
	// What is indexed was folded and cut into words by graph.SearchText, so
	// that the analyser has nothing left to do but to split at spaces.
	`CREATE FULLTEXT INDEX organization_words IF NOT EXISTS FOR (o:Organization) ON EACH [o.words]
	 OPTIONS {indexConfig: {` + "`fulltext.analyzer`: 'whitespace'" + `}}`,
	`CREATE FULLTEXT INDEX evidence_words IF NOT EXISTS FOR (e:Evidence) ON EACH [e.words]
	 OPTIONS {indexConfig: {` + "`fulltext.analyzer`: 'whitespace'" + `}}`,
}

// prepare checks that the database is a store and, unless it is only read,
// makes it one: schema, vocabularies and directory, each only where it differs.
func (s *store) prepare(ctx context.Context, readOnly bool) error {
	if err := s.reach(ctx); err != nil {
		return err
	}
	state, err := s.state(ctx)
	switch {
	case err != nil:
		return err
	case state.foreign:
		return fmt.Errorf("%w: the database holds nodes that are not ours; set NEO4J_DATABASE or name another server", graph.ErrNotGraph)
	case state.schema > schemaVersion:
		return fmt.Errorf("%w: schema %d, this program knows %d", graph.ErrNewerSchema, state.schema, schemaVersion)
	case readOnly && state.schema == 0:
		return fmt.Errorf("%w: the database is empty; ingest something first", graph.ErrNotGraph)
	case readOnly:
		return nil
	}
	return s.migrate(ctx, state)
}

// reach connects and logs in.
func (s *store) reach(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	err := explain(s.driver.VerifyConnectivity(limited))
	if err != nil && !errors.Is(err, graph.ErrUnavailable) && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: no answer within %v", graph.ErrUnavailable, acquireTimeout)
	}
	return err
}

// A state is what a database tells about itself.
type state struct {
	foreign    bool // has nodes but not ours
	schema     int  // 0 = empty
	vocabulary string
}

func (s *store) state(ctx context.Context) (state, error) {
	const cypher = `
		OPTIONAL MATCH (g:PolicyGraph)
		WITH max(g.schema) AS schema, max(g.vocabulary) AS vocabulary
		RETURN coalesce(schema, 0) AS schema, vocabulary, schema IS NULL AND EXISTS { (n) } AS foreign`
	states, err := read(ctx, s, cypher, nil, func(r record) (state, error) {
		return state{foreign: r.flag("foreign"), schema: r.number("schema"), vocabulary: r.text("vocabulary")}, nil
	})
	if err != nil {
		return state{}, err
	}
	return states[0], nil
}

// migrate creates what is missing. Schema and data cannot share a transaction;
// the node that says the store is whole is written last.
func (s *store) migrate(ctx context.Context, found state) error {
	if found.schema < schemaVersion {
		for _, cypher := range slices.Concat(constraints(), indexes, []string{`CALL db.awaitIndexes(60)`}) {
			if err := s.define(ctx, cypher); err != nil {
				return err
			}
		}
	}
	vocabulary := graph.VocabularyHash()
	if found.schema == schemaVersion && found.vocabulary == vocabulary {
		return nil
	}
	return s.write(ctx, func(t transaction) error {
		if err := t.all(vocabularies()...); err != nil {
			return err
		}
		records, err := t.run(`MATCH (o:Organization) RETURN o.id AS id ORDER BY id`, nil)
		if err != nil {
			return err
		}
		ids, err := decode(records, func(r record) (string, error) { return r.text("id"), nil })
		if err != nil {
			return err
		}
		if err := t.settle(ids); err != nil {
			return err
		}
		return t.all(statement{`
			MERGE (g:PolicyGraph {id: 'graph'})
			SET g.schema = $schema, g.vocabulary = $vocabulary`,
			params{"schema": schemaVersion, "vocabulary": vocabulary}})
	})
}

func constraints() []string {
	var out []string
	for _, node := range identity {
		out = append(out, fmt.Sprintf(`CREATE CONSTRAINT %s_%s IF NOT EXISTS FOR (n:%[1]s) REQUIRE n.%[2]s IS UNIQUE`, node[0], node[1]))
	}
	return out
}

// define runs one change of the schema, which has a transaction of its own.
func (s *store) define(ctx context.Context, cypher string) error {
	_, err := neo4j.ExecuteQuery(ctx, s.driver, cypher, nil, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase(s.database))
	return explain(err)
}
