#!/usr/bin/env bash
# Runs check.py with these arguments; under --config=valgrind each program runs there.
set -euo pipefail

under=()
[ -z "${CEX_RUN_UNDER_VALGRIND:-}" ] || under=(--under "$CEX_RUN_UNDER_VALGRIND")
exec /usr/bin/env python3 testing/bugs/check.py "$@" "${under[@]}"
