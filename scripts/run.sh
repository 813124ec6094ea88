#!/usr/bin/env bash
# From a fresh clone to a running Recado with a demo account.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
web_packages
(cd web && npm run build)
exec cargo run --release --locked -p recado -- dev "$@"
