# The commands of the project. Each installs what is missing first; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help setup build demo demo-reset story test explore lint schema bench deaf clean-run

LOCAL := target/debug/local
BUF := npx --yes @bufbuild/buf@1.75.0
# Counted from here: sign-in at BASE_PORT - 10, the first service at BASE_PORT + 1.
BASE_PORT ?= 8100
# `make test` draws the same cases every time, so that what it says is said again; another seed draws others.
SEED ?= 20250928
# How many cases `make explore` draws.
CASES ?= 20000

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup:
	@deploy/local/bootstrap.sh

build: setup
	@cargo build --workspace

demo: build ## start everything and stay up; Ctrl-C stops it and keeps the data
	@exec $(LOCAL) up --no-build --seed --base-port $(BASE_PORT)

demo-reset: build ## forget the demonstration's data
	@$(LOCAL) reset

story: build ## play the stories on a suite of their own
	@exec $(LOCAL) story

test: build ## every test, with a real PostgreSQL and a real Kafka
	@deploy/local/bootstrap.sh test
	@PROPTEST_RNG_SEED=$(SEED) cargo test --workspace

explore: setup ## draw many new cases for the conversation between owners and departments
	@PROPTEST_CASES=$(CASES) cargo test --release -p casework --test it properties

lint: ## formatting, lints, and whether the contracts only grew
	@deploy/local/bootstrap.sh lint
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets -- -D warnings
	@cd proto && $(BUF) lint
	@if [ -e proto/released.binpb ]; then cd proto && $(BUF) breaking --against released.binpb; fi

schema: setup ## write what is generated: topics, OpenAPI, settings, golden files of new versions of kept states
	@WUTONG_WRITE_SCHEMA=1 cargo test --workspace --quiet --lib --bins
	@WUTONG_WRITE_SCHEMA=1 cargo test --quiet -p market-registration -p construction-permit -p intake --test it kept
	@WUTONG_WRITE_SCHEMA=1 cargo test --quiet -p department --test it

bench: setup ## measure, in a release build; AGAINST=COMMIT measures that commit in turn, and the ratios
	@cargo build --workspace --release
	@target/release/local bench $(if $(AGAINST),--against $(AGAINST))

deaf: build ## let the broker stand still 20 times, then keep the machine busy: who hears again, and when (half an hour)
	@exec $(LOCAL) deaf

clean-run: ## forget every suite of this checkout that does not run
	@for run in .run/*/; do \
	    name=$$(basename "$$run"); \
	    if [ "$$name" != cache ] && [ -x $(LOCAL) ]; then $(LOCAL) --name "$$name" reset || true; fi; \
	done
