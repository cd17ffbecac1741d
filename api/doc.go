// Package api answers questions about the graph in GraphQL: over HTTP, with
// limits for the open network, and in the process for the command line. The
// schema is schema.graphqls at the root of the repository; resolvers translate
// a question for graph.Store, ask it and translate the answer.
package api
