#!/usr/bin/env bash
# unchecked_main_test.sh PROGRAM on|off: a plain cc_binary over //testing:gtest_main. Without
# the checks (off) it fails, with one line, unless it is told that this is meant.
set -euo pipefail

fail() {
  printf 'FAILED: %s\n%s\n' "$1" "$output"
  exit 1
}
unset CEX_ALLOW_UNCHECKED TEST_SHARD_INDEX TEST_TOTAL_SHARDS XML_OUTPUT_FILE

if output=$("$1" 2>&1); then
  [[ $2 == on ]] || fail "it passes without the checks"
else
  [[ $2 == off ]] || fail "it fails with the checks"
  [[ $output == "cex: this test is built without CEX_TEST: use cex_cc_test, or set CEX_ALLOW_UNCHECKED" ]] ||
    fail "that is not what it says"
fi
output=$(CEX_ALLOW_UNCHECKED=1 "$1" 2>&1) || fail "it fails though it is allowed"
grep -q '\[  PASSED  \] 1 test' <<<"$output" || fail "its test did not run"
output=$("$1" --gtest_list_tests 2>&1) || fail "it doesn't list its tests"
