// AllocatorArena.reset(): the arena's own memory goes, the arena stays. With the checks and
// without.
#include <string.h>

#include <gtest/gtest.h>

#include "allocator/tests/skip_unless.h"
#include "arena/tests/counted_arena.h"
#include "cex/sanitizer.h"

namespace {

using ResetTest = cex::testing::CountedArenaTest;

TEST_F(ResetTest, TheArenaIsAsNew) {
  make(4096);
  AllocatorArena.reset(a_);  // nothing there yet
  for (int round = 0; round < 100; ++round) {
    char* small = mem$malloc(a_, 100);
    char* large = mem$malloc(a_, 20'000);
    ASSERT_NE(small, nullptr);
    ASSERT_NE(large, nullptr);
    memset(small, round, 100);
    memset(large, round, 20'000);
    mem$scope(a_, scope) {
      char* p = mem$malloc(scope, 3000);
      ASSERT_NE(p, nullptr);
      memset(p, round, 3000);
      char* q = mem$malloc(a_, 3000);  // beside
      ASSERT_NE(q, nullptr);
      memset(q, round, 3000);
    }
    EXPECT_GT(stats().bytes_in_use, 23'000u);
    AllocatorArena.reset(a_);
    ASSERT_EQ(stats().bytes_in_use, 0u);
    ASSERT_EQ(stats().scope_depth, 0u);
  }
  EXPECT_GT(stats().bytes_peak, 23'000u) << "ever";
}

TEST_F(ResetTest, TheBlockOfAnArena) {
  mem$arena(4096, a) {
    for (int round = 0; round < 10; ++round) {
      char* p = mem$malloc(a, 10'000);
      ASSERT_NE(p, nullptr);
      memset(p, round, 10'000);
      AllocatorArena.reset(a);
    }
  }
}

TEST_F(ResetTest, OfNull) { AllocatorArena.reset(nullptr); }

// Pages run out at every request in turn: what is left after a reset is whole.
TEST_F(ResetTest, OutOfMemoryAtEveryStep) {
  for (size_t step = 0; step < 40; ++step) {
    make(1024, {.retain_bytes = size_t{16} << 10});
    backing_.fail(step, 1);
    for (int round = 0; round < 4; ++round) {
      size_t given = 0;
      for (size_t size = 100; size < 10'000; size *= 2) {
        char* p = mem$malloc(a_, size);
        if (p == nullptr) continue;
        memset(p, round, size);
        ++given;
      }
      ASSERT_GE(given, 6u);
      AllocatorArena.reset(a_);
      ASSERT_EQ(stats().bytes_in_use, 0u);
    }
  }
}

#ifdef CEX_TEST
TEST(ResetDeathTest, InsideAScope) {
  mem$arena(4096, a) {
    mem$scope(a, scope) {
      ASSERT_NE(mem$malloc(scope, 1), nullptr);
      EXPECT_DEATH(AllocatorArena.reset(a),
                   "reset_test.cc:.*AllocatorArena.reset inside its scope: 1 still open");
    }
  }
}

TEST(ResetDeathTest, ABlockIsOverrunBeforeIt) {
  SKIP_UNLESS(cex::kChecker != cex::Checker::kValgrind,
              "the program goes on after the tool's report");
  mem$arena(4096, a) {
    EXPECT_DEATH(
        {
          char* p = mem$malloc(a, 100);
          for (int i = 0; i < 108; ++i) static_cast<volatile char*>(p)[i] = 1;
          AllocatorArena.reset(a);
        },
        "write|WRITE");
  }
}

TEST(ResetDeathTest, ABlockIsFreedAfterIt) {
  mem$arena(4096, a) {
    char* p = mem$malloc(a, 100);
    AllocatorArena.reset(a);
    EXPECT_DEATH(mem$free(a, p), "reset_test.cc:.*");
  }
}
#endif

}  // namespace
