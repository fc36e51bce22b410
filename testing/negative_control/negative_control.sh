#!/usr/bin/env bash
# negative_control.sh PROGRAM BUG REGEX: passes if PROGRAM runs silently with `fine`
# and ends with an error and a report that matches REGEX with BUG.
set -euo pipefail

readonly bug=$2 regex=$3
program=("$1")
if [[ -n ${CEX_RUN_UNDER_VALGRIND:-} ]]; then program=("$CEX_RUN_UNDER_VALGRIND" "$1"); fi
fail() {
  printf 'FAILED: %s\n%s\n' "$1" "$output"
  exit 1
}

output=$("${program[@]}" fine 2>&1) || fail "the correct program failed"
[[ -z $output ]] || fail "the correct program is reported"

if output=$("${program[@]}" "$bug" 2>&1); then fail "$bug: nothing ended it"; fi
grep -qE -- "$regex" <<<"$output" || fail "$bug: ended without a report like: $regex"
printf '%s: %s\n' "$bug" "$(grep -m1 -E -- "$regex" <<<"$output")"
