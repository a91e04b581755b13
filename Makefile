# Beffroi: everything a developer or a newcomer types.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked
CODE := main.py contract backend video media city backend_client exported_maps widgets console tools bench tests
ARGS ?=
# Most of the tests' time is waiting on sockets and processes: two at once halve it, more would starve each other on two cores.
WORKERS ?= 2
# A test that fails is run once more, and the end says which: each of them is a defect of the test or of what it tests.
RERUNS ?= 1

.PHONY: help setup run outage test check proofs mutants fix bench screenshots docs lock clean system peers

help: ## what there is to type
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Beffroi needs Python 3.11 to 3.13: set PYTHON=/path/to/python3"; exit 1; }
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing: apt-get install python3-venv, then try again"; exit 1; }
	@echo "Downloading the locked Python packages into $(VENV) (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

system: ## install the system libraries that Qt needs (Debian, apt)
	@tools/system_packages.sh

setup: system $(STAMP) ## what the other words need: system libraries and the locked packages

run: setup ## the demo city, its backend and the console (screenshots where there is no display)
	@$(BIN)/python main.py --demo $(ARGS)

outage: $(STAMP) ## while `make run` goes on: a cabinet of the demo loses its supply (ARGS=--over gives it back)
	@$(BIN)/python -m tools.outage $(ARGS)

test: setup ## every test that needs nothing but this machine
	@tools/system_packages.sh tests
	@$(BIN)/python -m pytest -q -m "not proof" -n $(WORKERS) --reruns $(RERUNS) -rR $(ARGS)

check: $(STAMP) ## formatting, lint, types, import contracts, dead code
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/vulture
	@$(BIN)/python -m tools.file_ceiling

fix: $(STAMP) ## format, and mend what the linter can
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

build/ipycam/bin/ipycam: # an ONVIF camera by others; it wants another OpenCV, so it has an environment of its own
	$(PYTHON) -m venv build/ipycam
	build/ipycam/bin/python -m pip install --quiet --disable-pip-version-check ipycam==1.3

build/chirpstack/bin/python: # ChirpStack's own message definitions; protobuf and gRPC are nothing that we need ourselves
	$(PYTHON) -m venv build/chirpstack
	build/chirpstack/bin/python -m pip install --quiet --disable-pip-version-check chirpstack-api==4.20.0

build/mesh2traccar/bin/mesh2traccar: # a foreign sender of OsmAnd reports; it still asks for what setuptools 81 left out
	$(PYTHON) -m venv build/mesh2traccar
	build/mesh2traccar/bin/python -m pip install --quiet --disable-pip-version-check mesh2traccar==0.1.2 "setuptools<81"

peers: build/ipycam/bin/ipycam build/chirpstack/bin/python build/mesh2traccar/bin/mesh2traccar
	@tools/system_packages.sh peers

proofs: setup peers ## against data and peers made by others; fails where they are missing
	@BEFFROI_PROOFS=1 $(BIN)/python -m pytest -q -m proof $(ARGS)

mutants: setup ## faults planted in the alarm core, and how many its tests notice
	@$(BIN)/python -m tools.mutants $(ARGS)

bench: setup ## figures beside their floor and beside others, written to build/bench
	@tools/system_packages.sh bench
	@$(BIN)/python -m bench $(ARGS)

screenshots: setup ## every panel and workspace to build/screenshots
	@$(BIN)/python -m tools.screenshots $(ARGS)

docs: $(STAMP) ## the guides as pages in build/docs; fails where a link is dead
	@$(BIN)/python -m tools.docs $(ARGS)

lock: ## renew requirements.lock from pyproject.toml (no registry's address goes into it)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --all-extras pyproject.toml -o requirements.lock --quiet

clean: ## forget what was built (not the environment)
	rm -rf build .mypy_cache .ruff_cache .hypothesis
