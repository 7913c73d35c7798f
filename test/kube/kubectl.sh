#!/bin/bash
# kubectl, of the server's version, on a real API server.
exec "$(dirname "$0")/serve.sh" "${PENSTOCK_BUILD_DIR:?}/test/conformance_kubectl" --log_level=test_suite
