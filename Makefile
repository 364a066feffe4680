# Platen. `make help` lists the targets.

GO ?= go
BIN := bin/platen
NPM_DIRS := js

.PHONY: help build run test test-peer test-openapi bench lint fuzz deps js clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

js: ## build the browser clients (npm ci when the lock file changed)
	@$(GO) run ./js/build -install

build: js ## build bin/platen
	$(GO) build -trimpath -o $(BIN) ./cmd/platen

run: build ## build, and serve a site on http://127.0.0.1:8080 out of ./data
	$(BIN) serve

deps: ## install the Debian packages that the tests use, where apt may
	@./.ci/deps

test: js deps lint ## every test that is not a peer test
	$(GO) test -race -timeout 15m ./...

test-peer: build ## beside a real PHP WordPress (Debian's packages); the recordings on MariaDB
	@./.ci/deps peer
	$(GO) vet -tags peer ./test/peer/...
	$(GO) test -count=1 -timeout 30m -tags peer ./test/peer/...
	PLATEN_TEST_DB=mysql $(GO) test -count=1 -timeout 30m -run '^TestRecordings$$' .

test-openapi: js ## the description of the API, with a validator and a client generator of others
	$(GO) test -count=1 -timeout 15m -tags openapi ./test/openapi

bench: build ## speed and memory beside a bare net/http server, in one run
	$(GO) run ./test/bench

lint: ## gofmt, go vet, staticcheck
	@files=$$(gofmt -s -l $$(git ls-files '*.go')); test -z "$$files" || { echo "gofmt -s: $$files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

fuzz: ## every fuzz target for FUZZTIME (10s), and all shapes of the hostile corpus
	PLATEN_HOSTILE=all $(GO) test -count=1 -run TestHostile .
	@./.ci/fuzz $(or $(FUZZTIME),10s)

clean: ## remove what was built (not the data)
	rm -rf bin js/dist/*.js js/dist/*.map js/node_modules test/clients/node_modules
