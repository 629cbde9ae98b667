# Outcome Tracker. `make run` and `make test` do all their own set-up.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
VENDOR := static/vendor/plotly-basic.min.js
BUNDLE := static/bundle/of.txt
# as in the tracker's own processes (tracker/__init__.py); tests load numpy before it
export OPENBLAS_NUM_THREADS ?= 1
STORED := tests/storage $(addprefix tests/services/test_, log.py leave.py take_back.py overview.py recompute.py writers.py)

.PHONY: help run setup setup-test test postgresql soak check words bench clean

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## ?/: /'

run: setup       ## set up if needed, migrate, load the demo clinic once, serve on http://localhost:8000 (PORT=…)
	@PORT=$(PORT) $(BIN)/flask --app wsgi serve

setup: .venv/ready $(VENDOR) $(BUNDLE)  ## .venv from requirements.txt and the front-end files; fast when nothing changed

setup-test: setup .venv/ready-test .venv/ready-vendor

test: setup-test check  ## set up if needed, run everything the project promises
	@$(BIN)/python -m tests.parts
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	@! $(BIN)/python -m tests.postgres || $(BIN)/python -m pytest -n 2 --dist loadgroup --postgresql $(STORED)

postgresql: setup-test  ## every test of the store, the services and the pages once more, in a PostgreSQL of their own
	$(BIN)/python -m pytest -n 2 --dist loadgroup --postgresql tests/storage tests/services tests/web

soak: setup-test  ## the long forms of what must never happen (docs/architecture.md); takes hours
	$(BIN)/python -m pytest --soak -n 2 --dist loadgroup tests/trust

check: setup-test  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

words: setup-test  ## gather every marked sentence into the catalogues; translations stay (docs/languages.md)
	@$(BIN)/python -m tests.tongue.words

bench: setup-test  ## the benchmarks of docs/performance.md, each as a ratio to a floor of the same run
	@$(BIN)/python -m bench.science
	@$(BIN)/python -m bench.log
	@$(BIN)/python -m bench.roster
	@$(BIN)/python -m bench.summary
	@$(BIN)/python -m bench.exports
	@$(BIN)/python -m bench.imports
	@$(BIN)/python -m bench.phone

clean:           ## remove what set-up made; the data folder stays
	rm -rf .venv static/bundle static/vendor node_modules

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

.venv/ready-vendor: $(VENDOR)
	@sh .ci/vendor $(BIN) all
	@touch $(VENDOR) $@

$(BUNDLE): $(VENDOR) .ci/bundle.mjs tracker/web/scripts.py $(wildcard static/js/*.js static/js/*/*.js)
	@$(BIN)/python -m tracker.web.scripts
