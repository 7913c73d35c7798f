#!/bin/bash
# program.sh BUNDLE: runs it as nobody, with nothing around it but the image.
set -euo pipefail
root=$1/rootfs
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -u)" != 0 ]; then
    echo "skipped: only root may chroot"
    exit 77
fi
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true' EXIT

inside=(env -i "$(command -v chroot)" --userspec=65534:65534 "$root" /usr/bin/penstock)
"${inside[@]}" version
cp "$here/../../../packaging/kubernetes/penstock.yaml" "$root/etc/penstock/penstock.yaml"
"${inside[@]}" check /etc/penstock/penstock.yaml
: >"$1.log"
cat >"$root/etc/penstock/kubeconfig" <<'END'
apiVersion: v1
kind: Config
current-context: nowhere
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {token: none}}]
contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
END
"${inside[@]}" run --config /etc/penstock/penstock.yaml --kubeconfig /etc/penstock/kubeconfig --state-dir /data \
    --hooks-addr 127.0.0.1:0 --metrics-addr 127.0.0.1:0 --health-addr 127.0.0.1:0 2>"$1.log" &
pid=$!

# Its ports stand in the line that says that it has started.
port=
for ((left = 100; left > 0; --left)); do
    port=$(sed -n 's/^.*"health":\([0-9]*\),.*$/\1/p' "$1.log")
    [ -z "$port" ] || break
    kill -0 $pid || { cat "$1.log" && exit 1; }
    sleep 0.1
done
exec 3<>"/dev/tcp/127.0.0.1/${port:?it did not start}"
printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r answer <&3
[[ $answer == "HTTP/1.1 200 "* ]] || { echo "✗ /healthz says $answer" && exit 1; }
[ -s "$root/data/penstock.db" ] || { echo "✗ it keeps nothing in /data" && exit 1; }
kill -TERM $pid
status=0
wait $pid || status=$?
pid=
[ $status = 0 ] || { cat "$1.log" && exit 1; }
grep -q '"msg":"stopped"' "$1.log"
