#!/usr/bin/env bash
# hello_test.sh HELLO HELLO_TXT: whether HELLO prints what HELLO_TXT has.
set -euo pipefail
diff "$2" <("$1" world arena)
