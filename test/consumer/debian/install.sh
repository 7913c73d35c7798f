#!/bin/sh
# install.sh DEBS ROOT: installs the packages into ROOT, an empty directory. As root with dpkg, which knows what this
# machine has installed, so that a dependency that is missing or misspelt is refused; else they are only unpacked.
set -eu
debs=$(cd "$1" && pwd)
root=$2
rm -rf "$root"
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"

for name in libpenstock-dev penstock; do
    set -- "$debs/${name}"_*.deb
    if [ $# != 1 ] || [ ! -e "$1" ]; then
        echo "there should be one package $name in $debs: $*"
        exit 1
    fi
done
if [ "$(id -u)" = 0 ]; then
    echo "installing with dpkg, and what this machine has installed for its dependencies"
    # Neither is installed here, whatever this machine has.
    awk 'BEGIN { RS = ""; ORS = "\n\n" } !/^Package: (lib)?penstock(-dev)?\n/' /var/lib/dpkg/status \
        >"$root/var/lib/dpkg/status"
    dpkg --root="$root" --force-script-chrootless --no-triggers -i "$debs"/*.deb 2>"$root/dpkg.log" || {
        grep -v 'files list file for package' "$root/dpkg.log"
        exit 1
    }
    for name in libpenstock-dev penstock; do
        dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Package} ${Version} ${db:Status-Status}\n' $name |
            grep ' installed$'
    done
else
    echo "unpacking without dpkg, for this is not root: dependencies are not looked at"
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$root"
    done
fi
