# `make` or `make help` prints what there is. PYTHON, DEMO_ARGS and TEST_ARGS may be given on the command line.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_ARGS ?=
TEST_ARGS ?= -n 2

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench clean

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## The synthetic city through the real doors, then the person's page (DEMO_ARGS=--no-serve: without)
	$(BIN)/openxin demo $(DEMO_ARGS)

test: $(READY) ## All tests (TEST_ARGS="tests/people -x": some of them)
	$(BIN)/python -m pytest $(TEST_ARGS)

check: $(READY) ## Everything that is not a test: lint, format, types, storeys and locks, templates, the catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src/openxin --lint --quiet
	$(BIN)/openxin catalogue check

format: $(READY) ## Bring the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Speed, as ratios within one run (some minutes)
	$(BIN)/openxin bench ingest

clean: ## Remove what was built; the data in var/ stay
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Everything that was installed is named, with its hash, in requirements.lock. The stamp is renewed only when what it rests on
# changed, so that a second run begins at once.
$(READY): requirements.lock pyproject.toml scripts/system-packages.sh
	scripts/system-packages.sh
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
