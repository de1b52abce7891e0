# `make run` opens Aegis, `make test` checks it. Each installs what it misses first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Cargo uses every core by itself; the order below is from the cheapest failure to the dearest.
.NOTPARALLEL:

# Outside the clone: a second clone, and CI, find everything built.
export AEGIS_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aegis
export CARGO_TARGET_DIR ?= $(AEGIS_CACHE)/target
# rustup's folder comes last: a new shell has it already, the one that installed Rust may not.
export PATH := $(AEGIS_CACHE)/tools/bin:$(PATH):$(HOME)/.cargo/bin

bin := $(CARGO_TARGET_DIR)/debug
# Without custom-protocol the window looks for a development server instead of its own files.
window := --features aegis-desktop/custom-protocol
# The benchmarks are there to be tested, too.
programs := -p aegis-desktop -p aegis-cli -p aegis-helper -p aegis-bench $(window)
# Cargo builds a dependency once for all packages of one call, with the features of all of them.
# These three groups share little: together they would make each other's dependencies new.
engine := --workspace --exclude aegis-ui --exclude aegis-tests --exclude xtask $(window)
# The UI has a target directory of its own, as in xtask: it never waits for the lock of the other.
ui := -p aegis-ui --target-dir '$(CARGO_TARGET_DIR)/ui'
wasm := --target wasm32-unknown-unknown

title = @printf '\n== %s\n' '$(1)'

.PHONY: help run test check fmt fmt-check deny clippy ui programs unit-tests app-tests promises bench

help:
	@echo 'make run       install what is missing, build, and open Aegis (without a display: serve it)'
	@echo 'make test      install what is missing, and run every check and test'
	@echo 'make check     the checks alone: formatting, lints, licences and sources of dependencies'
	@echo 'make fmt       format the code'
	@echo 'make promises  show what Aegis promises at full numbers (ONLY=P2 for one)'
	@echo 'make bench     measure how fast Aegis is, beside its peers (ONLY=S1 for one, QUICK=1 for a minute, PEERS=0)'
	@echo 'make ui        build the pages of the window into ui/dist'
	@echo 'make programs  build aegis-desktop, aegis and aegis-helper side by side'

run:
	@scripts/setup run
	@$(MAKE) programs
	@if [[ -n "$${DISPLAY-}$${WAYLAND_DISPLAY-}" ]]; then \
	  exec '$(bin)/aegis-desktop'; \
	else \
	  echo 'There is no display here, so Aegis serves without its window; in another terminal, type: $(bin)/aegis task create --executor shell -- cargo --version'; \
	  exec '$(bin)/aegis' serve; \
	fi

test:
	@scripts/setup test
	@$(MAKE) check unit-tests programs app-tests

promises:
	@scripts/setup test
	@cargo xtask promises $(ONLY)

# Optimised, and beside the programs that it starts.
bench:
	@scripts/setup run
	@$(if $(filter 0,$(PEERS)),,benches/peers/install)
	@cargo build --quiet --release -p aegis-bench -p aegis-cli -p aegis-helper
	@'$(CARGO_TARGET_DIR)/release/aegis-bench' figures $(if $(ONLY),--only '$(ONLY)') \
	  $(if $(QUICK),--size quick) $(if $(filter 0,$(PEERS)),--no-peers)

check: fmt-check deny clippy

fmt:
	cargo fmt --all

fmt-check:
	$(call title,formatting)
	cargo fmt --all --check

clippy: ui
	$(call title,lints)
	cargo clippy --quiet $(engine) --all-targets -- -D warnings
	cargo clippy --quiet -p xtask -p aegis-tests --all-targets -- -D warnings
	cargo clippy --quiet $(ui) $(wasm) -- -D warnings
	cargo clippy --quiet $(ui) --all-targets -- -D warnings

# Advisories need a database from the network: they are looked at when dependencies change.
deny:
	$(call title,licences and sources of dependencies)
	cargo deny --log-level error --workspace check bans licenses sources

ui:
	$(call title,the pages of the window)
	cargo xtask ui

programs: ui
	$(call title,the programs)
	cargo build $(programs)

unit-tests: ui
	$(call title,unit and crate tests)
	cargo nextest run $(engine)
	cargo nextest run -p xtask
	cargo nextest run $(ui)

app-tests: programs
	$(call title,whole-application tests)
	cargo nextest run -p aegis-tests
