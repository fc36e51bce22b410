#!/usr/bin/env bash
# run_python.sh SCRIPT_PY [ARGUMENT…]: what a sh_binary or sh_test of a Python script
# runs. Bazel's own Python rules need a toolchain that offline installations may lack.
set -euo pipefail
# Debian's, which has the modules of packages_extra.txt, or else another.
if [ -x /usr/bin/python3 ]; then exec /usr/bin/python3 -B "$@"; fi
exec /usr/bin/env python3 -B "$@"
