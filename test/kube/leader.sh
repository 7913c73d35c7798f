#!/bin/bash
# Of two processes on a real API server one leads; it is killed 20 times. The server's audit log says who wrote when.
here=$(cd "$(dirname "$0")" && pwd)
export PENSTOCK_KILLS=20 PENSTOCK_KUBE_AUDIT=$here/leader_audit.yaml
exec "$here/serve.sh" "${PENSTOCK_BUILD_DIR:?}/test/system_leader" --run_test=system_leader --log_level=message
