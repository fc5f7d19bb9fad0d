# `make serve` runs the service on http://127.0.0.1:8000. `make test` runs every check, `make fast` the quick tests.
# constraints.txt pins all installed versions. Delete .venv to start afresh.

PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
TORCH := $(shell grep '^torch==' constraints.txt)
EXTRAS := cluster,evaluate,mcp,openvino,postgres,tracing

define REFUSE_CUDA
$(VENV)/bin/python -c 'import json, sys; \
names = [package["metadata"]["name"] for package in json.load(sys.stdin)["install"]]; \
sys.exit("The torch that pip finds here is the CUDA build. Point pip at a CPU wheel (docs/operating.md), " \
"or say CUDA=1." if any(name.startswith("nvidia-") for name in names) else 0)'
endef

.PHONY: serve test fast lint client docs release clean

serve: $(VENV)/.installed
	@exec $(VENV)/bin/standfirst serve

# A process a core, each with one thread. The tests of a file run in one process and share its models and servers.
test: $(VENV)/.installed-dev lint
	OMP_NUM_THREADS=1 $(VENV)/bin/pytest --numprocesses logical --maxprocesses 4 --dist loadfile

# The tests that run no model, no other process and no browser.
fast: $(VENV)/.installed-dev
	$(VENV)/bin/pytest -q -m "not model and not process and not browser"

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

# Write the blocking client anew after a change of the asynchronous one.
client: $(VENV)/.installed-dev
	$(VENV)/bin/python scripts/blocking_client.py

docs: $(VENV)/.torch $(VENV)/.pip
	$(PIP) install --quiet --constraint constraints.txt --editable . --group docs
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

# An sdist and a wheel in dist/, with metadata that an index accepts.
release: $(VENV)/.pip
	rm -rf dist
	$(PIP) install --quiet --group release
	$(VENV)/bin/python -m build --outdir dist
	$(VENV)/bin/twine check --strict dist/*

clean:
	rm -rf $(VENV)

# torch is installed first and alone, so that no version range replaces its build. The CUDA build brings gigabytes of
# packages, so it is installed only on request: `make CUDA=1`.
$(VENV)/.torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	@$(if $(CUDA),,$(PIP) install --quiet --dry-run --report - $(TORCH) | $(REFUSE_CUDA))
	$(PIP) install --quiet $(TORCH)
	touch $@

# Debian 12's pip is 23.0; dependency groups need 25.1.
$(VENV)/.pip: $(VENV)/.torch
	$(PIP) install --quiet 'pip>=25.1'
	touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml
	$(PIP) install --quiet --constraint constraints.txt --editable '.[openvino]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.pip pyproject.toml
	$(PIP) install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]' --group dev
	touch $@
