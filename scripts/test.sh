#!/usr/bin/env bash
# Every check, the cheap ones first, so that a slip is told within a minute. Ends with the summary of the last runner.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

step() {
    printf '\n== %s\n' "$*"
}

need_cargo
need_node
need_chromium
need_postgres
need_readers_tools

step "Rust: format"
cargo fmt --all --check

step "Web: packages, lints, types"
web_packages
(cd web && npm run check)
# The client is the one that the API's document describes; that the document is current is a test in Rust.
(cd web && npm run --silent generate -- --check)

step "Web: tests and build, then the app alone in a browser"
(cd web && npm test && npm run e2e:mock)

# The release binary takes minutes, of which the lints and the tests leave some: it is built beside them.
release_log=$(mktemp)
nice cargo build --release --locked -p recado >"$release_log" 2>&1 &
release=$!
leave() {
    kill "$release" 2>/dev/null || true
    rm -f "$release_log"
}
trap leave EXIT

step "Rust: lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "Rust: tests"
cargo test --workspace --locked --doc
cargo test --workspace --locked --lib --bins --tests

step "Release binary"
wait "$release" || { cat "$release_log" >&2; exit 1; }
tail -n 1 "$release_log"

step "The examples of docs/api.md against the release binary"
node scripts/snippets.mjs

step "A browser against the release binary"
scripts/e2e.sh
