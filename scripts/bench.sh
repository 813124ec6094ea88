#!/usr/bin/env bash
# The figures of docs/performance.md, measured on this machine with release builds. Arguments go to the load generator.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
need_postgres
# Without it the browser's figures are left out.
find_chromium || true
web_packages
(cd web && npm run build)
# One after the other: built together, the binary under test would carry what only the load generator asks for.
cargo build --release --locked -p recado
cargo build --release --locked -p recado-bench
# The private PostgreSQL lives in the folder for temporary files. Where that is memory, its commits would cost nothing.
export TMPDIR="${TMPDIR:-/var/tmp}"
exec target/release/recado-bench "$@"
