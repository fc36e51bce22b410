// bytes_in_use against a model, before and after every scope, with the checks and without.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "allocator/tests/block_cost.h"
#include "allocator/tests/seed.h"
#include "cex/arena.h"
#include "cex/fixed.h"

namespace {

alignas(64) char buffer[size_t{8} << 20];

class StatsModelTest : public testing::TestWithParam<size_t> {
 protected:
  ~StatsModelTest() override {
    GetParam() == 0 ? AllocatorFixed.destroy(a_) : AllocatorArena.destroy(a_);
  }
  cex::AllocatorStats stats() const {
    return GetParam() == 0 ? AllocatorFixed.stats(a_) : AllocatorArena.stats(a_);
  }

  // A scope in `outer` with some blocks and more scopes. `expected` is in use before it.
  void run(IAllocator outer, size_t expected, int depth) {
    ASSERT_EQ(stats().bytes_in_use, expected);
    mem$scope(outer, scope) {
      size_t in_use = expected;
      for (size_t i = draw_(random_) % 8; i > 0; --i) {
        const size_t size = 1 + draw_(random_) % (i == 1 ? 20'000 : 300);
        ASSERT_NE(mem$malloc(scope, size), nullptr);
        in_use += cost(size);
        ASSERT_EQ(stats().bytes_in_use, in_use) << size;
        peak_ = std::max(peak_, in_use);
        if (depth < 8 && draw_(random_) % 3 == 0) run(scope, in_use, depth + 1);
        if (HasFatalFailure()) return;
      }
    }
    ASSERT_EQ(stats().bytes_in_use, expected);
    ASSERT_EQ(stats().bytes_peak, peak_);
  }

  const IAllocator a_ = GetParam() == 0 ? AllocatorFixed.create(buffer, sizeof(buffer))
                                        : AllocatorArena.create(GetParam());
  std::mt19937_64 random_{cex::testing::random_seed()};
  std::uniform_int_distribution<size_t> draw_;
  size_t peak_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, StatsModelTest, testing::Values(0, 256, 4096, 65536));

TEST_P(StatsModelTest, BytesInUseAreThoseOfTheOpenScopes) {
  for (int round = 0; round < 300 && !HasFatalFailure(); ++round) run(a_, 0, 1);
}

// Freed in another order than they were made, and with a page of its own among them.
TEST_P(StatsModelTest, AScopeInWhichBlocksWereFreedLeavesNothingBehind) {
  mem$scope(a_, outer) {
    ASSERT_NE(mem$malloc(outer, 100), nullptr);
    const size_t in_use = stats().bytes_in_use;
    for (int round = 0; round < 100; ++round) {
      mem$scope(outer, inner) {
        char* small = mem$malloc(inner, 50);
        char* large = mem$malloc(inner, 100'000);
        char* last = mem$malloc(inner, 60);
        large = mem$realloc(inner, large, 200'000);
        mem$free(inner, large);
        mem$free(inner, small);
        last = mem$realloc(inner, last, 30);
        mem$free(inner, last);
      }
      ASSERT_EQ(stats().bytes_in_use, in_use) << round;
    }
  }
  EXPECT_EQ(stats().bytes_in_use, 0u);
}

TEST_P(StatsModelTest, ALargeBlockThatGrewCountsWithItsNewSize) {
  char* large = mem$malloc(a_, 100'000);
  EXPECT_EQ(stats().bytes_in_use, cost(100'000));
  large = mem$realloc(a_, large, 300'000);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(stats().bytes_in_use, cost(300'000));
  large = mem$realloc(a_, large, 300'001);
  EXPECT_EQ(stats().bytes_in_use, cost(300'001));
  mem$free(a_, large);
  EXPECT_EQ(stats().bytes_in_use, 0u);
}

}  // namespace
