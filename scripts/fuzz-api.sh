#!/usr/bin/env bash
# Schemathesis against `recado dev`: the whole API document, called as it says and as it does not. Whatever is answered must
# be described, and nothing may be read or changed of a second account. Arguments go to Schemathesis.
# Another binary can be named with RECADO_BINARY; FUZZ_SECONDS is the time for each of the two callers, FUZZ_SEED the seed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

seconds=${FUZZ_SECONDS:-120}
seed=${FUZZ_SEED:-1}

command -v python3 >/dev/null || die "Python is missing (3.10 or newer). On Debian: apt-get install python3 python3-venv"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || die "Python 3.10 or newer is needed."
venv=target/fuzz-api
if ! cmp -s scripts/fuzz/requirements.txt "$venv/installed"; then
    python3 -m venv "$venv" || die "Python's venv is missing. On Debian: apt-get install python3-venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r scripts/fuzz/requirements.txt \
        || die "Schemathesis could not be installed: pypi.org is not reached."
    cp scripts/fuzz/requirements.txt "$venv/installed"
fi
venv=$(realpath "$venv")

if [ -z "${RECADO_BINARY:-}" ]; then
    need_cargo
    cargo build -p recado
fi
binary=$(realpath "${RECADO_BINARY:-target/debug/recado}")
work=$(mktemp -d)
recado=
stop() {
    if [ -n "$recado" ]; then
        kill "$recado" 2>/dev/null || true
        wait "$recado" 2>/dev/null || true
        recado=
    fi
}
leave() {
    local code=$?
    stop
    [ "$code" = 0 ] || { grep -hE 'ERROR|panicked' "$work"/*/recado.log | tail -n 20 >&2 || true; }
    rm -rf "$work"
}
trap leave EXIT

# A Recado for each caller: what the first one removes, the second would find gone.
start() {
    here=$work/$1
    mkdir "$here"
    mkfifo "$here/ready"
    # The simulated WhatsApp is the only provider, also for numbers that are connected by chance.
    local provider
    provider=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    env -u DATABASE_URL "$binary" dev --json --listen 127.0.0.1:0 --sandbox-listen "$provider" --data "$here/data" \
        --meta-base-url "http://$provider" --twilio-base-url "http://$provider" \
        --rate-limits-api-per-minute 1000000 >"$here/ready" 2>"$here/recado.log" </dev/null &
    recado=$!
    read -r -t 60 ready <"$here/ready" || die "Recado did not get ready."
    echo "$ready" | python3 scripts/fuzz/strangers.py prepare >"$here/known.json"
    url=$(known url)
}
known() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$here/known.json" "$1"
}

# Left out, and why: the socket is no request with an answer; signing out and ending sessions would end the caller; that bad
# input is refused is asked of the key alone, as a made-up or missing cookie counts as bad input and hooks.py mends it.
code=0
run() {
    (cd "$here" && FUZZ_KNOWN="$here/known.json" PYTHONPATH="$OLDPWD/scripts/fuzz" SCHEMATHESIS_HOOKS=hooks \
        "$venv/bin/schemathesis" --config-file "$OLDPWD/scripts/fuzz/schemathesis.toml" run "$url/api/v1/openapi.json" \
        --seed "$seed" --max-time "$seconds" --exclude-operation-id live "$@") || code=$?
    python3 scripts/fuzz/strangers.py compare <"$here/known.json" || code=$?
    stop
}
echo "== An API key with all scopes"
start key
python3 - "$url" >"$here/openapi.json" <<'PYTHON'
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen(sys.argv[1] + "/api/v1/openapi.json").read().decode())
PYTHON
"$venv/bin/python" -m openapi_spec_validator --schema 3.1 "$here/openapi.json"
run -H "Authorization: Bearer $(known key)" "$@"
echo "== An owner's session"
start session
run -H "Cookie: $(known cookie)" --exclude-operation-id sign_out --exclude-operation-id end_other_sessions \
    --exclude-operation-id end_session --exclude-checks negative_data_rejection "$@"
exit "$code"
