#!/usr/bin/env bash
# The browser tests against the release binary: `recado dev` on free ports and an empty data folder.
# Arguments go to Playwright. Another binary can be named with RECADO_BINARY.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

need_node
need_chromium
web_packages

binary=$(realpath "${RECADO_BINARY:-target/release/recado}")
[ -x "$binary" ] || die "There is no $binary. Build it with: make build"
work=$(mktemp -d)
log=$work/recado.log

recado=
leave() {
    local code=$?
    if [ -n "$recado" ]; then
        kill "$recado" 2>/dev/null || true
        wait "$recado" 2>/dev/null || true
    fi
    if [ "$code" != 0 ] && [ -s "$log" ]; then
        printf '\nThe last lines of the log of Recado:\n' >&2
        tail -n 60 "$log" >&2
    fi
    rm -rf "$work"
}
trap leave EXIT

mkfifo "$work/ready"
env -u DATABASE_URL "$binary" dev --json --listen 127.0.0.1:0 --data "$work/data" >"$work/ready" 2>"$log" </dev/null &
recado=$!
# One line once it is ready; the end of the stream when it could not start.
read -r -t 60 ready <"$work/ready" || die "Recado did not get ready."

field() {
    node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$ready" "$1"
}
RECADO_URL=$(field url)
RECADO_SANDBOX_URL=$(field sandbox_url)
RECADO_EMAIL=$(field email)
RECADO_PASSWORD=$(field password)
export RECADO_URL RECADO_SANDBOX_URL RECADO_EMAIL RECADO_PASSWORD RECADO_READY=$ready

(cd web && npm run --silent e2e -- "$@")

# Having served browsers, it still leaves in good order.
kill "$recado"
code=0
wait "$recado" || code=$?
recado=
[ "$code" = 0 ] || die "Recado did not stop cleanly: exit code $code."
