#!/bin/sh
# program.sh ROOT: what the package penstock installed runs, and what lies beside it can be read by whom it is for.
set -eu
root=$1
binary=$root/usr/bin/penstock
example=$root/usr/share/doc/penstock/examples/penstock.yaml
"$binary" version
"$binary" version -o json | grep -q '"version"'
"$binary" check "$example"
if sed 's/secrets:/secretz:/' "$example" | "$binary" check /dev/stdin; then
    echo "a mistake in the example was not seen"
    exit 1
fi

bash -n "$root/usr/share/bash-completion/completions/penstock"
for shell in bash:bash-completion/completions/penstock zsh:zsh/vendor-completions/_penstock \
    fish:fish/vendor_completions.d/penstock.fish; do
    "$binary" completion "${shell%%:*}" | cmp - "$root/usr/share/${shell#*:}"
done
unit=$root/usr/lib/systemd/system/penstock.service
started=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
[ -x "$root$started" ] || { echo "the unit starts $started, which is not in the package"; exit 1; }
# The unit's options are options of the program.
for word in $(sed -n 's/^ExecStart=[^ ]* //p' "$unit" | tr ' ' '\n' | grep '^--'); do # shellcheck disable=SC2013
    "$binary" run --help | grep -q -e "$word" || { echo "the unit says $word, which the program does not know"; exit 1; }
done
if command -v systemd-analyze >/dev/null; then
    # That the program is not installed on this machine is no fault of the unit.
    systemd-analyze verify --man=no "$unit" 2>&1 | grep penstock | grep -v 'is not executable' && exit 1
fi
if command -v man >/dev/null; then
    [ -z "$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \
        "$root/usr/share/man/man1/penstock.1"* 2>&1 >/dev/null)" ]
fi
