// A case that must fail.
#include <gtest/gtest.h>

#include "cex/cex.h"

TEST(LeakTest, Leaks) { EXPECT_NE(static_cast<void*>(mem$malloc(mem$, 10)), nullptr); }
