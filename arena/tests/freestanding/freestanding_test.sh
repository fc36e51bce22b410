#!/usr/bin/env bash
# freestanding_test.sh HEADER PROGRAM_C SOURCE_CC…: the sources, compiled without
# exceptions and RTTI, link by the C compiler into a program that has no C++
# runtime, and the program works.
set -euo pipefail

include=${1%/cex/*} program=$2
shift 2
work=$TEST_TMPDIR

for pair in gcc:g++ clang:clang++; do
  cc=${pair%:*} cxx=${pair#*:}
  if ! command -v "$cxx" >/dev/null; then
    echo "$cxx: not on this machine"
    continue
  fi
  objects=()
  for source in "$@"; do
    object=$work/$cc.$(tr / . <<<"$source").o
    "$cxx" -std=c++20 -O2 -DNDEBUG -fno-exceptions -fno-rtti -isystem "$include" -c "$source" \
      -o "$object"
    objects+=("$object")
  done
  "$cc" -std=c11 -O2 -isystem "$include" -c "$program" -o "$work/$cc.program.o"
  # By the C driver: what the C++ runtime would bring is undefined here.
  "$cc" "$work/$cc.program.o" "${objects[@]}" -o "$work/$cc.program"
  "$work/$cc.program"
  if ldd "$work/$cc.program" | grep -E 'libstdc\+\+|libc\+\+'; then
    echo "$cc: the program needs the C++ runtime" && exit 1
  fi
  echo "$cc: links and runs without the C++ runtime"
done

# The negative control: code that does need the runtime fails to link this way.
printf 'int* make() { return new int; }\nextern "C" int main() { delete make(); }\n' >"$work/new.cc"
g++ -c "$work/new.cc" -o "$work/new.o"
if gcc "$work/new.o" -o "$work/new" 2>"$work/new.log"; then
  echo "the negative control linked" && exit 1
fi
grep -q 'undefined reference' "$work/new.log"
