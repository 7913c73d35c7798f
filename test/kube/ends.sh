#!/bin/bash
# Nothing outlives a test: neither when serve.sh is killed nor when the one who called it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$("$here/prepare.sh" --find)
folder=$(mktemp -d)
export TMPDIR=$folder
caller=
trap '[ -z "$caller" ] || kill -KILL $caller 2>/dev/null || true; rm -rf "$folder"' EXIT

# Whether a process of these servers still works in this test's folder.
alive() {
    local line
    for line in /proc/[0-9]*/cmdline; do
        if { tr '\0' ' ' <"$line"; } 2>/dev/null | grep -q "^$programs/.*$folder"; then
            return 0
        fi
    done
    return 1
}

# await COMMAND...: until it succeeds, for a minute at most.
await() {
    local left
    for ((left = 600; left > 0; --left)); do
        "$@" && return 0
        sleep 0.1
    done
    echo "still not true after a minute: $*" >&2
    return 1
}

dead() {
    ! alive
}

for victim in server caller; do
    rm -f "$folder/pid"
    # A caller of its own, so that it can be killed.
    bash -c '"$0" bash -c "echo \$PPID >\"\$1/pid.new\"; mv \"\$1/pid.new\" \"\$1/pid\"; exec sleep 600" sleep "$1"; true' \
        "$here/serve.sh" "$folder" 2>/dev/null &
    caller=$!
    await test -e "$folder/pid"
    await alive
    if [ $victim = server ]; then
        kill -KILL "$(cat "$folder/pid")"
    else
        kill -KILL $caller
    fi
    await dead
    wait $caller 2>/dev/null || true
    echo "nothing is left after the end of the $victim"
done
