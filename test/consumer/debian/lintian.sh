#!/bin/sh
# lintian.sh DEBS: no error and no warning of lintian but those that are named here.
set -eu
command -v lintian >/dev/null || { echo "skipped: lintian is not installed"; exit 77; }
# initial-upload-closes-no-bugs: there is no bug of Debian's that asked for the package.
# bogus-mail-host…: who builds it says who maintains it, by PENSTOCK_PACKAGE_CONTACT.
accepted=initial-upload-closes-no-bugs,bogus-mail-host,bogus-mail-host-in-debian-changelog
lintian --allow-root --fail-on error,warning --suppress-tags "$accepted" "$1"/*.deb
