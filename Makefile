# Two commands: `make serve` runs the service on http://127.0.0.1:8000, `make test` runs every check.
# The versions that are installed are those of constraints.txt; delete .venv to begin anew.

PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
TORCH := $(shell grep '^torch==' constraints.txt)

define REFUSE_CUDA
$(VENV)/bin/python -c 'import json, sys; \
names = [one["metadata"]["name"] for one in json.load(sys.stdin)["install"]]; \
sys.exit("The torch that pip finds here is the CUDA build. Point pip at a CPU wheel (README, Installing), " \
"or say CUDA=1." if any(name.startswith("nvidia-") for name in names) else 0)'
endef

.PHONY: serve test lint docs clean

serve: $(VENV)/.installed
	@exec $(VENV)/bin/standfirst serve

test: $(VENV)/.installed-dev lint
	$(VENV)/bin/pytest

lint: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

docs: $(VENV)/.torch
	$(PIP) install --quiet --constraint constraints.txt --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

clean:
	rm -rf $(VENV)

# torch comes first and by itself, so that no range brings another build of it. The build for CUDA brings gigabytes of
# packages: it is never taken by accident, but by `make CUDA=1`.
$(VENV)/.torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	@$(if $(CUDA),,$(PIP) install --quiet --dry-run --report - $(TORCH) | $(REFUSE_CUDA))
	$(PIP) install --quiet $(TORCH)
	touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml
	$(PIP) install --quiet --constraint constraints.txt --editable '.[openvino]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
