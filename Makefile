# Two targets do everything: `make run` and `make test`. Python 3.11 or newer is the only thing they need.
SHELL  := /bin/sh
VENV   ?= .venv
BIN    := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
            command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
            && { echo $$p; break; }; done)
# pip, not uv: it reads the pip.conf and PIP_* of a clinic's own mirror.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --constraint constraints.txt
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test bench soak lock clean

help:            ## show the targets
	@sed -n 's/^\([a-z]*\): *.*## /  make \1	/p' Makefile

run: $(VENV)/ready-run    ## install, assess the published CyberKnife case, sum a DICOM sample, open the web calculator
	@$(BIN)/rtcalc assess protocols/cases/gist-case-2.yaml
	@$(BIN)/rtcalc dvh sample_dicom/gist-pararenal --sum --structure Duodenum --structure SpinalCord --alpha-beta "3 Gy"
	@if [ -t 1 ]; then exec $(BIN)/rtcalc serve; \
	    else echo "Web calculator: run '$(BIN)/rtcalc serve' and open the address it prints."; fi

test: $(VENV)/ready-test  ## install everything, then lint, types and every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered $(ARGS)

bench: $(VENV)/ready-test ## measure speed, as ratios in one run
	@for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

soak: $(VENV)/ready-test  ## the web calculator at full counts; then a million changed DICOM files (stop it, it goes on)
	@failed=0; for script in bench_web load_web cold_start; do \
	    $(BIN)/python benchmarks/$$script.py --full || failed=1; done; \
	    $(BIN)/python -m tests.fuzz.soak $(ARGS) && exit $$failed

lock: $(VENV)/ready-test  ## pin every dependency again
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-header --no-annotate --upgrade \
	    --output-file constraints.txt pyproject.toml

clean:           ## remove what the other targets made
	@rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo >&2 "rtcalc needs Python 3.11 or newer, and none is on PATH." \
	    "Install it, or: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo >&2 "$(PYTHON) cannot make a virtual environment" \
	    "(on Debian: apt-get install python3-venv)."; exit 2; }

# An interrupted install leaves no stamp, so the next call installs again.
$(VENV)/ready-run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing rtcalc into $(VENV) (about a minute, once)"
	@$(INSTALL) --editable '.[app,fast]'
	@touch $@

$(VENV)/ready-test: pyproject.toml constraints.txt tests/browser/ensure_chromium.sh | $(BIN)/python
	@echo "Installing rtcalc with its tests into $(VENV) (about two minutes, once)"
	@$(INSTALL) --editable '.[dev,fast]'
	@sh tests/browser/ensure_chromium.sh $(BIN)/python > $(VENV)/chromium || { rm -f $(VENV)/chromium; exit 2; }
	@touch $@ $(VENV)/ready-run
