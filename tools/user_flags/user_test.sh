#!/usr/bin/env bash
# user_test.sh PROGRAM LINES: the code that uses every macro does what it says.
set -euo pipefail
out=$("$1")
[[ $out =~ ^[0-9]+(\ [0-9]+){5}$ ]] || { echo "it prints: $out"; exit 1; }
"$2"
