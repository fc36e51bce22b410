#include <gtest/gtest.h>

#include "docs/snippets/runner.h"

// clang-format off
// [squares]
#include <stdio.h>
#include "cex/collections.h"
#include "cex/tempmem.h"
// [end]
// clang-format on

namespace {

namespace squares {
// clang-format off
// [squares]
arr$(int) squares(IAllocator a, int n) {      // allocates, and says so
  arr$(int) list = arr$new(list, a);
  for (int i = 1; i <= n; ++i) arr$push(list, i * i);
  return list;
}

int main() {
  mem$scope(tmem$, _) {                       // _ allocates temporary memory
    for$each (square, squares(_, 4)) printf("%d ", square);
  }                                           // the list is freed here
  arr$(int) kept = squares(mem$, 5);          // the same function, on the heap
  printf("%d\n", arr$last(kept));
  arr$free(kept);                             // forget this, and a test names the arr$new
  return 0;
}
// [end]
// clang-format on
}  // namespace squares

TEST(Readme, Squares) {
  guide::expect_program(squares::main, R"(
1 4 9 16 25
)");
}

}  // namespace
