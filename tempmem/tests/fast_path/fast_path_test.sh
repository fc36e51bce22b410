#!/usr/bin/env bash
# fast_path_test.sh SCRIPT SOURCE GOLDEN HEADER [LINE ...]: the counts of SOURCE hold; with
# LINEs, the negative control, they must not, and each LINE is among what is said then.
set -euo pipefail

script=$1 source=$2 golden=$3 include=${4%/cex/*}

shift 4

if [ $# = 0 ]; then
  exec /usr/bin/env python3 "$script" "$source" "$golden" "$include"
fi

if output=$(/usr/bin/env python3 "$script" "$source" "$golden" "$include" --strict); then
  echo "the negative control passed:" && echo "$output"
  exit 1
fi
echo "$output"
for line in "$@"; do
  grep -qF "$line" <<<"$output" || { echo "it did not say: $line" && exit 1; }
done
