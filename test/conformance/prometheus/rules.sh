#!/bin/sh
# The alerts of packaging/kubernetes/monitoring: Prometheus takes them, each fires on what it is for and none on a quiet
# day, and they speak of metrics that there are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
command -v promtool >/dev/null || {
    echo "skipped: promtool is not installed (Debian package: prometheus)"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed '1,/^spec:/d; s/^  //' "$root/packaging/kubernetes/monitoring/prometheus_rule.yaml" >"$folder/rules.yaml"
cp "$here/rules_test.yaml" "$folder"
promtool check rules "$folder/rules.yaml"
promtool test rules "$folder/rules_test.yaml"

# Every alert is in the test by name.
sed -n 's/^ *- alert: //p' "$folder/rules.yaml" | while read -r alert; do
    grep -q -w "$alert" "$here/rules_test.yaml" || { echo "✗ no test names $alert" && exit 1; }
done
grep -o -h -E '\b(penstock|leader_election|workqueue|controller_runtime|rest_client|process)_[a-z_]+' "$folder/rules.yaml" |
    sed 's/_bucket$//' | sort -u >"$folder/used"
[ -s "$folder/used" ]
while read -r name; do
    grep -q "^| \`$name\` |" "$root/docs/metrics.md" || { echo "✗ there is no metric $name" && exit 1; }
done <"$folder/used"
