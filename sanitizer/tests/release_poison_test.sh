#!/usr/bin/env bash
# In an optimized object without checks, poison() leaves nothing: neither code in
# the function that calls it nor a symbol that would have to be linked.
set -euo pipefail

readonly here=$PWD/sanitizer/tests
readonly include=$here/include
# shellcheck source=sanitizer/tests/compilers.sh
source "$here/compilers.sh"

# The bytes of the function $2 in the object $1, as text.
code_of() {
  objdump -d --no-show-raw-insn --disassemble="$2" "$1" |
    sed -n -e 's/^ *[0-9a-f]*:\t//p' | sed -e 's/^\(nop\|xchg\|data16\|cs\).*//' -e '/^$/d'
}

all=$(compilers)
for compiler in $all; do
  object=$TEST_TMPDIR/$compiler.o
  "$compiler" -std=c++20 -O2 -I"$include" -c "$here/release_poison.cc" -o "$object"
  for pair in poisons:poisons_nothing asks:asks_nothing; do
    code=$(code_of "$object" "${pair%:*}")
    empty=$(code_of "$object" "${pair#*:}")
    if [[ -z $code || $code != "$empty" ]]; then
      printf 'FAILED: %s: %s is not empty:\n%s\n' "$compiler" "${pair%:*}" "$code"
      exit 1
    fi
  done
  undefined=$(nm --undefined-only "$object" |
    grep -v -e cex_error_object_built_without_CEX_TEST_in_a_program_built_with_it || true)
  if [[ -n $undefined ]]; then
    printf 'FAILED: %s: the object refers to:\n%s\n' "$compiler" "$undefined"
    exit 1
  fi

  # The control: with checks there is something, so the test can tell.
  "$compiler" -std=c++20 -O2 -DCEX_TEST=1 -I"$include" -c "$here/release_poison.cc" -o "$object"
  if [[ $(code_of "$object" poisons) == "$(code_of "$object" poisons_nothing)" ]]; then
    printf 'FAILED: %s: nothing is left with CEX_TEST either\n' "$compiler"
    exit 1
  fi
  printf '%s: ok\n' "$compiler"
done
