#!/usr/bin/env bash
# Objects with and without CEX_TEST in one program are a link error that names the
# flag, in either direction and however much the linker throws away.
set -euo pipefail

readonly here=$PWD/sanitizer/tests
readonly include=$here/include
# shellcheck source=sanitizer/tests/compilers.sh
source "$here/compilers.sh"
cd "$TEST_TMPDIR"

# Using nothing of the header has to be enough.
printf '#include "cex/build_mode.h"\nint part() { return 0; }\n' >part.cc
printf '#include "cex/build_mode.h"\nint part();\nint main() { return part(); }\n' >main.cc
printf '#include "cex/build_mode.h"\nint c_part(void) { return 0; }\n' >c_part.c
printf '#include "cex/build_mode.h"\nextern "C" int c_part(void);\nint main() { return c_part(); }\n' \
  >c_main.cc

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# links COMPILER OBJECTS… : with each set of linker options; prints what it said.
all=$(compilers)
for compiler in $all; do
  c_compiler=$([[ $compiler == g++ ]] && echo gcc || echo clang)
  for mode in with without; do
    flags=(-ffunction-sections -fdata-sections -O2 "-I$include")
    if [[ $mode == with ]]; then flags+=(-DCEX_TEST=1); fi
    for source in main part c_main; do
      "$compiler" -std=c++20 "${flags[@]}" -c "$source.cc" -o "$source.$mode.o"
    done
    "$c_compiler" -std=c11 "${flags[@]}" -c c_part.c -o "c_part.$mode.o"
    "$compiler" -std=c++20 "${flags[@]}" -c "$here/../build_mode.cc" \
      -o "build_mode.$mode.o"
    # In an archive, as Bazel's libraries are.
    rm -f "lib.$mode.a"
    ar rcs "lib.$mode.a" "build_mode.$mode.o"
  done

  for options in "" "-Wl,--gc-sections" "-Wl,--gc-sections -Wl,-O2 -pie"; do
    for program in "main part" "c_main c_part"; do
      read -r main part <<<"$program"
      for mode in with without; do
        other=$([[ $mode == with ]] && echo without || echo with)
        # shellcheck disable=SC2086 # the options are words
        "$compiler" $options "$main.$mode.o" "$part.$mode.o" "lib.$mode.a" -o program 2>said ||
          fail "$compiler $options: objects that agree ($mode) don't link: $(cat said)"
        ./program || fail "$compiler $options: the program fails"

        # shellcheck disable=SC2086
        if "$compiler" $options "$main.$mode.o" "$part.$other.o" "lib.$mode.a" \
          -o program 2>said; then
          fail "$compiler $options: a $part $other CEX_TEST links with a $main $mode it"
        fi
        name="cex_error_object_built_${other}_CEX_TEST_in_a_program_built_"
        name+=$([[ $mode == with ]] && echo with_it || echo without_it)
        grep -q "$name" said || fail "$compiler $options: the message lacks $name: $(cat said)"
      done
    done
  done

  # Nor with a library of each kind, though each symbol is defined then.
  for mode in with without; do
    other=$([[ $mode == with ]] && echo without || echo with)
    if "$compiler" -Wl,--gc-sections "main.$mode.o" "part.$other.o" lib.with.a lib.without.a \
      -o program 2>said; then
      fail "$compiler: a program links with libraries of both kinds"
    fi
    name="cex_error_program_with_libraries_built_with_and_without_CEX_TEST"
    grep -q "multiple definition of .*$name" said ||
      fail "$compiler: the message lacks $name: $(cat said)"
  done
  printf '%s: ok\n' "$compiler"
done

# WebAssembly's linker always throws away what nothing calls.
if ! command -v clang++ wasm-ld >/dev/null || [ ! -e /usr/lib/wasm32-wasi/libc++.a ]; then
  echo "wasm: left out, it takes Debian's clang, lld, wasi-libc and libc++-14-dev-wasm32"
  exit 0
fi
for mode in with without; do
  flags=(--target=wasm32-wasi -O2 "-I$include")
  if [[ $mode == with ]]; then flags+=(-DCEX_TEST=1); fi
  for source in main part c_main; do
    clang++ -std=c++20 "${flags[@]}" -c "$source.cc" -o "$source.$mode.o"
  done
  clang -std=c11 "${flags[@]}" -c c_part.c -o "c_part.$mode.o"
  clang++ -std=c++20 "${flags[@]}" -c "$here/../build_mode.cc" -o "build_mode.$mode.o"
done
for program in "main part" "c_main c_part"; do
  read -r main part <<<"$program"
  for mode in with without; do
    other=$([[ $mode == with ]] && echo without || echo with)
    clang++ --target=wasm32-wasi "$main.$mode.o" "$part.$mode.o" "build_mode.$mode.o" -o program 2>said ||
      fail "wasm: objects that agree ($mode) don't link: $(cat said)"
    if clang++ --target=wasm32-wasi "$main.$mode.o" "$part.$other.o" "build_mode.$mode.o" -o program 2>said; then
      fail "wasm: a $part $other CEX_TEST links with a $main $mode it"
    fi
    grep -q "cex_error_object_built_${other}_CEX_TEST" said || fail "wasm: the message: $(cat said)"
  done
done
echo "wasm: ok"
