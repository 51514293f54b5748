# make demo   install, start the service, send it an article, print who said what
# make test   install with the development tools, then every check
# Other targets: lint proto train bench clean. PYTHON names the interpreter that makes the
# virtual environment VENV (.venv); `make test VENV=$VIRTUAL_ENV` uses the active one.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= data
MODEL ?= runs/inquit-small-en
ENCODER ?= sentence-transformers/all-MiniLM-L6-v2
NOTICE := installing into $(VENV); the first time takes a few minutes
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

SOURCES := $(shell find service/inquit models -type f -not -path '*/__pycache__/*' 2>/dev/null)

.PHONY: demo test check lint format types proto proto-check unit blackbox train bench wheel clean

demo: $(VENV)/.server
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev
	$(MAKE) --no-print-directory check

check: lint types proto-check unit blackbox

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy

# Writes service/inquit/_gen, which is committed: users need no compiler.
proto: $(VENV)/.dev
	$(BIN)/python scripts/generate_proto.py

proto-check: $(VENV)/.dev
	$(BIN)/buf lint
	$(BIN)/python scripts/generate_proto.py --check

unit: $(VENV)/.dev
	$(BIN)/pytest -m "not blackbox"

blackbox: $(VENV)/.dev
	$(BIN)/pytest -m blackbox

# DATA is a folder of *_train.jsonl and *_dev.jsonl files, ENCODER a name on the Hugging Face hub or
# a folder; an interrupted run goes on where it was.
train: $(VENV)/.dev
	$(BIN)/inquit train --data $(DATA) --out $(MODEL) --encoder $(ENCODER) \
		--annotations annotations --channels benchmarks/channels/polnear_dev.jsonl --resume

bench: $(VENV)/.server
	$(BIN)/python benchmarks/extract.py --json runs/bench.json

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --outdir dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "inquit needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A development install holds everything that the service needs, and follows the sources.
$(VENV)/.server: $(BIN)/python pyproject.toml constraints.txt hatch_build.py $(SOURCES)
	@test -e $(VENV)/.dev || { echo "$(NOTICE)"; $(PIP_INSTALL) '.[server]'; }
	touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt hatch_build.py
	@echo "$(NOTICE)"
	@$(PIP_INSTALL) -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
