#!/bin/bash
# Makes the peers of bench_peers and bench_watch and runs both with them: a Go and a Node receiver, nginx, and informers of
# client-go. What cannot be had here is reported as missing, with the reason.
#   run.sh BENCH_PEERS BENCH_WATCH [--smoke]
set -euo pipefail
usage='usage: run.sh BENCH_PEERS BENCH_WATCH [--smoke]'
program=$(realpath "${1:?$usage}")
watch=$(realpath "${2:?$usage}")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/penstock-peers.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
arguments=("$@")
watched=("$@")

say() {
    printf '» peers: %s\n' "$*" >&2
}

# quiet COMMAND...: what it says is shown if it fails.
quiet() {
    "$@" >"$scratch/log" 2>&1 || {
        tail -n 5 "$scratch/log" >&2
        return 1
    }
}

# newer WANTED HAVE: whether HAVE is at least WANTED.
newer() {
    [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

missing() {
    local why=$1 name
    shift
    for name in "$@"; do
        arguments+=(--missing "$name" "$why")
    done
}

if PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null; then
    arguments+=(--peer nginx "'$here/nginx.sh' '$scratch/nginx'")
else
    missing "there is no nginx" nginx
fi

go_have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || go_have=
go_have=${go_have#go}
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off

# go_does FOLDER: whether the Go here builds what is in it; says in go_wanted what it takes.
go_does() {
    go_wanted=$(sed -n 's/^go //p' "$here/$1/go.mod")
    [ -n "$go_have" ] && newer "$go_wanted" "${go_have%%[- ]*}"
}

if ! go_does go; then
    missing "it is built with Go $go_wanted or later, and here is ${go_have:-none}" go-verify go-typed
elif say "building the Go receiver" && cd "$here/go" && quiet go build -mod=readonly -trimpath -o "$scratch/receiver" .; then
    say "Go $go_have, $(sed -n 's/^require \(.*go-github.*\)$/\1/p' go.mod)"
    export GOMAXPROCS=1
    arguments+=(--peer go-verify "'$scratch/receiver'" --peer go-typed "'$scratch/receiver' --typed")
else
    missing "it could not be built" go-verify go-typed
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    missing "there is no node, or no npm" node
elif ! newer 18 "$(node -p process.versions.node)"; then
    missing "it needs node 18 or later" node
elif mkdir "$scratch/node" && cp "$here"/node/* "$scratch/node" && cd "$scratch/node" &&
    say "installing the Node receiver" && quiet npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then
    say "Node $(node -p process.versions.node), @octokit/webhooks $(sed -n 's/^.*"@octokit\/webhooks": "\(.*\)"$/\1/p' package.json)"
    arguments+=(--peer node "node '$scratch/node/receiver.mjs'")
else
    missing "its packages could not be installed" node
fi

not_watched() {
    watched+=(--missing "client-go metadata" "$1" --missing "client-go typed" "$1")
}

if ! go_does watch; then
    not_watched "it is built with Go $go_wanted or later, and here is ${go_have:-none}"
elif say "building the informers of client-go" && cd "$here/watch" && quiet go build -mod=readonly -trimpath -o "$scratch/watcher" .; then
    say "Go $go_have, $(sed -n 's/^[[:space:]]*\(k8s.io\/client-go .*\)$/\1/p' go.mod)"
    watched+=(--peer "client-go metadata" "'$scratch/watcher' --metadata" --peer "client-go typed" "'$scratch/watcher'")
else
    not_watched "it could not be built"
fi

"$program" "${arguments[@]}"
echo
"$watch" "${watched[@]}"
