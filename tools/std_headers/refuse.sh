#!/usr/bin/env bash
# refuse.sh SCRIPT ARGUMENT...: the negative control: SCRIPT must fail, and say both lines that differ.
set -uo pipefail

if output=$(/usr/bin/env python3 -B "$@"); then
  echo "it passed" && exit 1
fi
echo "$output" | tail -3
grep -q '^- cex/version.h: ranges$' <<<"$output" && grep -q '^+ cex/version.h:$' <<<"$output"
