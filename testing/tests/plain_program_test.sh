#!/usr/bin/env bash
# plain_program_test.sh PROGRAM UNCHECKED pattern|tool: what a program without leak checks of its
# own says when it exits. PROGRAM is built with the checks, UNCHECKED without. With `tool`
# something else watches the C library's blocks, and tells of writes.
set -euo pipefail

readonly source=testing/tests/plain_program.cc
under=()
if [[ -n ${CEX_RUN_UNDER_VALGRIND:-} ]]; then under=("$CEX_RUN_UNDER_VALGRIND"); fi
# The leaks are the point; LeakSanitizer would only report them once more.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

fail() {
  printf 'FAILED: %s\n%s\n' "$1" "$output"
  exit 1
}

# run PROGRAM NAME: sets output and status.
run() {
  status=0
  output=$("${under[@]}" "$1" "$2" 2>&1) || status=$?
}
passes() {
  run "$1" "$2"
  [[ $status == 0 && $output == 'main is done' ]] || fail "$2: ended with $status"
}
# reports NAME REGEX: ends with an error and a report, in which @ is the line of NAME.
reports() {
  run "$checked" "$1"
  [[ $status != 0 ]] || fail "$1: nothing ended it"
  local line
  line=$(grep -n "// LINE $1\$" $source | cut -d: -f1)
  grep -qE -- "${2//@/$source:$line}" <<<"$output" || fail "$1: no report like: $2"
}

readonly checked=$1 unchecked=$2 kind=$3

passes "$checked" correct
passes "$checked" fork
passes "$checked" free_in_library_s_object
passes "$checked" free_in_library_s_destructor
reports leak '^cex: @: leak: 1 block, 123 bytes of mem\$ not freed'
reports leak '^    123 bytes at 0x[0-9a-f]+, allocated at @$'
reports leak_in_child '^cex: @: leak: 1 block, 123 bytes of mem\$ not freed'
reports leak_of_keys '^cex: .*: leak: [0-9]+ blocks, '
reports leak_of_keys '^    33 bytes at 0x[0-9a-f]+, allocated at @$'
reports leak_of_arena '^cex: @: leak: 1 block, '
if [[ $kind == pattern ]]; then
  reports write_to_freed '^cex: .*: write to freed memory at 0x'
  reports write_to_freed 'the block: 10 bytes.*, allocated at @, freed at '
  reports write_after_scope '^cex: .*: write to memory whose scope has ended at 0x'
  reports write_after_scope 'the block: 10 bytes.*, allocated at @, its scope ended at '
  reports write_past_end '^cex: .*: write past the end of a block at 0x'
  reports write_past_end 'the block: 10 bytes.*, allocated at @$'
  # Without the checks it is a program like any other.
  for name in leak leak_of_keys leak_of_arena; do passes "$unchecked" $name; done
fi
passes "$unchecked" correct
