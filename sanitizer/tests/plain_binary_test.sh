#!/usr/bin/env bash
# A plain cc_binary is built with the checks only if the whole build is:
#   plain_binary_test.sh PROGRAM on|off
set -euo pipefail

readonly program=$1 expected=$2
fail() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}

if [[ $expected == on ]]; then mode="checks" free=; else mode="no checks" free=yes; fi
output=$("$program")
[[ $output == "program: $mode"$'\n'"library: $mode" ]] || fail "it prints: $output"

# Only a program with the checks knows of these; a symbol that neither has would
# make this say nothing, so both directions are asked.
symbols=$(nm -C "$program")
for symbol in cex::detail::verify_blocks cex::detail::capture_stack cex::detail::current_site \
  cex_error_object_built_with_CEX_TEST_in_a_program_built_without_it; do
  if grep -q "$symbol" <<<"$symbols"; then
    [[ -z $free ]] || fail "a program without checks contains $symbol"
  else
    [[ -n $free ]] || fail "a program with checks lacks $symbol"
  fi
done
if [[ -n $free ]] && ldd "$program" | grep -q libabsl; then fail "it links Abseil"; fi
