// Freed memory is used again: at once, or under CEX_TEST once the quarantine is full.
#include <string.h>

#include <vector>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"

namespace {

// More than the quarantine of CEX_TEST, and room for a page and for what scopes leave.
constexpr size_t kBound = size_t{40} << 20;

TEST(ReuseTest, LoopInAFixedBuffer) {
  alignas(64) static char buffer[4096];
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  for (int i = 0; i < 1000; ++i) {
    char* p = mem$malloc(a, 100);
    char* q = mem$malloc(a, 200);
    ASSERT_NE(p, nullptr) << i;
    ASSERT_NE(q, nullptr) << i;
    memset(p, 1, 100);
    memset(q, 2, 200);
    mem$free(a, q);
    mem$free(a, p);
  }
  AllocatorFixed.destroy(a);
}

// The block that stays is as it was, and grows in place once nothing lies behind it.
TEST(ReuseTest, GrowthInAFixedBuffer) {
  alignas(64) static char buffer[4096];
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  char* kept = mem$malloc(a, 1000);
  ASSERT_NE(kept, nullptr);
  memset(kept, 7, 1000);
  char* behind = mem$malloc(a, 1000);
  ASSERT_NE(behind, nullptr);
  mem$free(a, behind);
  char* grown = mem$realloc(a, kept, 2700);  // there is no room for a second one
  ASSERT_EQ(grown, kept);
  EXPECT_EQ(grown[999], 7);
  AllocatorFixed.destroy(a);
}

TEST(ReuseTest, LargeBlocksUnderALimit) {
  const IAllocator a = AllocatorArena.create(4096, {.limit = 1 << 20});
  char* kept = mem$malloc(a, 5000);
  ASSERT_NE(kept, nullptr);
  memset(kept, 7, 5000);
  for (int i = 0; i < 1000; ++i) {
    char* p = mem$malloc(a, 100'000);
    ASSERT_NE(p, nullptr) << i;
    mem$free(a, p);
  }
  EXPECT_EQ(kept[4999], 7);
  AllocatorArena.destroy(a);
}

// A scope marks what was there before it: none of that may go, though it is free.
TEST(ReuseTest, OuterBlocksStayInAScope) {
  const IAllocator a = AllocatorArena.create(4096, {.limit = 1 << 20});
  char* outer = mem$malloc(a, 300'000);
  const size_t in_use = AllocatorArena.stats(a).bytes_in_use;
  char* last = mem$malloc(a, 300'000);
  ASSERT_NE(last, nullptr);
  mem$scope(a, _) {
    mem$free(a, last);
    for (int i = 0; i < 100; ++i) {
      char* p = mem$malloc(_, 100'000);
      ASSERT_NE(p, nullptr) << i;
      mem$free(_, p);
    }
  }
  ASSERT_NE(outer, nullptr);
  memset(outer, 1, 300'000);
  EXPECT_GE(AllocatorArena.stats(a).bytes_in_use, in_use);
  AllocatorArena.destroy(a);
}

// Blocks that come and go and one that stays in between, in many pages: those in which all
// is free are used again, wherever they are.
TEST(ReuseTest, NothingPilesUp) {
  const IAllocator a = AllocatorArena.create(16384);
  mem$scope(a, _) {
    const size_t before = AllocatorArena.stats(a).bytes_in_use;
    mem$scope(a, inner) {
      char* first = mem$malloc(inner, 10);
      ASSERT_NE(first, nullptr);
      *first = 7;
      for (int i = 0; i < 3000; ++i) {
        char* p = mem$malloc(inner, 100'000);
        ASSERT_NE(p, nullptr);
        mem$free(inner, p);
      }
      std::vector<char*> kept;
      for (int i = 0; i < 200; ++i) {
        char* last_but_one = mem$malloc(inner, 50'000);
        ASSERT_NE(last_but_one, nullptr);
        memset(last_but_one, i, 50'000);
        kept.push_back(last_but_one);
        for (int k = 0; k < 4; ++k) {
          char* p = mem$malloc(inner, 100'000);
          ASSERT_NE(p, nullptr);
          mem$free(inner, p);
        }
      }
      EXPECT_LT(AllocatorArena.stats(a).bytes_reserved, kBound);
      for (size_t i = 0; i < kept.size(); ++i) {
        ASSERT_EQ(kept[i][49'999], static_cast<char>(i));
        mem$free(inner, kept[i]);
      }
      EXPECT_EQ(*first, 7);
    }
    EXPECT_EQ(AllocatorArena.stats(a).bytes_in_use, before);
  }
  AllocatorArena.destroy(a);
}

TEST(ReuseTest, BlockThatGrowsInSteps) {
  const IAllocator a = AllocatorArena.create(4096);
  char* p = nullptr;
  for (size_t size = 4096; size <= (2u << 20); size += 4096) {
    p = mem$realloc(a, p, size);
    ASSERT_NE(p, nullptr);
    p[size - 1] = static_cast<char>(size >> 12);
  }
  for (size_t size = 4096; size <= (2u << 20); size += 4096) {
    ASSERT_EQ(p[size - 1], static_cast<char>(size >> 12));
  }
  EXPECT_LT(AllocatorArena.stats(a).bytes_reserved, kBound);
  AllocatorArena.destroy(a);
}

TEST(ReuseTest, SmallBlocksOverManyPages) {
  const IAllocator a = AllocatorArena.create(4096);
  char* kept = nullptr;
  for (int i = 0; i < 300'000; ++i) {
    char* p = mem$malloc(a, 100);
    ASSERT_NE(p, nullptr);
    if (i % 10'000 == 0) kept = mem$malloc(a, 16);
    ASSERT_NE(kept, nullptr);
    *kept = 1;
    mem$free(a, p);
  }
  EXPECT_LT(AllocatorArena.stats(a).bytes_reserved, 2 * kBound);
  AllocatorArena.destroy(a);
}

}  // namespace
