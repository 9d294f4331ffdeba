# Every verb of the project; `make` alone lists them. What a verb needs beyond Go,
# Node, Python and Terraform it installs itself, pinned, into .tools/ and
# node_modules/. Whatever takes more than a line to say is a script in scripts/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

NEEDS    := @scripts/prerequisites.sh
IN       := scripts/env.sh
FUZZTIME ?= 30s
ARGS     ?=

# What the project installs for itself.
NODE    := node_modules/.strata
PYTHON  := .tools/venv/.strata
CHECKOV := .tools/checkov/.strata
LINTER  := .tools/bin/golangci-lint
RUFF    := .tools/venv/bin/ruff
SCRIPTS := '*.mjs' 'internal/**/*.js' 'bench/peer/*.js'
SHELLS  := scripts/*.sh .ci/run

# $(call needs,ENV,dev): ends with an example when ENV is not given.
needs = $(if $($1),,$(error make $@ needs $1, for example: make $@ $1=$2))

##@ Render and check

.PHONY: synth
synth: ## Render every environment's stacks into cdktf.out
	$(NEEDS) go node
	@mkdir -p .tools/bin
	go build -buildvcs=false -o .tools/bin/strata .
	.tools/bin/strata

.PHONY: test
test: $(LINTER) $(PYTHON) $(CHECKOV) $(NODE) ## Check everything: lint, unit, validate, scan, e2e
	$(NEEDS) go node python3 terraform
	@scripts/test.sh

.PHONY: unit
unit: ## Unit and contract tests, and whether cdktf.out, schema and docs are fresh
	$(NEEDS) go node
	$(IN) go test ./...

.PHONY: e2e
e2e: $(PYTHON) $(NODE) ## Apply an environment to an emulated AWS, end to end
	$(NEEDS) go node python3 terraform
	$(IN) go test -tags e2e -count=1 -parallel 4 -timeout 30m ./e2e/...

.PHONY: validate
validate: ## terraform validate of every rendered stack
	$(NEEDS) terraform
	@$(IN) scripts/validate.sh

.PHONY: scan
scan: $(CHECKOV) ## Hold the rendered stacks to checkov's security checks
	$(NEEDS) python3
	@.tools/checkov/bin/python -m unittest discover -s scan -t .
	@.tools/checkov/bin/python -m scan

.PHONY: fuzz
fuzz: ## Feed the environment loader with random files for FUZZTIME (30s)
	$(NEEDS) go
	go test -run '^$$' -fuzz Fuzz -fuzztime $(FUZZTIME) ./environments

.PHONY: bench
bench: $(NODE) ## Compare the speed of rendering and write docs/performance.md: ARGS="-rounds 7"
	$(NEEDS) go node
	go run -C bench . -root .. $(ARGS)

##@ Write

.PHONY: lint
lint: $(LINTER) $(PYTHON) $(NODE) ## Lint Go, JavaScript, Python and shell
	$(LINTER) run ./...
	cd bench && ../$(LINTER) run ./...
	node_modules/.bin/eslint .
	node_modules/.bin/prettier --check --log-level warn $(SCRIPTS)
	$(RUFF) check
	$(RUFF) format --check
	.tools/venv/bin/shellcheck $(SHELLS)

.PHONY: fmt
fmt: $(LINTER) $(PYTHON) $(NODE) ## Format Go, JavaScript and Python
	$(LINTER) fmt ./... bench
	node_modules/.bin/prettier --write --log-level warn $(SCRIPTS)
	$(RUFF) check --fix
	$(RUFF) format

.PHONY: actions
actions: ## Write the table of AWS's actions that policies are checked against
	$(NEEDS) python3
	@python3 -m venv --clear .tools/actions
	@.tools/actions/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tools/actions.txt
	.tools/actions/bin/python scripts/actions.py

.PHONY: schema
schema: ## Write the environments' JSON Schema from the Go types
	$(NEEDS) go
	go run ./environments/schema

.PHONY: docs
docs: ## Write docs/reachability.md, its pictures and docs/access.md from cdktf.out
	$(NEEDS) go
	go run ./cmd/docs

##@ Deploy

.PHONY: bootstrap
bootstrap: ## Make an environment's state bucket and lock table: ENV=dev
	$(call needs,ENV,dev)$(NEEDS) go node terraform
	$(IN) go run ./cmd/bootstrap -environment $(ENV) $(ARGS)

.PHONY: teardown
teardown: ## Take them away again: ENV=dev ARGS="-confirm dev"
	$(call needs,ENV,dev)$(NEEDS) go node terraform
	$(IN) go run ./cmd/bootstrap -teardown -environment $(ENV) $(ARGS)

.PHONY: plan
plan: ## Plan a stack from its committed rendering: STACK=dev-networking
	$(call needs,STACK,dev-networking)$(NEEDS) terraform
	@$(IN) scripts/plan.sh $(STACK) $(ARGS)

.PHONY: diff
diff: $(NODE) ## Render, then show what would change: STACK=dev-networking
	$(call needs,STACK,dev-networking)$(NEEDS) go node terraform
	$(IN) cdktf diff $(STACK) $(ARGS)

.PHONY: deploy
deploy: $(NODE) ## Render, then apply after asking: STACK=dev-networking, or STACK='dev-*'
	$(call needs,STACK,dev-networking)$(NEEDS) go node terraform
	$(IN) scripts/deploy.sh '$(STACK)' $(ARGS)

##@ The checkout

.PHONY: tools
tools: $(LINTER) $(PYTHON) $(CHECKOV) $(NODE) ## Install now what the other verbs would install when needed

.PHONY: clean
clean: ## Remove what the project installed or built for itself
	rm -rf .tools node_modules .ruff_cache
	find cdktf.out -name '.terraform*' -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: help
help: ## List the verbs
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

# Each install is a file newer than what pins it, written last: a changed pin
# installs again, a cut-off install is run again, and nothing else costs anything.

$(NODE): package.json package-lock.json
	$(NEEDS) node
	npm ci --loglevel=error
	@touch $@

$(PYTHON): tools/requirements.txt
$(CHECKOV): tools/checkov.txt
$(PYTHON) $(CHECKOV):
	$(NEEDS) python3
	@rm -f $@
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(LINTER): tools/go.mod tools/go.sum
	$(NEEDS) go
	go build -C tools -buildvcs=false -o ../$@.new github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@mv $@.new $@ && touch $@
