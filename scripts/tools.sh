# shellcheck shell=bash
# What the other scripts need from this machine. To be sourced, from the root of the repository.
#
# Each need_* function returns when its tool is there, and otherwise says what to install, and how. Debian's packages are
# installed when that is possible without asking: as root.

RUST_NEEDED=1.95
NODE_NEEDED=20.19

die() {
    printf '\n%s\n\n' "$*" >&2
    exit 1
}

# at_least HAVE NEED: whether a version is new enough.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

need_cargo() {
    command -v cargo >/dev/null || die "Rust is missing. Install it from https://rustup.rs (version $RUST_NEEDED or newer), then try again."
    local have
    have=$(cargo --version | cut -d ' ' -f 2)
    at_least "$have" "$RUST_NEEDED" || die "Rust $have is too old, $RUST_NEEDED is needed. With rustup: rustup update stable"
    command -v cc >/dev/null || install_or_tell gcc "A C compiler is missing (SQLite is built from source)."
}

need_node() {
    command -v node >/dev/null || die "Node.js is missing. Install version $NODE_NEEDED or newer from https://nodejs.org or your system's packages, then try again."
    local have
    have=$(node --version | tr -d v)
    at_least "$have" "$NODE_NEEDED" || die "Node.js $have is too old, $NODE_NEEDED is needed: https://nodejs.org"
    command -v npm >/dev/null || die "npm is missing. It comes with Node.js; on Debian it is a package of its own: apt-get install npm"
}

# The browser for the end-to-end tests, exported as CHROMIUM.
need_chromium() {
    find_chromium || { install_or_tell chromium "Chromium is missing (the end-to-end tests drive it)." && find_chromium; } \
        || die "Chromium is still missing. Name one with CHROMIUM=/path/to/chromium."
}

find_chromium() {
    CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
    export CHROMIUM
    [ -x "$CHROMIUM" ]
}

# The tests start a PostgreSQL of their own; only its programs are needed.
need_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null \
        || install_or_tell postgresql "PostgreSQL is missing (every store test runs on it too; nothing of yours is touched)."
}

# What the examples of docs/api.md are run with.
need_readers_tools() {
    local program
    for program in curl jq openssl xxd python3; do
        command -v "$program" >/dev/null || install_or_tell "$program" "$program is missing (the examples of docs/api.md use it)."
    done
}

install_or_tell() {
    local package=$1 why=$2
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "$why Installing Debian's package $package." >&2
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$package"; } >&2 \
            || die "$package could not be installed. Install it by hand, then try again."
    else
        die "$why Install it, on Debian or Ubuntu with: sudo apt-get install $package"
    fi
}

# The web app's packages, exactly as locked, when they are not there yet.
web_packages() {
    if [ ! -e web/node_modules/.package-lock.json ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
        # Not `npm ci`: it refuses a lock file that leaves out binaries for other systems. This takes exactly the locked
        # versions too, checks their sums, and adds what this system needs.
        (cd web && npm install --no-save --no-audit --no-fund)
    fi
}
