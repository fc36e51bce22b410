#!/usr/bin/env bash
# no_default_test.sh HEADER: with each compiler there is, a container over StdAllocator that
# gets no allocator is refused with advice; one that gets one compiles.
set -uo pipefail

include=${1%/cex/*}
work=${TEST_TMPDIR:-$(mktemp -d)}
failed=0
ran=0

# compile COMPILER MODE CODE: CODE is the body of a function.
compile() {
  printf '#include <vector>\n#include "cex/pmr.h"\n%s\n%s { %s }\n' \
    'template <typename T> using A = cex::StdAllocator<T>;' 'void test(IAllocator a)' "$3" >"$work/code.cc"
  "$1" -std=c++20 "$2" -c -I "$include" "$work/code.cc" -o "$work/code.o" >"$work/log" 2>&1
}

for compiler in g++ clang++; do
  command -v "$compiler" >/dev/null || continue
  for mode in -O0 -O2; do
    ran=$((ran + 1))
    for code in 'std::vector<int, A<int>> v; v.push_back(a != nullptr);' 'A<int> b; (void)b.allocator(); (void)a;'; do
      if compile "$compiler" "$mode" "$code"; then
        echo "FAILED: $compiler $mode accepts: $code"
        failed=1
      elif ! grep -q 'cex::StdAllocator has no default: say where' "$work/log"; then
        echo "FAILED: $compiler $mode gives no advice about: $code"
        head -20 "$work/log"
        failed=1
      fi
    done
    if ! compile "$compiler" "$mode" 'std::vector<int, A<int>> v(a); v.push_back(1);'; then
      echo "FAILED: $compiler $mode refuses a container that is told"
      head -20 "$work/log"
      failed=1
    fi
  done
done
[[ $ran != 0 ]] || { echo "FAILED: no compiler was found"; failed=1; }
exit "$failed"
