// The byte limit of an arena holds from the first byte, and what it allows works.
#include <string.h>

#include <gtest/gtest.h>

#include "arena/tests/counted_arena.h"

namespace {

using LimitTest = cex::testing::CountedArenaTest;

TEST_F(LimitTest, HoldsForEveryMixOfRequests) {
  for (const size_t limit : {size_t{0}, size_t{1}, size_t{100}, size_t{1000}, size_t{4096},
                             size_t{10'000}, size_t{100'000}}) {
    make(4096, {.limit = limit});
    size_t given = 0;
    for (size_t i = 0; i < 2000; ++i) {
      const size_t size = 1 + i * i % 3000;
      char* p = mem$malloc(a_, size);
      ASSERT_LE(stats().bytes_reserved, limit);
      if (p == nullptr) continue;
      memset(p, 1, size);
      given += size;
    }
    ASSERT_LE(given, limit);
    if (limit >= 10'000) {
      EXPECT_GE(given, limit / 2) << "and is nearly used up";
    }
  }
}

TEST_F(LimitTest, FirstRequestAboveItIsRefused) {
  make(4096, {.limit = 10'000});
  EXPECT_EQ(mem$malloc(a_, 10'000), nullptr);
  EXPECT_EQ(stats().bytes_reserved, 0u);
  EXPECT_NE(mem$malloc(a_, 9'000), nullptr);
  EXPECT_EQ(mem$malloc(a_, 1'500), nullptr);
}

// The levels of scopes beyond the first few take memory too, no more than is left.
TEST_F(LimitTest, LeavesRoomForNestedScopes) {
  make(1024, {.limit = 4096});
  mem$scope(a_, s1) {
    EXPECT_NE(mem$malloc(s1, 1), nullptr);
    mem$scope(s1, s2) {
      EXPECT_NE(mem$malloc(s2, 900), nullptr);
      mem$scope(s2, s3) {
        EXPECT_NE(mem$malloc(s3, 100), nullptr);
        mem$scope(s3, s4) {
          EXPECT_NE(mem$malloc(s4, 100), nullptr);
          EXPECT_LE(stats().bytes_reserved, 4096u);
        }
      }
    }
  }
}

TEST_F(LimitTest, RoomComesBackWithTheScope) {
  make(4096, {.limit = 20'000});
  for (int round = 0; round < 100; ++round) {
    mem$scope(a_, _) {
      ASSERT_NE(mem$malloc(_, 15'000), nullptr) << "round " << round;
      EXPECT_EQ(mem$malloc(_, 15'000), nullptr);
    }
    mem$scope(a_, _) {
      for (int i = 0; i < 10; ++i) ASSERT_NE(mem$malloc(_, 1000), nullptr) << "round " << round;
    }
  }
}

TEST_F(LimitTest, FailedGrowthKeepsTheBlock) {
  make(4096, {.limit = 20'000});
  char* p = mem$malloc(a_, 10'000);
  ASSERT_NE(p, nullptr);
  memset(p, 9, 10'000);
  EXPECT_EQ(mem$realloc(a_, p, 30'000), nullptr);
  for (size_t i = 0; i < 10'000; ++i) ASSERT_EQ(p[i], 9);
  mem$free(a_, p);
}

}  // namespace
