#!/bin/bash
# Builds a Kubernetes API server, etcd and kubectl from the Go modules that go.mod and go.sum pin, into a cache outside
# the tree, and prints the folder that they are in. A second run finds them there.
#   prepare.sh          builds what is missing; 77 where there is no Go that can, or nothing to build from
#   prepare.sh --find   only looks; 77 where they have not been built
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

say() {
    printf '» kube: %s\n' "$*" >&2
}

skip() {
    printf 'skipped: %s\n' "$*" >&2
    exit 77
}

cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/penstock
key=$(cat "$here/go.mod" "$here/go.sum" | sha256sum | cut -c 1-16)
programs=$cache/kube-$key
if [ -e "$programs/kubectl" ]; then
    echo "$programs"
    exit 0
fi

wanted=$(sed -n 's/^go //p' "$here/go.mod")
have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || have=
have=${have#go}
if [ -z "$have" ] || [ "$(printf '%s\n' "$wanted" "${have%%[- ]*}" | sort -V | head -n 1)" != "$wanted" ]; then
    skip "a Kubernetes API server is built with Go $wanted or later, and here is ${have:-none}"
fi
[ "${1:-}" != --find ] || skip "the Kubernetes API server has not been built: ./dev kube builds it once"

mkdir -p "$cache"
exec 9>"$cache/kube.lock"
flock -n 9 || say "somebody else is building; waiting"
flock 9
if [ -e "$programs/kubectl" ]; then
    echo "$programs"
    exit 0
fi

version=$(sed -n 's/^.*k8s\.io\/kubernetes \(v[0-9.]*\).*$/\1/p' "$here/go.mod")
minor=${version#v1.}
minor=${minor%%.*}
named="-X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1 \
-X k8s.io/component-base/version.gitMinor=$minor"
scratch=$(mktemp -d "$cache/building.XXXXXX")
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$here"
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off
began=$SECONDS

# build NAME PACKAGE: into the scratch folder, with a sign of life twice a minute.
build() {
    local start=$SECONDS
    say "building $1"
    go build -mod=readonly -trimpath -ldflags "-s -w $named" -o "$scratch/$1" "$2" >&2 9>&- &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        sleep 1
        if [ $(((SECONDS - start) % 30)) = 29 ]; then
            say "still building $1 after $((SECONDS - start)) s"
        fi
    done
    wait $pid
    pid=
    say "$1 took $((SECONDS - start)) s"
}

say "Kubernetes $version, with Go $have: this takes minutes, once"
go mod download 9>&- >&2 || skip "the Go modules of a Kubernetes API server cannot be had here"
say "modules are here after $((SECONDS - began)) s"
build etcd go.etcd.io/etcd/server/v3
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
build kubectl k8s.io/kubernetes/cmd/kubectl
rm -rf "$programs"
mv "$scratch" "$programs"
trap - EXIT
# What other versions of this folder have left behind, once nobody has used it for a month.
find "$cache" -mindepth 1 -maxdepth 1 -name 'kube-*' -type d ! -name "kube-$key" -mtime +30 -exec rm -rf {} +
say "ready in $programs after $((SECONDS - began)) s"
echo "$programs"
