# What can be done with Recado, one word each. Anything longer than a few lines is a script under scripts/.

.DEFAULT_GOAL := help
.PHONY: help run dev build test fuzz-api bench generate fmt

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Try Recado: the inbox, a simulated WhatsApp and a demo account, on this machine
	@scripts/run.sh

dev: ## Work on Recado: rebuilds and reloads as files change
	@scripts/dev.sh

build: ## The release binary with the web app in it, at target/release/recado
	@scripts/build.sh

test: ## Every check there is: formatting, lints, tests, and a browser against the release binary
	@scripts/test.sh

fuzz-api: ## Schemathesis against the API: two callers, a second account that must stay unseen (needs pypi.org once)
	@scripts/fuzz-api.sh

bench: ## Measure it; prints a table and writes target/bench.json
	@scripts/bench.sh

generate: ## Write again what is made from code and committed: configuration page, API document, web client
	@scripts/generate.sh

fmt: ## Format everything
	cargo fmt --all
	cd web && npm run fix
