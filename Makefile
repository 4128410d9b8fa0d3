# Every target makes its own environment from nothing. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help refresh test dev sources probe review explain undo acknowledge releases rollback score-diff train-identity erase data-map bench bench-faults bench-gate bench-identity bench-scores figures lint lint-types lint-sql

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# The stamp is newer than the lock only after a whole install.
.venv/.installed: requirements.lock pyproject.toml
	@echo "setting up .venv (Python packages by hash, about a minute) ..."
	@$(PYTHON) -m venv .venv
	@# Python compiles what is imported, when it is: a third of it all
	@$(BIN)/pip install -qq --no-compile --require-hashes -r requirements.lock
	@$(BIN)/pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

refresh: .venv/.installed ## extract, build, audit, publish: INBOX= DATA= AS_OF= FULL=1 CLOCK= WINDOW= SOURCES=
	@$(BIN)/python -m pipelines.refresh \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(AS_OF),--as-of "$(AS_OF)") $(if $(FULL),--full) \
		$(if $(CLOCK),--clock "$(CLOCK)") $(if $(WINDOW),--window "$(WINDOW)") \
		$(if $(SOURCES),--sources "$(SOURCES)")

test: .venv/.installed ## lint, types and all tests, offline
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest

dev: .venv/.installed ## the Dagster page on http://127.0.0.1:3000 (schedule and sensors too)
	@$(BIN)/python -m pipelines.dev

sources: .venv/.installed ## every source: configured or what is missing, last load, rows: DATA= INBOX=
	@$(BIN)/python -m pipelines.status $(if $(DATA),--data "$(DATA)") $(if $(INBOX),--inbox "$(INBOX)")

probe: .venv/.installed ## one cheap request: are the credentials of SOURCE= right, what can be read
	@$(BIN)/python -m pipelines.probe "$(SOURCE)" $(if $(INBOX),--inbox "$(INBOX)")

review: .venv/.installed ## pairs that wait for a person, answers to decisions.csv: WHO= DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.identity.review \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(WHO),--who "$(WHO)") $(if $(CLOCK),--clock "$(CLOCK)")

explain: .venv/.installed ## why A= and B= are one person or two; A= alone: its history. DATA= INBOX=
	@$(BIN)/python -m pipelines.identity.explain "$(A)" "$(B)" \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)")

undo: .venv/.installed ## take DECISION=d_... back: REASON= YES=1 WHO= DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.identity.undo "$(DECISION)" \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(WHO),--who "$(WHO)") $(if $(CLOCK),--clock "$(CLOCK)") \
		$(if $(REASON),--reason "$(REASON)") $(if $(YES),--yes)

acknowledge: .venv/.installed ## let a blocked change that is real through, once: CHECK= REASON= WHO= DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.gate.acknowledge \
		$(if $(CHECK),"$(CHECK)") $(if $(REASON),--reason "$(REASON)") \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(WHO),--who "$(WHO)") $(if $(CLOCK),--clock "$(CLOCK)")

releases: .venv/.installed ## the kept releases, and which one readers have: DATA= INBOX=
	@$(BIN)/python -m pipelines.gate.releases \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)")

rollback: .venv/.installed ## readers get an earlier release back: RELEASE= REASON= WHO= DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.gate.rollback "$(RELEASE)" \
		$(if $(REASON),--reason "$(REASON)") \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(WHO),--who "$(WHO)") $(if $(CLOCK),--clock "$(CLOCK)")

score-diff: .venv/.installed ## who moves when the score formula changes: FROM=v1 TO=v2 SEEDS= TOP= DATA= INBOX=
	@$(BIN)/python -m pipelines.scores.diff "$(FROM)" "$(TO)" \
		$(if $(SEEDS),--seeds "$(SEEDS)") $(if $(TOP),--top "$(TOP)") \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)")

train-identity: .venv/.installed ## what each agreement is worth here, to <data>/identity/model.json: DRY=1 DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.identity.train \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(CLOCK),--clock "$(CLOCK)") $(if $(DRY),--dry-run)

erase: .venv/.installed ## takes MEMBER=m_... out of everything kept: REASON= WHO= DRY=1 DATA= INBOX= CLOCK=
	@$(BIN)/python -m pipelines.privacy.erase "$(MEMBER)" \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(WHO),--who "$(WHO)") $(if $(CLOCK),--clock "$(CLOCK)") \
		$(if $(REASON),--reason "$(REASON)") $(if $(DRY),--dry)

data-map: .venv/.installed ## which personal data is kept, from where, why, how long: docs/data-map.md
	@$(BIN)/python -m pipelines.privacy.data_map

bench: .venv/.installed ## speed and memory, written to docs/benchmarks.md
	@$(BIN)/python -m tests.bench

bench-faults: .venv/.installed ## every fault of every platform, 200 kills: written to docs/reliability.md
	@$(BIN)/python -m tests.bench.faults

bench-gate: .venv/.installed ## everything the gate is tried against, at four sizes: docs/reliability.md
	@$(BIN)/python -m tests.bench.gate $(if $(JOBS),--jobs "$(JOBS)")

bench-identity: .venv/.installed ## who is who: precision, recall, speed, beside others: docs/identity.md
	@$(BIN)/python -m tests.bench.identity

bench-scores: .venv/.installed ## scores: what must always hold, who becomes a star, who drifts away: docs/scoring.md
	@$(BIN)/python -m tests.bench.score_invariants
	@$(BIN)/python -m tests.bench.stars
	@$(BIN)/python -m tests.bench.drift

figures: .venv/.installed ## how members rise to star, points over time: HTML files. DATA= INBOX= OUT= MEMBER= SHAREABLE=1
	@$(BIN)/python -m pipelines.stars.figures \
		$(if $(INBOX),--inbox "$(INBOX)") $(if $(DATA),--data "$(DATA)") \
		$(if $(OUT),--out "$(OUT)") $(if $(MEMBER),--member "$(MEMBER)") \
		$(if $(SHAREABLE),--shareable)

lint: .venv/.installed ## ruff, mypy, sqlfluff, audit of the packages
	@$(BIN)/python -m pipelines.dependencies
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 lint-types lint-sql # one core each

lint-types: .venv/.installed
	@$(BIN)/mypy

lint-sql: .venv/.installed
	@$(BIN)/sqlfluff lint dbt_project -q
