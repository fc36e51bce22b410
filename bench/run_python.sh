#!/usr/bin/env bash
# run_python.sh SCRIPT_PY PROGRAM… [OPTION…]: Bazel starts this where its data is.
set -euo pipefail
exec /usr/bin/env python3 "$@"
