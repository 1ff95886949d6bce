# Two commands do everything on a machine with Python 3.11, make and git: `make serve` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: serve test test-engines test-gateway check fuzz conformance bench elasticsearch schema released docs setup clean

serve: $(VENV)/.serve
	exec $(BIN)/idc-gateway serve --port $(PORT)

# Two at a time: half of what tests do is to wait for servers.
test: check
	$(MAKE) --no-print-directory -j2 test-engines test-gateway

ENGINES := tests/conformance tests/elasticsearch

test-engines: $(VENV)/.test
	$(BIN)/pytest $(ENGINES)

test-gateway: $(VENV)/.test
	$(BIN)/pytest $(ENGINES:%=--ignore=%)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Ten thousand random selections, half as many panels and crosstabs, and 20,000 requests that nobody would write.
# SEED=n tries others, and repeats a run.
fuzz: $(VENV)/.test
	FUZZ=10000 $(BIN)/pytest -q tests/conformance tests/gateway/test_fuzz.py

# Both engines over all of IDC, and a thousand moves of aliases.
conformance: $(VENV)/.test
	CONFORMANCE=all $(BIN)/pytest -q tests/conformance
	SWITCHES=1000 $(BIN)/pytest -q tests/elasticsearch/test_faults.py -k switches

# An Elasticsearch on this machine, in its smallest distribution, until it is stopped: DATA keeps what it holds.
ES_PORT ?= 9200
elasticsearch: $(VENV)/.test
	exec $(BIN)/python -m tests.elasticsearch.server --port $(ES_PORT) $(if $(DATA),--data $(DATA))

bench: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks

# What is derived from the attribute table and committed.
schema: $(VENV)/.serve
	$(BIN)/python -m schema.generate
	$(BIN)/idc-gateway schema --output schema.graphql

# What a release publishes: from then on, taking anything of it away fails the tests.
released: $(VENV)/.serve
	$(BIN)/idc-gateway schema --api --output tests/contract/released.graphql

# The pages of the attributes and the answers of all worked examples, from the real data; then a check of all links.
docs: $(VENV)/.serve
	$(BIN)/python -m docs.generate

setup: $(VENV)/.test

$(VENV)/.python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV) || { echo "no venv module: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	touch $@

$(VENV)/.serve: pyproject.toml constraints.txt | $(VENV)/.python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/.python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $(VENV)/.serve $@

clean:
	rm -rf $(VENV) tests/node/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
