.PHONY: setup build check test test-full demo bench clean
export npm_config_update_notifier = false
NAME ?= all

# Packages as locked, then the build; does nothing when nothing has changed. Not `npm ci`: it demands the tools' binaries for
# every other platform too, which not every registry has.
setup: node_modules/.package-lock.json
	@npm run --silent build

node_modules/.package-lock.json: package.json package-lock.json
	npm install --no-save --prefer-offline --no-progress
	@touch $@

build: setup

check: setup
	npm run --silent check

# Everything CI runs. SEED=... repeats a sample.
test:
	@bash test/run/test.sh

# Every cell of one family, resumable: FAMILY=integration, fault, ...
test-full: setup
	@node dist/test/run/test-full.js $(FAMILY)

# KEEP=1 leaves everything running until Ctrl-C.
demo: setup
	@node dist/test/demo/main.js $(if $(KEEP),--keep)

# One figure by NAME=..., or all of them.
bench: setup
	@node dist/test/bench/main.js $(NAME)

clean:
	rm -rf dist node_modules .causeway connectors/debezium/transform/target
