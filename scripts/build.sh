#!/usr/bin/env bash
# Builds the web app, then the release binary that carries it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
web_packages
(cd web && npm run build)
cargo build --release --locked -p recado
