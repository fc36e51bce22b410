# shellcheck shell=bash
# For the tests that run a compiler themselves; to be sourced.

# Prints each C++ compiler of this machine, one on a line; fails if there is none.
compilers() {
  local found=
  local compiler
  for compiler in g++ clang++; do
    if command -v "$compiler" >/dev/null; then
      found=yes
      printf '%s\n' "$compiler"
    fi
  done
  [[ -n $found ]]
}
