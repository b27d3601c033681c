# Counter needs Python 3.11 or newer and make. Everything else is put into .venv by the first
# `make run` or `make test`, and again whenever .venv no longer fits what stands here.

.SUFFIXES:
.NOTPARALLEL:
.PHONY: help run test check format catalogues bench clean rebuild

PIP = .venv/bin/python -m pip --quiet --disable-pip-version-check

# The first Python that is new enough; `make PYTHON=python3.13 test` names another.
CANDIDATES = $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
FOUND := $(shell for name in $(CANDIDATES); do "$$name" -c 'import sys; \
	assert sys.version_info >= (3, 11); print(sys._base_executable)' 2>/dev/null && break; done)

# What .venv was made of: that Python, its version, and this folder (a virtual environment cannot
# be moved). Where it differs from what .venv says, or .venv no longer runs, .venv is made anew.
MADE_OF := $(shell "$(FOUND)" -c 'import os, sys; \
	print(sys.base_prefix, sys.version.split()[0], os.getcwd())' 2>/dev/null)
MADE := $(shell .venv/bin/python -c 'import pip' 2>/dev/null && cat .venv/made-of)
ifneq "$(MADE_OF)" "$(MADE)"
REBUILD = rebuild
endif

help:
	@echo 'make run         open Counter'
	@echo 'make test        run every test (one of them: make test ARGS=tests/data/test_store.py)'
	@echo 'make check       style, types, layers and pinned versions'
	@echo 'make format      put every file into the form that make check wants'
	@echo 'make catalogues  collect the sentences of the code and compile the translations'
	@echo 'make bench       measure start, lists, decisions and bulk work'
	@echo 'make clean       remove .venv and everything that was built'

run: .venv/run-ready
	@.venv/bin/counter $(ARGS)

# A test of a screen waits a part of its time: one process more than there are processors fills it.
test: .venv/test-ready
	@.venv/bin/python -m pytest -q -n $(shell "$(FOUND)" -c 'import os; \
		print(min((os.cpu_count() or 1) + 1, 8))') $(ARGS)

check: .venv/test-ready
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo --no-cache
	@.venv/bin/python .ci/pins.py

format: .venv/test-ready
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .

catalogues: .venv/test-ready
	@.venv/bin/python .ci/catalogues.py

bench: .venv/bench-ready
	@.venv/bin/python -m tests.bench $(ARGS)

clean:
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find counter screens models data tests .ci -name __pycache__ -type d -prune -exec rm -rf {} +

# --- .venv ----------------------------------------------------------------------------------

rebuild:

.venv/made-of: pyproject.toml constraints.txt $(REBUILD)
	@test -n "$(FOUND)" || { \
	  echo 'Counter needs Python 3.11 or newer. None was found under these names: $(CANDIDATES)' >&2; \
	  echo 'Install one from your system'\''s packages or python.org, or name it:' >&2; \
	  echo 'make run PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(FOUND)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Counter needs the venv module of $(FOUND), which your system packs on its own.' >&2; \
	  echo 'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'Making .venv (once, and again when pyproject.toml or constraints.txt change) ...'
	@rm -rf .venv
	@"$(FOUND)" -m venv .venv
	@$(PIP) install --constraint constraints.txt hatchling editables
	@echo '$(MADE_OF)' >.venv/made-of

.venv/run-ready: .venv/made-of
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable .
	@touch $@

.venv/test-ready: .venv/made-of
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch .venv/run-ready $@

.venv/bench-ready: .venv/test-ready
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev,bench]'
	@touch $@
