#!/bin/bash
# The contract of the Kubernetes API on a real server, and again on the embedded one: both keep it, and both have run the
# same cases, so that none of them has quietly been left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=${PENSTOCK_BUILD_DIR:?}/test/contract_kube
"$here/prepare.sh" --find >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# run NAME COMMAND...: a run with all cases that it enters in NAME.cases.
run() {
    local name=$1 status=0
    shift
    # But what only one of them can do: misbehave on demand, and collect garbage without a kube-controller-manager.
    "$@" --run_test='contract_kube*' --run_test='!contract_kube_embedded' --run_test='!contract_kube_collector' \
        --log_level=unit_scope --color_output=no >"$folder/$name.log" || status=$?
    sed -n 's/^.*Entering test \(suite\|case\) "\(.*\)"$/\2/p' "$folder/$name.log" | sort >"$folder/$name.cases"
    if [ $status != 0 ]; then
        grep -v 'Entering\|Leaving' "$folder/$name.log" >&2 || true
        echo "the contract does not hold on the $name server" >&2
        exit $status
    fi
}

# skips NAME: the cases of that run that have left themselves out, each with the line that says why.
skips() {
    awk '/Entering test case/ { entered = $0 } /^skipped: / { print entered; print }' "$folder/$1.log"
}

run real "$here/serve.sh" "$suite"
run embedded env -u PENSTOCK_KUBE_URL "$suite"
diff "$folder/embedded.cases" "$folder/real.cases" || {
    echo "the embedded server (<) and the real one (>) have not run the same cases" >&2
    exit 1
}
if [ -n "$(skips embedded)" ]; then
    skips embedded >&2
    echo "the embedded server is there for every case" >&2
    exit 1
fi
left_out=$(skips real | grep -c '^skipped: ' || true)
count=$(($(wc -l <"$folder/real.cases") - left_out))
[ "$count" -ge 150 ] || {
    echo "only $count cases and suites have run" >&2
    exit 1
}
grep '^Running' "$folder/real.log"  # so that they are counted
skips real
echo "$count cases and suites hold on both; $left_out are left out on the real server"
