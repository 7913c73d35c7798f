#!/bin/sh
# unpack.sh FOLDER BUNDLE: reads the archive with another program than the one that made it.
set -eu
archive=$(find "$1" -name 'penstock-*.oci.tar')
if [ ! -e "$archive" ]; then
    echo "✗ not one image in $1: ./dev image makes it"
    exit 1
fi
version=$(basename "$archive" | cut -d - -f 2)
rm -rf "$2" "$2.layout"
skopeo copy --quiet "oci-archive:$archive:$version" "oci:$2.layout:$version"
skopeo inspect --config "oci:$2.layout:$version" >"$2.json"
rootless=
[ "$(id -u)" = 0 ] || rootless=--rootless
# shellcheck disable=SC2086  # nothing, or a flag
umoci unpack $rootless --image "$2.layout:$version" "$2"
