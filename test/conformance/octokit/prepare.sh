#!/bin/sh
# prepare.sh <outdir>: fills <outdir> with signed payloads; see prepare.mjs for the form.
# Exits with 77 and a reason where that cannot be done on this machine.
set -eu

out=${1:?usage: prepare.sh <outdir>}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

skip() {
    echo "skipped: $1" >&2
    exit 77
}

command -v node >/dev/null 2>&1 || skip "node is not installed"
command -v npm >/dev/null 2>&1 || skip "npm is not installed"
[ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ] || skip "node is older than 18"

# Installed once for each lock file, in a place of its own, and moved there as a whole.
lock=$(cksum <"$here/package-lock.json" | cut -d ' ' -f 1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/penstock/octokit
installed=$cache/$lock
if [ ! -d "$installed" ]; then
    mkdir -p "$cache"
    fresh=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    cp "$here/package.json" "$here/package-lock.json" "$fresh/"
    (
        cd "$fresh"
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
            --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=20000 >&2
    ) || skip "the packages could not be installed"
    mv -T "$fresh" "$installed" 2>/dev/null || [ -d "$installed" ] || skip "the packages could not be kept in $installed"
fi

mkdir -p "$out"
# An ES module looks for its packages from where it lies.
run=$(mktemp -d "$installed/run.XXXXXX")
trap 'rm -rf "$run" "${fresh:-}"' EXIT
cp "$here/prepare.mjs" "$here/gitlab.mjs" "$run/"
node "$run/prepare.mjs" "$out"
