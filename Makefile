# Two commands matter: `make run` and `make test`. Everything else is listed by `make`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8080
DATA ?= .data
KILLS ?= 200
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$name" && break; done)

##@ Use
run: $(VENV)/runtime ## start Một Cửa at http://127.0.0.1:8080 (PORT=, DATA= change where)
	exec env PORT=$(PORT) DATA=$(DATA) $(BIN)/motcua run

##@ Check
test: $(VENV)/tools machine lint ## everything: style, types, imports, and every test on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

lint: $(VENV)/tools ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(VENV)/tools machine ## kill the process KILLS=200 times on each database and print the tally
	MOTCUA_KILLS=$(KILLS) $(BIN)/python -m pytest tests/engine/test_kill_nine.py -s -q --timeout 7200

bench: $(VENV)/tools machine ## every benchmark, each printing its figures as JSON
	for file in $$(grep -l __main__ bench/*.py); do echo "== $$file"; $(BIN)/python "$$file" --json; done

bundles: ## build the browser bundles again and compare them byte for byte with those committed (needs Node)
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs --check

##@ House
clean: ## remove the environment and everything that was built, but no data
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './frontend/node_modules/*' -prune -exec rm -rf {} +

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} \
	/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------ what the targets stand on
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Installing again takes a while, so it happens only when what is to be installed has changed.
$(VENV)/runtime: setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) install -e .
	touch $@

$(VENV)/tools: setup.cfg pyproject.toml | $(BIN)/python
	$(PIP) install -e '.[dev]'
	touch $(VENV)/runtime $@

# PostgreSQL and Chromium come from Debian's packages where this user may install them; the tests say what is missing.
machine:
	@.ci/machine

.PHONY: run test lint soak bench bundles clean help machine
