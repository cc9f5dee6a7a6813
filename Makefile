# The two commands: `make run` and `make test`. Both set up what they need.
PYTHON ?= $(firstword $(shell command -v python3 || command -v python || command -v python3.11))
BIN := .venv/bin
GPU ?=
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint types imports unit system kill-test isolation-test gpu-test assistant-test bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up, load the demo cities, start everything and print the addresses
	@$(BIN)/townclerk up --demo

test: setup-dev ## Set up and run every check and test that CI runs
	@$(BIN)/python scripts/checks.py

setup: python-there ## Make both Python environments (only what changed)
	@$(PYTHON) scripts/setup.py $(if $(GPU),--gpu)

setup-dev: python-there
	@$(PYTHON) scripts/setup.py --dev $(if $(GPU),--gpu)

python-there:
	@test -n "$(PYTHON)" || { echo "No Python was found. Install Python 3.11 and 3.10, then run the same command again."; exit 1; }

lint: ## ruff: rules and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: ## mypy, strict on our packages
	@$(BIN)/mypy

unit: ## Quick tests: no browser, no processes
	@$(BIN)/pytest -q -n 2 -m "not system and not browser and not postgres"

system: ## Tests that start the real processes or open the large encoder
	@$(BIN)/pytest -q -m system

kill-test: ## kill -9 while the index is published, 200 times
	@$(BIN)/pytest -q -s --timeout 3600 --kills 200 tests/index/indexing/test_kills.py

isolation-test: ## 10,000 random questions and cities on every kind of index and over HTTP
	@$(BIN)/pytest -q -s --timeout 3600 --pairs 10000 tests/index/search/test_isolation.py tests/index/api/test_isolation.py

bench: setup ## Time search beside the usual recipe on one core (ARGS="--passages 20000")
	@OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false $(BIN)/python -m scripts.bench $(ARGS)

gpu-test: setup-dev ## Tests that need a CUDA GPU; set up with GPU=1
	@$(BIN)/pytest -q -rs -m gpu tests/index/vectors/test_gpu_index.py

clean: ## Remove environments and caches; keeps var/
	@rm -rf .venv bot/assistant/.venv .mypy_cache .ruff_cache .pytest_cache build *.egg-info
