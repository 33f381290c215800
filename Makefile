# The commands of this project. `make` alone lists them.
# On a fresh machine only make and Python 3.11 or newer are needed: the rest is set up in .venv on first use.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Some machines forbid it; then each of the many processes of a test run would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

VENV ?= .venv
BIN := $(VENV)/bin
LOCK := requirements.lock

# The first Python on the PATH that is new enough; PYTHON=... overrides it.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$python; break; fi; done)

# Named after the lock's checksum: a changed lock is installed again, an unchanged one never.
STAMP := $(VENV)/.installed-$(shell cksum $(LOCK) 2>/dev/null | cut -d ' ' -f 1)

.PHONY: help install run test faults check format bench lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Set up .venv from the lock file (the others do it when needed)

$(STAMP): $(LOCK)
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c '$(NEW_ENOUGH)' || { \
		echo "Drumbeat needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || true)." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once per change of $(LOCK)) ..."
	@$(PYTHON) -m venv $(VENV) || { \
		echo "This Python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot migrations
	@rm -f $(VENV)/.installed-* && touch $@

run: $(STAMP) ## Start the bot, with a Slack workspace in the browser unless Slack is configured (ARGS="...")
	@$(BIN)/drumbeat run $(ARGS)

# One more than there are cores: what waits for a process, a page or a pause leaves room for it. With two more
# each gets less of the caches, and all took longer.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
test: $(STAMP) ## Run all tests (ARGS="-k name" narrows them down)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not benchmark and not faults" $(ARGS)

FORM ?= long
faults: $(STAMP) ## Kill processes, restart databases, lose replies; count what was lost (FORM=short)
	@$(BIN)/python -m pytest -q -s --show-capture=no -m faults -k $(FORM) -o faulthandler_timeout=1500 tests/faults $(ARGS)

check: $(STAMP) ## Lint, formatting, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(STAMP) ## Format the code and apply safe lint fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP) ## Print speeds against a floor of the same run, and what a week asks of each role
	@$(BIN)/python -m pytest -q -s -m benchmark tests/benchmarks tests/acceptance/test_simulated_week.py $(ARGS)

lock: $(STAMP) ## Resolve the dependencies of pyproject.toml anew, with hashes, for all platforms
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file $(LOCK) pyproject.toml

clean: ## Remove the environment and caches; data stays
	@rm -rf $(VENV) *.egg-info build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
