#!/usr/bin/env bash
# run_python.sh SCRIPT_PY [ARGUMENT…]: what a sh_binary or sh_test of a Python script
# runs. Bazel's own Python rules need a toolchain that offline installations may lack.
set -euo pipefail
exec /usr/bin/env python3 -B "$@"
