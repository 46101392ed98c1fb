# The one front door. Each verb is a line here; what it does is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench soak docs dev-setup clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up what is missing and start the platform on this machine (ARGS="--port 9000")
	@scripts/setup.sh run
	@.venv/bin/sealgate dev $(ARGS)

test: dev-setup ## Set up what is missing and run everything that must pass (SUITES="unit flows")
	@.venv/bin/python scripts/run_tests.py $(SUITES)

check: dev-setup ## Lint, formatting, types, import rules, freshness of the generated docs
	@scripts/check.sh

fix: dev-setup ## Repair what ruff can repair, and format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: dev-setup ## Measure the figures of docs/benchmarks.md, beside the peers
	@bench/run $(ARGS)

soak: dev-setup ## The long runs with the full numbers (20 kills, every property with thousands of examples)
	@SEALGATE_SOAK=1 .venv/bin/pytest -m "soak or hypothesis" $(ARGS)

docs: dev-setup ## Write the generated docs: errors, settings, openapi, conformance
	@.venv/bin/python -m scripts.docs

dev-setup: ## Install what `run` and `test` need; quick when nothing is missing
	@scripts/setup.sh

clean: ## Remove what set-up and the tools made; the data of `make run` stays
	@scripts/clean.sh
