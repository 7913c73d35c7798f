#!/bin/bash
# The sidecar's main job on a real API server.
exec "$(dirname "$0")/serve.sh" "${PENSTOCK_BUILD_DIR:?}/test/system_kube" --log_level=test_suite
