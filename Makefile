# Needs Python >= 3.11 with pip, git and make. All that it installs goes into .venv and .tools.

PYTHON ?= python3
SAMPLE ?= samples/flask-app/pipenv

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
APART := architecture laws commands acceptance

# A machine's own pip constraints are meant for other projects; where its packages come from stays as it is set.
export PIP_CONSTRAINT := /dev/null
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test setup tools lint types architecture unit laws commands acceptance format bench clean

help:
	@echo "make demo     set up, and convert a copy of $(SAMPLE) from Pipenv to Poetry"
	@echo "make test     set up, and run every check: lint, types, architecture, unit, laws, commands, acceptance"
	@echo "make format   let ruff format and mend what it can"
	@echo "make bench    run the benchmarks"
	@echo "make clean    remove .venv, .tools and .peers"

demo: .venv/.run
	@set -eu; folder=$$(mktemp -d)/$$(basename $$(dirname $(SAMPLE))); command=$$PWD/$(BIN)/pm-convert; \
	cp -R $(SAMPLE) "$$folder"; cd "$$folder"; \
	echo "In a copy of $(SAMPLE), $$folder:"; ls -A; \
	echo; echo "\$$ pm-convert pipenv poetry"; "$$command" pipenv poetry; \
	echo; echo "\$$ ls"; ls -A; \
	echo; echo "\$$ cat pyproject.toml"; cat pyproject.toml; \
	echo; echo "\$$ head -n 20 poetry.lock"; head -n 20 poetry.lock

test: setup lint types architecture unit laws commands acceptance

setup: .venv/.dev tools

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("pm-convert needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

.venv/.run: .venv/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.dev: .venv/.run pyproject.toml
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

tools:
	@$(PYTHON) tests/tools/install.py

lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.dev
	$(BIN)/mypy

architecture: .venv/.dev
	$(BIN)/lint-imports --no-logo --no-cache
	$(PYTEST) tests/architecture

unit: .venv/.dev
	$(PYTEST) -n 2 $(APART:%=--ignore=tests/%)

# A suite that is not there yet is passed over; one that is there and holds no test fails.
laws: .venv/.dev
	$(if $(wildcard tests/laws),$(PYTEST) -n 2 tests/laws)

commands: .venv/.dev
	$(if $(wildcard tests/commands),$(PYTEST) tests/commands)

acceptance: .venv/.dev tools
	$(PYTEST) -n 2 tests/acceptance

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup
	@set -eu; for script in $(filter-out benchmarks/__init__.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python "$$script"; done

clean:
	rm -rf .venv .tools .peers
