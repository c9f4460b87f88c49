# Everything runs in .venv, which holds exactly what requirements.lock names.
# Needs make and Python 3.11 or newer; another interpreter: make test PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
PIP_TOOLS := pip-tools==7.6.2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help app test lint format bench verify docs lock clean distclean

help:
	@echo "make app      start the app (options: make app ARGS='--port 8600')"
	@echo "make test     run the tests; says what it leaves out (options: make test ARGS='-k engine')"
	@echo "make lint     style, format and types"
	@echo "make verify   the tests and the long checks"
	@echo "make bench    benchmarks, side by side"
	@echo "make format   put the code in the one format"
	@echo "make docs     run the commands of the pages again and show what they print now"
	@echo "make lock     choose and pin the dependencies anew"
	@echo "make clean    remove caches and build products (distclean: .venv too)"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Nocturne needs Python 3.11 or newer, and '$(PYTHON)' is not. Name another: make PYTHON=/path/to/python" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PY) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(PY) -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

app: $(READY)
	$(VENV)/bin/nocturne warm-up
	$(VENV)/bin/nocturne app $(ARGS)

test: $(READY)
	$(PY) -m pytest $(ARGS)

lint: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(READY)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

verify: $(READY)
	HYPOTHESIS_PROFILE=thorough $(PY) -m pytest -m "slow or not slow" $(ARGS)

bench: $(READY)
	$(PY) -m benchmarks $(ARGS)

docs: $(READY)
	$(PY) -m docs.refresh

# Settings of this machine's pip are set aside: a hash must be the one that the public index serves.
# Pins that are already in the lock stay; make lock ARGS=--upgrade renews them.
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --disable-pip-version-check --quiet $(PIP_TOOLS)
	env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	  CUSTOM_COMPILE_COMMAND="make lock" \
	  $(VENV)-lock/bin/pip-compile --quiet --generate-hashes --extra test --all-build-deps --strip-extras \
	  --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --output-file requirements.lock $(ARGS) pyproject.toml

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis benchmarks/results
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print | xargs rm -rf

distclean: clean
	rm -rf $(VENV) $(VENV)-lock
