#!/usr/bin/env bash
# Recado in a debug build, and the web app's development server in front of it. Saving a file in web/ changes the page
# in place; saving one in crates/ builds and restarts Recado, or shows why it does not build. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_cargo
need_node
web_packages

listen=127.0.0.1:8080
sandbox=127.0.0.1:8081
export RECADO_URL=http://$listen RECADO_SANDBOX_URL=http://$sandbox
stamp=$(mktemp)
recado=
vite=

stop() {
    local pid
    for pid in "$@"; do
        [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    done
    for pid in "$@"; do
        [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
    done
}
leave() {
    trap - EXIT INT TERM
    stop "$recado" "$vite"
    rm -f "$stamp"
}
trap leave EXIT
trap 'exit 130' INT TERM

start() {
    # RECADO_URL and RECADO_SANDBOX_URL are for Vite; to Recado they would be unknown settings.
    env -u RECADO_URL -u RECADO_SANDBOX_URL target/debug/recado dev --listen "$listen" --sandbox-listen "$sandbox" &
    recado=$!
}

touch "$stamp"
cargo build -p recado
start
(cd web && exec node_modules/.bin/vite --host 127.0.0.1) &
vite=$!

while kill -0 "$vite" 2>/dev/null; do
    if [ -n "$(find crates Cargo.toml Cargo.lock -newer "$stamp" \( -name '*.rs' -o -name '*.sql' -o -name 'Cargo.*' \) -print -quit)" ]; then
        touch "$stamp"
        if cargo build -p recado; then
            stop "$recado"
            start
        fi
    fi
    sleep 1
done
