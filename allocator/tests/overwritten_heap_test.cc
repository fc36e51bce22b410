// A write past a block of mem$ that goes on over all of the C library's heap.
#include <stdlib.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/allocator.h"

namespace {

using cex::testing::hide;
using cex::testing::scribble;

// Beyond the guard bytes lie malloc's own records: it can't give anything any more, once it
// has used up what was freed before.
TEST(OverwrittenHeapDeathTest, IsReportedWithATrace) {
  const auto overwrite_the_heap = [] {
    char* p = mem$malloc(mem$, 100);
    for (int i = 0; i < 5000; ++i) static_cast<void>(hide(malloc(15)));
    scribble(p + 100, static_cast<size_t>(static_cast<char*>(sbrk(0)) - (p + 100)));
    mem$free(mem$, p);
  };
  EXPECT_DEATH(overwrite_the_heap(), "write past the end of a block at .*#0 ");
}

}  // namespace
