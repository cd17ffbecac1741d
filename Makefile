# Everything a developer does, by name. Run `make` for the list.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The development data (policies, reference answers), which is not part of the
# repository. Tests that use it say so aloud where it is absent.
POLICYGRAPH_SHARED ?= ../shared
export POLICYGRAPH_SHARED := $(abspath $(POLICYGRAPH_SHARED))

ADDR ?= 127.0.0.1:8080

.PHONY: help build run demo test check bench score calibration generate fuzz neo4j-start neo4j-stop

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the binary ./policygraph
	go build -o policygraph ./cmd/policygraph

run: build ## serve the graph in ./policygraph-data at ADDR
	./policygraph serve --addr $(ADDR)

demo: build ## run the whole pipeline on the built-in sites and serve the answers at ADDR
	./policygraph demo --addr $(ADDR)

test: ## run every test, with a real Neo4j where one can be had
	@scripts/test

check: ## what CI checks: format, vet, staticcheck, generated code, tests with -race
	@scripts/check

bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

score: build ## score the extractor against the reference answers in POLICYGRAPH_SHARED
	@scripts/score

calibration: build ## compare the confidence of facts with how many are right
	@scripts/score --calibration

generate: ## generate the GraphQL code from schema.graphqls
	go tool gqlgen generate

fuzz: ## run every fuzz target for FUZZTIME (default 30s)
	@scripts/fuzz

neo4j-start: ## start a local Neo4j for tests and print its address
	@scripts/neo4j/neo4j start

neo4j-stop: ## stop it
	@scripts/neo4j/neo4j stop
