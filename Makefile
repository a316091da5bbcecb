# Qupia's tasks. `make` alone lists them. Each sets up what it needs first and is quick the second time.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
STAMP := .venv/.stamp
PYTEST_ARGS ?=
DOC ?=
LANG_UI ?= ru
EVAL ?= ../shared/eval

SOURCES := server redaction policies clients/python protos tests
INPUTS := uv.lock pyproject.toml protos/pyproject.toml protos/hatch_build.py clients/python/pyproject.toml \
          $(wildcard protos/qupia/*/*.proto)

##@ Use

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@printf '\nDOC=file.pdf and LANG_UI=kk|ru|en go with make demo; PYTEST_ARGS="..." with make test.\n'

.PHONY: setup
setup: tesseract $(STAMP) ## Make .venv, install what is missing

.PHONY: demo
demo: setup ## Run the main job on the sample archive, or on DOC=file.pdf
	@$(BIN)/qupia demo --language $(LANG_UI) $(if $(DOC),--doc "$(DOC)")

.PHONY: serve
serve: setup ## Run the server with the development configuration
	@test -d "$${QUPIA_HOME:-.qupia}" || $(BIN)/qupia init --samples
	@exec $(BIN)/qupia serve

.PHONY: bench
bench: setup ## Run the benchmarks; prints JSON lines
	@$(BIN)/python tests/bench/run.py $(BENCH)

.PHONY: agreement
agreement: setup ## Compare the policy engine with an oracle and with plain casbin, 40,000 requests (AGREEMENT="--sizes 10 100")
	@$(BIN)/python -m tests.support.policy_agreement $(AGREEMENT)

.PHONY: eval
eval: setup ## Measure the finder on the development sets (EVAL=folder, SCANS=1: on scans too); writes redaction/DETECTION.md
	@cd redaction && ../$(BIN)/python -m training.evaluate "$(abspath $(EVAL))" --write $(if $(SCANS),--scans) $(if $(MODELS),--models "$(abspath $(MODELS))")

##@ Work on it

.PHONY: test
test: setup ## Run the tests
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/packaging $(PYTEST_ARGS)

.PHONY: mutants
mutants: setup ## Switch off each defence of the redactor and see a test turn red (MUTANTS="codes scans")
	@$(BIN)/python -m tests.support.mutants $(MUTANTS)

.PHONY: lint
lint: $(STAMP) ## Look for faults, and for code that is not in format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(STAMP) ## Check the types, strictly
	$(BIN)/mypy

.PHONY: layers
layers: $(STAMP) ## Check what imports what
	$(BIN)/lint-imports

.PHONY: protos
protos: $(STAMP) ## Check the contract: lint, and no breaking change
	$(BIN)/python protos/check.py lint breaking

.PHONY: protos-baseline
protos-baseline: $(STAMP) ## At a release: what the next one may not break
	$(BIN)/python protos/check.py baseline

.PHONY: packaging
packaging: $(STAMP) ## Build the distributions and look for strangers in the client
	$(BIN)/python -m pytest -n 0 tests/packaging $(PYTEST_ARGS)

.PHONY: fmt
fmt: $(STAMP) ## Bring the code into format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: all
all: lint types layers protos test packaging ## Everything that CI runs

.PHONY: clean
clean: ## Remove what was made: .venv, caches, demo output. Keeps .qupia, which holds keys
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build demo-out
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
	find protos/qupia \( -name '*_pb2*.py' -o -name '*_pb2*.pyi' \) -delete

.PHONY: tesseract
tesseract:
	@.ci/setup tesseract

$(STAMP): $(INPUTS)
	@.ci/setup venv
