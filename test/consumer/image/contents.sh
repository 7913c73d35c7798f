#!/bin/sh
# contents.sh BUNDLE: what is in it, and what is not.
set -eu
root=$1/rootfs
failed=0
fail() {
    echo "✗ $*"
    failed=1
}
for path in usr/bin/penstock etc/ssl/certs/ca-certificates.crt etc/passwd etc/nsswitch.conf usr/share/doc/penstock/LICENSE; do
    [ -s "$root/$path" ] || fail "it lacks /$path"
done
[ "$(find "$root" -type f -perm /111 -path '*/bin/*' | wc -l)" = 1 ] || fail "it has more programs than one"
[ -z "$(find "$root" -perm /6000)" ] || fail "something in it is set-user-id"
writable=$(cd "$root" && find . -perm -o+w ! -type l ! -perm -1000)
[ -z "$writable" ] || fail "everybody may write $writable"
size=$(du -sk "$root" | cut -f 1)
[ "$size" -lt 32768 ] || fail "it takes $size KB"
echo "it takes $size KB"
says() {
    tr -d ' \n\t' <"$1.json" | grep -q -F "$2" || fail "its configuration lacks $2"
}
says "$1" '"User":"65534:65534"'
says "$1" '"Entrypoint":["/usr/bin/penstock"]'
says "$1" '"Cmd":["run"]'
says "$1" '"os":"linux"'
says "$1" "\"architecture\":\"$(dpkg --print-architecture)\""
says "$1" '"9295/tcp":{}'
exit $failed
