#!/bin/sh
# Makes an image of the sidecar without a container engine: the program, the libraries that it is linked to, certificates
# of authorities, and nothing else; no shell. It runs as nobody (65534).
#   make_image.sh PROGRAM VERSION FOLDER
# FOLDER then holds penstock-VERSION-ARCHITECTURE.oci.tar, an archive that docker, podman, containerd and skopeo load.
set -eu
program=${1:?usage: make_image.sh PROGRAM VERSION FOLDER}
version=${2:?}
folder=${3:?}
here=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
    printf '✗ image: %s\n' "$*" >&2
    exit 1
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/penstock-image.XXXXXX")
trap 'chmod -R u+w "$scratch" && rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
root=$scratch/root
mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc/penstock" "$root/etc/ssl/certs" "$root/tmp" \
    "$root/data" "$root/usr/share/doc/penstock"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"
chmod 1777 "$root/tmp"

install -m 755 "$program" "$root/usr/bin/penstock"
strip "$root/usr/bin/penstock"
ldd "$program" >"$scratch/libraries" || fail "$program is no program of this machine"
! grep 'not found' "$scratch/libraries" >&2 || fail "libraries are missing"
# The lines name either `lib => /path (address)` or the loader, `/path (address)`.
sed -n 's/^.*=> \(\/[^ ]*\) .*$/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*$/\1/p' "$scratch/libraries" |
    while read -r library; do
        install -D -m 755 "$(realpath "$library")" "$root/${library#/}"
    done

certificates=/etc/ssl/certs/ca-certificates.crt
[ -s $certificates ] || fail "there is no $certificates (Debian package: ca-certificates)"
install -m 644 $certificates "$root$certificates"
echo 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'nogroup:x:65534:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
install -m 644 "$here/LICENSE" "$root/usr/share/doc/penstock/LICENSE"
chown 65534:65534 "$root/data" 2>/dev/null || chmod 1777 "$root/data"  # only root can give it away
# The same contents make the same layer, whenever it is made.
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +

architecture=$(dpkg --print-architecture)
layout=$scratch/layout
rootless=
[ "$(id -u)" = 0 ] || rootless=--rootless
{
    umoci init --layout "$layout"
    umoci new --image "$layout:$version"
    # shellcheck disable=SC2086  # nothing, or a flag
    umoci insert $rootless --image "$layout:$version" "$root" /
    umoci config --image "$layout:$version" --config.user 65534:65534 --config.entrypoint /usr/bin/penstock \
        --config.cmd run --config.exposedports 9295/tcp --config.exposedports 8085/tcp --config.exposedports 9445/tcp \
        --config.env SSL_CERT_FILE=$certificates --architecture "$architecture" --os linux \
        --config.label org.opencontainers.image.title=penstock --config.label "org.opencontainers.image.version=$version" \
        --config.label org.opencontainers.image.licenses=Apache-2.0
    umoci gc --layout "$layout"
} >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    fail "umoci could not make it"
}
mkdir -p "$folder"
archive=$folder/penstock-$version-$architecture.oci.tar
tar -C "$layout" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -cf "$archive" .
printf '%s\n' "$archive"
