#!/usr/bin/env bash
# fast_path_test.sh SCRIPT SOURCE GOLDEN HEADER [control]: the counts of SOURCE hold; with
# `control` they must not, and for the two reasons that SOURCE is made to have.
set -euo pipefail

script=$1 source=$2 golden=$3 include=${4%/cex/*}

if [ "${5:-}" != control ]; then
  exec /usr/bin/env python3 "$script" "$source" "$golden" "$include"
fi

if output=$(/usr/bin/env python3 "$script" "$source" "$golden" "$include"); then
  echo "the negative control passed:" && echo "$output"
  exit 1
fi
echo "$output"
grep -q 'FAILED gcc: arena_malloc_16 takes' <<<"$output"
grep -q 'FAILED gcc: arena_malloc_64 has a call on its fast path' <<<"$output"
