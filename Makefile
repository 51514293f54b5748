# make demo   install, start the service, send it an article, print who said what
# make test   install with the development tools, then every check
# Other targets: lint proto train bench clean. PYTHON names the interpreter that makes the
# virtual environment VENV (.venv); `make test VENV=$VIRTUAL_ENV` uses the active one.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= data
RECIPE ?= small
MODEL ?= runs/inquit-$(RECIPE)-en
ENCODER_small := sentence-transformers/all-MiniLM-L6-v2
ENCODER_base := sentence-transformers/all-mpnet-base-v2
ENCODER ?= $(ENCODER_$(RECIPE))
IMAGE ?= inquit
TORCH_WHEELS ?= https://download.pytorch.org/whl/cpu/torch/
NOTICE := installing into $(VENV); the first time takes a few minutes
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

SOURCES := $(shell find service/inquit models -type f -not -path '*/__pycache__/*' 2>/dev/null)

.PHONY: demo test check lint format types proto proto-check unit blackbox image image-check image-test train bench wheel lock sbom audit clean

demo: $(VENV)/.server
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev
	$(MAKE) --no-print-directory check

check: lint types proto-check unit blackbox image-check

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy

# Writes service/inquit/_gen, which is committed, as users need no compiler, and docs/api.md.
proto: $(VENV)/.dev
	$(BIN)/python scripts/generate_proto.py
	$(BIN)/python scripts/generate_api.py

proto-check: $(VENV)/.dev
	$(BIN)/buf lint
	$(BIN)/python scripts/generate_proto.py --check
	$(BIN)/python scripts/generate_api.py --check

unit: $(VENV)/.dev
	$(BIN)/pytest -m "not blackbox and not image"

blackbox: $(VENV)/.dev
	$(BIN)/pytest -m blackbox

# Builds the image with docker, else with podman, which it installs where it may; says so where neither can be had.
image-check: $(VENV)/.dev
	$(BIN)/pytest -m image -s

image-test: $(VENV)/.dev
	INQUIT_IMAGE_TEST=required $(BIN)/pytest -m image -s

# Needs docker. The wheel of torch is fetched by pip as this machine has it set up, and checked by its hash.
image: $(VENV)/.dev
	$(BIN)/python -m pip download --quiet --no-deps --require-hashes --find-links $(TORCH_WHEELS) \
		--dest deploy/image/wheels -r deploy/image/requirements-torch-cpu.txt
	docker build --tag $(IMAGE) --build-arg REVISION=$$(git rev-parse HEAD) .

# DATA is a folder of *_train.jsonl and *_dev.jsonl files, ENCODER a name on the Hugging Face hub or
# a folder, RECIPE small, base or a file, TEACHER the folder of a finished model or nothing; an
# interrupted run goes on where it was.
train: $(VENV)/.dev
	$(BIN)/inquit train --recipe $(RECIPE) --data $(DATA) --out $(MODEL) --encoder $(ENCODER) \
		$(if $(TEACHER),--teacher $(TEACHER)) \
		--annotations annotations --channels benchmarks/channels/polnear_dev.jsonl --resume

bench: $(VENV)/.server
	$(BIN)/python benchmarks/extract.py --json runs/bench.json

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --outdir dist

# Locks what the image installs, with hashes: deploy/image/requirements*.txt; see docs/supply.md.
lock: $(VENV)/.dev
	$(BIN)/python scripts/lock.py

# What an installation from the lock is made of, or with IMAGE_ROOT what the image in that folder is.
sbom: $(VENV)/.dev
ifdef IMAGE_ROOT
	$(BIN)/python scripts/sbom.py --root $(IMAGE_ROOT) --out dist/inquit-image.cdx.json
else
	rm -rf build/locked
	$(BIN)/python -m venv --without-pip build/locked
	$(BIN)/python -m pip --python build/locked/bin/python install --quiet --disable-pip-version-check \
		--no-deps --require-hashes --find-links $(TORCH_WHEELS) \
		-r deploy/image/requirements.txt -r deploy/image/requirements-torch-cpu.txt
	$(BIN)/python scripts/sbom.py --environment build/locked --out dist/inquit.cdx.json
endif

# Fails as well where the advisories cannot be asked for, which is no sign of anything.
audit: $(VENV)/.dev
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes \
		-r deploy/image/requirements.txt -r deploy/image/requirements-torch-cpu.txt || { \
		echo "make audit: above are either advisories, or the reason why none could be asked for (a connection that" \
			"failed, a package 'not found on PyPI'): then nothing is known of any package" >&2; exit 1; }

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
