# The two commands of a new user are `make serve` and `make test`; the rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := data
WORKERS ?= 2
WHOOSH3 := $(CURDIR)/build/whoosh3

.PHONY: serve test coverage nightly whoosh3 fuzz check lint types wheel bench relevance clean

serve: $(VENV)/.installed
	@$(BIN)/codefacet --data-dir $(DATA) build --if-needed
	@$(BIN)/codefacet --data-dir $(DATA) serve

test: check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations=15

# Which lines and branches the tests reach; takes half as long again.
coverage: $(VENV)/.tested
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-branch --cov-report=term:skip-covered

# Many times the generated inputs of the gate, and new ones each time.
nightly: $(VENV)/.tested
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests/whoosh_engine tests/contract

# The engine over the fork of Whoosh that is still maintained, as the way out if 2.7.4 no longer runs somewhere.
whoosh3: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target $(WHOOSH3) whoosh3==3.54.0
	PYTHONPATH=$(WHOOSH3) $(BIN)/python -m pytest -n $(WORKERS) tests/contract tests/whoosh_engine tests/serving

# Texts for the parser that no grammar makes. What it finds belongs into tests/fuzz/corpus.
fuzz: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz.fuzz_parser -max_total_time=$(FUZZ_SECONDS) -max_len=4096 tests/fuzz/corpus

check: lint types

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.startup

relevance: $(VENV)/.tested
	$(BIN)/python -m benchmarks.relevance

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("CodeFacet needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
