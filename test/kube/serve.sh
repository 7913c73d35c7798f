#!/bin/bash
# Runs a command beside a Kubernetes API server of its own, and ends as the command ends; without a command it serves
# until it is interrupted. The command finds the server in its environment:
#   KUBECONFIG                 an administrator's; also of `kubectl`
#   PENSTOCK_KUBE_URL          https://127.0.0.1:…
#   PENSTOCK_KUBE_CA           a file with the authority to trust
#   PENSTOCK_KUBE_TOKEN        the administrator's token
#   PENSTOCK_KUBE_NOBODY       the token of somebody who may do nothing
#   PENSTOCK_KUBECTL           a kubectl of the same version
#   PENSTOCK_KUBE_AUDIT_LOG    what the server has done, one JSON object a line; only with PENSTOCK_KUBE_AUDIT=1
# Nothing outlives this script: not when it is killed, and not when who called it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [ -z "${PENSTOCK_KUBE_CALLER:-}" ]; then
    PENSTOCK_KUBE_CALLER=$PPID exec setpriv --pdeathsig TERM "$0" "$@"
fi
[ "$PPID" = "$PENSTOCK_KUBE_CALLER" ] || exit 1  # the caller was faster
unset PENSTOCK_KUBE_CALLER

say() {
    printf '» kube: %s\n' "$*" >&2
}

programs=$("$here/prepare.sh" --find)
folder=$(mktemp -d "${TMPDIR:-/tmp}/penstock-kube.XXXXXX")
pids=()
# shellcheck disable=SC2317  # a trap calls it
stop() {
    trap - EXIT
    # The API server first: without etcd it only complains.
    for ((i = ${#pids[@]} - 1; i >= 0; --i)); do
        kill -KILL "${pids[i]}" 2>/dev/null || true
        wait "${pids[i]}" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 143' HUP INT TERM

# start LOG COMMAND...: in the background; it is killed with this script.
start() {
    local log=$1
    shift
    setpriv --pdeathsig KILL "$@" >"$log" 2>&1 &
    pids+=($!)
}

ended() {
    ! kill -0 "$1" 2>/dev/null
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port that nothing listens on, below those that the system gives to connections.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if ! listens $port; then
            echo $port
            return
        fi
    done
}

random_token() {
    openssl rand -hex 16
}

# Keys and certificates for an hour of tests.
certify() {
    cd "$folder"
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=penstock test' \
            -keyout ca.key -out ca.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=kube-apiserver' \
            -keyout tls.key -out tls.csr
        printf 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes\nextendedKeyUsage=serverAuth\n' >tls.ext
        openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile tls.ext -out tls.crt
        openssl ecparam -name prime256v1 -genkey -noout -out sa.key
        openssl ec -in sa.key -pubout -out sa.pub
    } >openssl.log 2>&1 || {
        cat openssl.log >&2
        exit 1
    }
    cd - >/dev/null
}

# Ports may be taken between the look and the use: then it is tried again.
start_etcd() {
    local try client peer
    for try in 1 2 3 4 5; do
        client=$(free_port)
        peer=$(free_port)
        rm -rf "$folder/data"
        start "$folder/etcd.log" "$programs/etcd" --data-dir "$folder/data" --unsafe-no-fsync \
            --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
            --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
            --initial-cluster "default=http://127.0.0.1:$peer"
        etcd=http://127.0.0.1:$client
        until listens "$client"; do
            ended "${pids[-1]}" && break
            sleep 0.05
        done
        ended "${pids[-1]}" || return 0
        say "etcd did not start (attempt $try)"
    done
    tail -n 20 "$folder/etcd.log" >&2
    exit 1
}

write_config() {
    cat >"$folder/kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: "$PENSTOCK_KUBE_URL", certificate-authority: "$folder/ca.crt"}}]
users: [{name: test, user: {token: "$PENSTOCK_KUBE_TOKEN"}}]
contexts: [{name: test, context: {cluster: test, user: test, namespace: default}}]
END
}

# Who has written which lease and which ConfigMap, when, and what came of it. A write is in the log before its answer goes.
write_policy() {
    cat >"$folder/audit.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources:
  - {group: coordination.k8s.io, resources: [leases]}
  - {group: "", resources: [configmaps]}
- level: None
END
}

start_server() {
    local try port left audit=()
    if [ "${PENSTOCK_KUBE_AUDIT:-0}" = 1 ]; then
        write_policy
        export PENSTOCK_KUBE_AUDIT_LOG=$folder/audit.log
        audit=(--audit-policy-file="$folder/audit.yaml" --audit-log-path="$PENSTOCK_KUBE_AUDIT_LOG"
            --audit-log-mode=blocking)
    fi
    for try in 1 2 3; do
        port=$(free_port)
        export PENSTOCK_KUBE_URL=https://127.0.0.1:$port
        write_config
        start "$folder/apiserver.log" "$programs/kube-apiserver" --etcd-servers="$etcd" --cert-dir="$folder" \
            --secure-port="$port" --bind-address=127.0.0.1 --service-cluster-ip-range=10.0.0.0/24 \
            --authorization-mode=RBAC --anonymous-auth=false --allow-privileged=true \
            --disable-admission-plugins=ServiceAccount --service-account-issuer=https://kubernetes.test \
            --service-account-key-file="$folder/sa.pub" --service-account-signing-key-file="$folder/sa.key" \
            --client-ca-file="$folder/ca.crt" --tls-cert-file="$folder/tls.crt" \
            --tls-private-key-file="$folder/tls.key" --token-auth-file="$folder/tokens.csv" "${audit[@]}"
        for ((left = 600; left > 0; --left)); do
            ended "${pids[-1]}" && break
            if listens "$port" && [ "$("$PENSTOCK_KUBECTL" get --raw /readyz 2>/dev/null)" = ok ]; then
                return 0
            fi
            sleep 0.1
        done
        say "the API server did not start (attempt $try)"
        kill -KILL "${pids[-1]}" 2>/dev/null || true
    done
    tail -n 20 "$folder/apiserver.log" >&2
    exit 1
}

began=$SECONDS
certify
PENSTOCK_KUBE_TOKEN=$(random_token)
PENSTOCK_KUBE_NOBODY=$(random_token)
printf '%s,admin,1,"system:masters"\n%s,nobody,2\n' "$PENSTOCK_KUBE_TOKEN" "$PENSTOCK_KUBE_NOBODY" >"$folder/tokens.csv"
export PENSTOCK_KUBE_TOKEN PENSTOCK_KUBE_NOBODY PENSTOCK_KUBE_CA=$folder/ca.crt
export PENSTOCK_KUBECTL=$programs/kubectl KUBECONFIG=$folder/kubeconfig
start_etcd
start_server
until "$PENSTOCK_KUBECTL" get namespace default >/dev/null 2>&1; do
    ended "${pids[-1]}" && exit 1
    sleep 0.1  # the server makes it once it runs
done
say "the API server is ready at $PENSTOCK_KUBE_URL after $((SECONDS - began)) s"

if [ $# = 0 ]; then
    say "export KUBECONFIG=$KUBECONFIG; $PENSTOCK_KUBECTL speaks to it; Ctrl-C ends it"
    wait "${pids[-1]}"
    exit
fi
setpriv --pdeathsig KILL "$@" &
pids+=($!)
status=0
wait "${pids[-1]}" || status=$?
if ended "${pids[-2]}"; then
    tail -n 20 "$folder/apiserver.log" >&2
    say "the API server has ended meanwhile"
fi
exit $status
