#!/bin/sh
# debian.sh <program>: runs the program with the kubectl of Debian's kubernetes-client, where the one in PATH is another.
# Exits with 77 and a reason where there is nothing to run or it cannot be had.
set -eu

program=${1:?usage: debian.sh <program>}

skip() {
    echo "skipped: $1" >&2
    exit 77
}

[ -r /etc/debian_version ] || skip "this is not Debian"
for tool in apt-get apt-cache dpkg dpkg-query; do
    command -v "$tool" >/dev/null 2>&1 || skip "$tool is not there"
done
in_path=$(command -v kubectl || true)
if [ -n "$in_path" ]; then
    owner=$(dpkg-query -S "$(readlink -f "$in_path")" 2>/dev/null | cut -d : -f 1 || true)
    [ "$owner" != kubernetes-client ] || skip "the kubectl in PATH is Debian's, and has been tested"
fi
version=$(apt-cache show --no-all-versions kubernetes-client 2>/dev/null | sed -n 's/^Version: //p' | head -n 1)
[ -n "$version" ] || skip "apt knows no kubernetes-client; apt-get update may help"

# Unpacked once for each version, in a place of its own, and moved there as a whole.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/penstock/kubernetes-client
unpacked=$cache/$version
if [ ! -d "$unpacked" ]; then
    mkdir -p "$cache"
    fresh=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    (
        cd "$fresh" &&
        timeout 60 apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=10 download "kubernetes-client=$version" >&2 &&
        dpkg -x ./*.deb . &&
        rm ./*.deb
    ) || skip "kubernetes-client $version could not be downloaded"
    mv -T "$fresh" "$unpacked" 2>/dev/null || [ -d "$unpacked" ] || skip "kubernetes-client could not be kept in $unpacked"
fi
[ -x "$unpacked/usr/bin/kubectl" ] || skip "kubernetes-client $version holds no /usr/bin/kubectl"
echo "kubectl of kubernetes-client $version"
PENSTOCK_KUBECTL=$unpacked/usr/bin/kubectl exec "$program"
