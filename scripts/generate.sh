#!/usr/bin/env bash
# Writes what is made from code and committed. The tests fail when it is not current.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
web_packages

# Into a file beside it first: a command that fails must not leave an empty page.
write() {
    local to=$1
    shift
    "$@" >"$to.new" || { rm -f "$to.new"; exit 1; }
    mv "$to.new" "$to"
}

cargo build -p recado
write docs/configuration.md target/debug/recado config reference
write web/openapi.json target/debug/recado openapi
(cd web && npm run generate)
