// The code blocks of the specification that concern temporary memory, in their
// C++ form.
#include <stdint.h>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

using u8 = uint8_t;

TEST(SpecTest, TempAllocator) {
  const size_t created = cex::temp_stats().pages_created;
  mem$scope(tmem$, _) {
    u8* p2 = mem$malloc(_, 110241024);
    ASSERT_NE(p2, nullptr);
    p2[110241023] = 1;

    mem$scope(tmem$, _) {
      u8* p3 = mem$malloc(_, 100);
      ASSERT_NE(p3, nullptr);
    }
    EXPECT_EQ(p2[110241023], 1);
    EXPECT_EQ(cex::temp_stats().scope_depth, 1u);
  }
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
  EXPECT_GT(cex::temp_stats().pages_created, created);
  EXPECT_LE(cex::temp_stats().pages_live, 1u) << "the extra page is gone";
}

}  // namespace
