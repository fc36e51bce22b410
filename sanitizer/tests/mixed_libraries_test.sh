#!/usr/bin/env bash
# Shared libraries with and without CEX_TEST in one program, linked or loaded, end it with a
# message that names the flag, whether their symbols are visible or hidden. So do two versions
# that share symbols.
set -euo pipefail

readonly here=$PWD/sanitizer/tests
readonly include=$here/include
# shellcheck source=sanitizer/tests/compilers.sh
source "$here/compilers.sh"
cd "$TEST_TMPDIR"

printf '#include "cex/build_mode.h"\nextern "C" int part() { return 0; }\n' >part.cc
printf '#include "cex/build_mode.h"\nextern "C" int part();\nint main() { return part(); }\n' >main.cc
printf 'extern "C" int part();\nint main() { return part(); }\n' >plain_main.cc
cat >load.cc <<'END'
#include <dlfcn.h>
#include <stdio.h>
#include "cex/build_mode.h"
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (dlopen(argv[i], RTLD_NOW | RTLD_LOCAL) == nullptr) return fprintf(stderr, "%s\n", dlerror()), 3;
  }
}
END

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# runs PROGRAM ARGUMENTS…
runs() { "$@" >said 2>&1 || fail "$compiler: $*: $(cat said)"; }
# refuses TEXT PROGRAM ARGUMENTS…: says a line like TEXT, and ends.
refuses() {
  local text=$1
  shift
  if "$@" >said 2>&1; then fail "$compiler: $*: is not refused"; fi
  grep -qE -- "$text" said || fail "$compiler: $*: says no '$text': $(cat said)"
}

# build MODE VERSION: objects, an archive, and a library with visible symbols and one without.
build() {
  local mode=$1 version=$2 name=$1$2
  local flags=(-std=c++20 -O2 -fPIC "-Iinclude_$version")
  if [[ $mode == with ]]; then flags+=(-DCEX_TEST=1); fi
  mkdir -p "$name"
  cp -rL "$include" "include_$version" 2>/dev/null || true
  sed -i "s/CEX_VERSION_PATCH 0/CEX_VERSION_PATCH $version/" "include_$version/cex/version.h"
  local source
  for source in part main load; do "$compiler" "${flags[@]}" -c $source.cc -o "$name/$source.o"; done
  "$compiler" "${flags[@]}" -c "$here/../build_mode.cc" -o "$name/build_mode.o"
  rm -f "$name/libcex.a"
  ar rcs "$name/libcex.a" "$name/build_mode.o"
  "$compiler" -shared "$name/part.o" "$name/libcex.a" -o "$name/visible.so"
  "$compiler" -shared -Wl,--exclude-libs,ALL -Wl,--gc-sections "$name/part.o" "$name/libcex.a" \
    -o "$name/hidden.so"
  # One without a cex of its own: the program is to have it.
  "$compiler" -shared "$name/part.o" -o "$name/without.so"
}

all=$(compilers)
for compiler in $all; do
  chmod -R u+w . && rm -rf include_* with* out*
  for mode in with out; do build $mode 0; done
  build out 1
  "$compiler" -c plain_main.cc -o plain_main.o
  for mode in with out; do
    other=$([[ $mode == with ]] && echo out || echo with)
    "$compiler" -rdynamic ${mode}0/load.o ${mode}0/libcex.a -o "load_$mode" -ldl
    "$compiler" ${mode}0/load.o ${mode}0/libcex.a -o "plain_load_$mode" -ldl
    for kind in visible hidden; do
      # Linked: to a program with a cex of its own.
      runs "$compiler" ${mode}0/main.o ${mode}0/libcex.a ./${mode}0/$kind.so -o program
      runs ./program
      runs "$compiler" ${mode}0/main.o ${mode}0/libcex.a ./${other}0/$kind.so -o program
      mixed="^cex: one program built with and without CEX_TEST: .* with it, .* without$"
      refuses "$mixed" ./program
      grep -q "${other}0/$kind.so with" said || fail "the library is not named: $(cat said)"
      for load in load plain_load; do
        runs ./${load}_$mode ./${mode}0/visible.so ./${mode}0/hidden.so
        refuses "$mixed" ./${load}_$mode ./${other}0/$kind.so
      done
      # Two libraries in a program without cex.
      runs "$compiler" plain_main.o ./${mode}0/$kind.so ./${mode}0/hidden.so -o program
      runs ./program
      runs "$compiler" plain_main.o -Wl,--no-as-needed ./${mode}0/$kind.so ./${other}0/$kind.so \
        -o program
      refuses "$mixed" ./program
    done
    runs ./load_$mode ./${mode}0/without.so
    refuses "cex_error_object_built_" ./load_$mode ./${other}0/without.so
  done

  runs ./plain_load_out ./out1/visible.so ./out1/hidden.so
  runs ./load_out ./out1/hidden.so
  refuses '^cex: two versions of cex share their symbols: 101 in \./out1/visible\.so, 100 in the program$' \
    ./load_out ./out1/visible.so
  printf '%s: ok\n' "$compiler"
done
