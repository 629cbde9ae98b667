# Outcome Tracker. `make run` and `make test` do all their own set-up.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
VENDOR := static/vendor/plotly-basic.min.js

.PHONY: help run setup setup-test test check bench clean

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## ?/: /'

run: setup       ## set up if needed, migrate, load the demo clinic once, serve on http://localhost:8000 (PORT=…)
	@PORT=$(PORT) $(BIN)/flask --app wsgi serve

setup: .venv/ready $(VENDOR)  ## .venv from requirements.txt and the front-end files; fast when nothing changed

setup-test: setup .venv/ready-test

test: setup-test check  ## set up if needed, run everything the project promises
	@$(BIN)/python -m tests.parts
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup-test  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: setup-test  ## the benchmarks of docs/performance.md, each as a ratio to a floor of the same run
	@$(BIN)/python -m bench.science

clean:           ## remove what set-up made; the data folder stays
	rm -rf .venv static/vendor node_modules

.venv/ready: requirements.txt
	@sh .ci/needs $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-test: tests/requirements.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(VENDOR): package-lock.json .venv/ready
	@sh .ci/vendor $(BIN)
	@touch $@
