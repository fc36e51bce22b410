#!/usr/bin/env bash
# Bazel starts this where its data is.
set -euo pipefail
exec /usr/bin/env python3 testing/bugs/table.py "$@"
