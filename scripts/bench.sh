#!/usr/bin/env bash
# The figures of docs/performance.md, measured on this machine with release builds. Arguments go to the load generator.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
need_postgres
web_packages
(cd web && npm run build)
cargo build --release --locked -p recado -p recado-bench
exec target/release/recado-bench "$@"
