#!/usr/bin/env bash
# quoted_test.sh ARGUMENT: what `quoted` of bench.bzl made of a name with everything in it
# that a shell or Bazel might take for its own.
set -euo pipefail

expected='it'\''s $HOME, $$, $(location x), "all" \of `it` (100 %)'
[ $# = 1 ] || { echo "split into $#: $*" && exit 1; }
[ "$1" = "$expected" ] || { printf '%s\n' "it is    $1" "it was   $expected" && exit 1; }
