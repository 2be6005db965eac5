# make demo — the product with its own sample on http://127.0.0.1:8000   (make demo ARGS=--no-serve: only the bulletin)
# make test — the test suite          make check — format, lint, types, contracts, tests
# Each makes .venv by itself; nothing but Python 3.11 or newer and make is needed.

# What the command or the suite is given besides, e.g. ARGS=--no-serve or ARGS='-k deadline'.
ARGS ?=
# How many processes the suite is spread over.
JOBS ?= auto

BIN := .venv/bin
PACKAGES := domain projections services gateways tests

.DEFAULT_GOAL := help
.PHONY: help demo test check format format-check lint types contracts constraints learn clean

help:
	@sed -n '1,3s/^# //p' Makefile

demo:
	@.ci/venv run
	@$(BIN)/hangfeng demo $(ARGS)

test:
	@.ci/venv test
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: format-check lint types contracts test

format:
	@.ci/venv test
	@$(BIN)/ruff format $(PACKAGES)
	@$(BIN)/ruff check --fix $(PACKAGES)

format-check:
	@.ci/venv test
	@$(BIN)/ruff format --check $(PACKAGES)

lint:
	@.ci/venv test
	@$(BIN)/ruff check $(PACKAGES)

types:
	@.ci/venv test
	@$(BIN)/mypy

contracts:
	@.ci/venv test
	@$(BIN)/lint-imports --no-logo

# Takes what stands in .venv now as the pins of tomorrow.
constraints:
	@.ci/venv test
	@{ head -n 1 constraints.txt; $(BIN)/python -m pip freeze --exclude-editable; } > .venv/constraints.txt
	@cp .venv/constraints.txt constraints.txt

# Teaches the anonymiser the passages developed on anew, after they or what it looks at have changed (about seven minutes).
learn:
	@.ci/venv test
	@$(BIN)/python -m services.redaction.learning

# Leaves every data directory alone, demo-data too: evidence is not rubbish.
clean:
	rm -rf .venv build dist hangfeng.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf .coverage htmlcov
	find $(PACKAGES) -name __pycache__ -type d -prune -exec rm -rf {} +
