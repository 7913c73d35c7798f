#!/bin/sh
# files.sh DEBS: what the packages say of themselves, and what is in which.
set -eu
cd "$1"
failed=0
fail() {
    echo "✗ $*"
    failed=1
}

lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT
for name in libpenstock-dev penstock; do
    dpkg-deb --fsys-tarfile "$name"_*.deb | tar -t | sed 's|^[.]/||' >"$lists/$name"
done

# has PACKAGE PATH / lacks PACKAGE PATTERN
has() {
    grep -q -x -F "$2" "$lists/$1" || fail "$1 lacks $2"
}
lacks() {
    if grep -E "$2" "$lists/$1"; then
        fail "^ $1 should not have this"
    fi
}
depends() {
    dpkg-deb -f "$1"_*.deb Depends | tr ',' '\n' | grep -q -E "^ *$2( |\$)" || fail "$1 does not depend on $2"
}

architecture=$(dpkg --print-architecture)
multiarch=$(g++ -print-multiarch)
for name in libpenstock-dev penstock; do
    [ "$(dpkg-deb -f $name*.deb Architecture)" = "$architecture" ] || fail "$name is not of this architecture"
    has $name "usr/share/doc/$name/copyright"
    has $name "usr/share/doc/$name/changelog.gz"
done
for package in libboost-json libboost-url; do
    depends libpenstock-dev "${package}[0-9.]*-dev"
done
for package in 'libboost[0-9.]+-dev' libssl-dev libsqlite3-dev libyaml-cpp-dev prometheus-cpp-dev; do
    depends libpenstock-dev "$package"
done
for package in libc6 libssl3 libsqlite3-0 'libyaml-cpp[0-9.]+' 'libprometheus-cpp-core[0-9.]+' 'libboost-json[0-9.]+'; do
    depends penstock "$package"
done
has libpenstock-dev usr/include/penstock/penstock.hpp
has libpenstock-dev usr/include/penstock/http/impl/client.ipp
has libpenstock-dev "usr/lib/$multiarch/libpenstock.a"
has libpenstock-dev "usr/lib/$multiarch/cmake/penstock/penstock-config.cmake"
has libpenstock-dev "usr/lib/$multiarch/pkgconfig/penstock.pc"
lacks libpenstock-dev '/bin/|/LICENSE$|systemd'
has penstock usr/bin/penstock
has penstock usr/share/man/man1/penstock.1.gz
has penstock usr/share/bash-completion/completions/penstock
has penstock usr/share/zsh/vendor-completions/_penstock
has penstock usr/share/fish/vendor_completions.d/penstock.fish
has penstock usr/share/doc/penstock/examples/penstock.yaml
has penstock usr/lib/systemd/system/penstock.service
lacks penstock 'include|[.]a$|cmake|LICENSE$'
exit $failed
