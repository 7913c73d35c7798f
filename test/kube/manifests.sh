#!/bin/bash
# The manifests of packaging/kubernetes on a real API server, and the sidecar with just the permissions that they grant.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=${PENSTOCK_BUILD_DIR:?}/test/system_kube

if [ -z "${PENSTOCK_KUBE_URL:-}" ]; then
    PENSTOCK_KUBE_AUDIT=$here/manifests_audit.yaml exec "$here/serve.sh" "$0"
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/penstock-manifests.XXXXXX")
trap 'rm -rf "$folder"' EXIT
manifests=$here/../../packaging/kubernetes
"$PENSTOCK_KUBECTL" create namespace flux-system
# Flux's own namespace asks for the restricted Pod Security Standard.
"$PENSTOCK_KUBECTL" label namespace flux-system pod-security.kubernetes.io/enforce=restricted
"$PENSTOCK_KUBECTL" apply --server-side --validate=strict -k "$manifests" 2>&1 | tee "$folder/applied"
if grep -q -i warning "$folder/applied"; then
    echo "✗ the API server warns of the manifests"
    exit 1
fi
# A Deployment is not run here: its pod is asked for as its controller would.
"$PENSTOCK_KUBECTL" create --dry-run=server --validate=strict -n flux-system -f - <<END
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "penstock"},
 "spec": $("$PENSTOCK_KUBECTL" get deployment penstock -n flux-system -o jsonpath='{.spec.template.spec}')}
END

token=$("$PENSTOCK_KUBECTL" create token penstock -n flux-system)
cat >"$folder/kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: sidecar
clusters: [{name: test, cluster: {server: "$PENSTOCK_KUBE_URL", certificate-authority: "$PENSTOCK_KUBE_CA"}}]
users: [{name: sidecar, user: {token: "$token"}}]
contexts: [{name: sidecar, context: {cluster: test, user: sidecar, namespace: flux-system}}]
END
PENSTOCK_SIDECAR_KUBECONFIG=$folder/kubeconfig "$suite" --log_level=test_suite
