#!/bin/bash
# Writes go.mod and go.sum for another version of Kubernetes: renew.sh v1.36.3 v3.6.8
# The second argument is the etcd that this version was released with; an older one lacks what watches need.
set -euo pipefail
cd "$(dirname "$0")"
version=${1:?usage: renew.sh VERSION-OF-KUBERNETES VERSION-OF-ETCD}
etcd=${2:?usage: renew.sh VERSION-OF-KUBERNETES VERSION-OF-ETCD}

rm -f go.mod go.sum
go mod init penstock.test/kube
upstream=$(go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
go mod edit -go "$(sed -n 's/^go //p' "$upstream")"
# Kubernetes names its own parts v0.0.0 and lets its tree say where they are; here they are modules.
sed -n 's/^[[:space:]]*\(k8s\.io\/[a-z-]*\) v0\.0\.0$/\1/p' "$upstream" | while read -r part; do
    go mod edit -replace "$part=$part@v0.${version#v1.}"
done
go mod edit -require "k8s.io/kubernetes@$version"
go get -tool k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kubectl "go.etcd.io/etcd/server/v3@$etcd"
go mod tidy
