#!/usr/bin/env bash
# tables.sh TABLES_PY PROGRAM… [OPTION…]: Bazel starts this where its data is.
set -euo pipefail
exec /usr/bin/env python3 "$@"
