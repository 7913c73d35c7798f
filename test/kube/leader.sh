#!/bin/bash
# Of two processes on a real API server one leads; it is killed 20 times. The server's audit log says who wrote when.
export PENSTOCK_KILLS=20 PENSTOCK_KUBE_AUDIT=1
exec "$(dirname "$0")/serve.sh" "${PENSTOCK_BUILD_DIR:?}/test/system_leader" --run_test=system_leader --log_level=message
