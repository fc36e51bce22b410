#!/usr/bin/env bash
# hello_test.sh HELLO HELLO_TXT: whether HELLO prints what HELLO_TXT has, and ends well.
set -euo pipefail
said=$("$1" world arena)
diff "$2" - <<<"$said"
