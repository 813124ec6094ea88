# Runs a PostgreSQL of its own in $1 with the binaries in $2 and the options $3, until standard input ends, which it
# does when the process that started this ends in whatever way. Says "ready" when the server answers.
folder=$1
bin=$2
options=$3
exec 2>&1
# Nobody may be left to read what is said here; the cleaning up is done all the same.
trap '' PIPE HUP INT TERM

# The server refuses to run as root.
as=
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    if command -v setpriv >/dev/null; then
        as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
    else
        as="runuser -u $user --"
    fi
fi
cd "$folder" || exit 1

clean() {
    [ -f data/postmaster.pid ] && $as "$bin/pg_ctl" -D data -m immediate -w stop >/dev/null 2>&1
    cd / && rm -rf "$folder"
}

# A collation that is not the order of bytes, where there is one: a query that relies on the server's shows itself.
initialise() {
    $as "$bin/initdb" -D data -U postgres -A trust -E UTF8 --no-sync --no-instructions --locale=C "$@" >initdb.log 2>&1
}
initialise --locale-provider=icu --icu-locale=en-US || { rm -rf data; initialise; } || {
    cat initdb.log
    clean
    exit 1
}
$as "$bin/pg_ctl" -D data -l server.log -w -o "-k '$folder' $options" start >pg_ctl.log 2>&1 </dev/null || {
    cat pg_ctl.log server.log
    clean
    exit 1
}
echo ready
exec >/dev/null
cat >/dev/null
clean
