// What stats() and owns() say is exact.
#include <string.h>

#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/arena.h"

namespace {

using cex::AllocatorStats;

TEST(StatsTest, OfAFreshArenaAreZero) {
  const IAllocator a = AllocatorArena.create(4096);
  const AllocatorStats stats = AllocatorArena.stats(a);
  EXPECT_EQ(stats.bytes_in_use, 0u);
  EXPECT_EQ(stats.bytes_peak, 0u);
  EXPECT_EQ(stats.bytes_reserved, 0u);
  EXPECT_EQ(stats.pages_live, 0u);
  EXPECT_EQ(stats.pages_created, 0u);
  EXPECT_EQ(stats.pages_freed, 0u);
  EXPECT_EQ(stats.scopes_entered, 0u);
  EXPECT_EQ(stats.scope_depth, 0u);
  AllocatorArena.destroy(a);
}

TEST(StatsTest, PagesAgreeWithTheBackingAllocator) {
  cex::testing::CountingAllocator backing;
  const IAllocator a = AllocatorArena.create(1024, {.backing = backing.allocator()});
  const size_t own_blocks = backing.live_blocks();
  const size_t own_bytes = backing.live_bytes;
  const auto check = [&] {
    const AllocatorStats stats = AllocatorArena.stats(a);
    ASSERT_EQ(stats.bytes_reserved, backing.live_bytes - own_bytes);
    ASSERT_EQ(stats.pages_created - stats.pages_freed, backing.live_blocks() - own_blocks);
    ASSERT_LE(stats.pages_live, stats.pages_created - stats.pages_freed);
    ASSERT_LE(stats.bytes_in_use, stats.bytes_reserved);
    ASSERT_GE(stats.bytes_peak, stats.bytes_in_use);
  };
  for (size_t i = 0; i < 300; ++i) {
    mem$scope(a, _) {
      for (size_t j = 0; j < i % 20; ++j) {
        char* p = mem$malloc(_, 1 + i * j % 2000);
        ASSERT_NE(p, nullptr);
        check();
        if (j % 3 == 0) mem$free(_, p);
        check();
        mem$scope(_, _) {
          ASSERT_NE(mem$malloc(_, 700), nullptr);
        }
        check();
      }
    }
    check();
  }
  AllocatorArena.destroy(a);
  EXPECT_EQ(backing.live_blocks(), 0u);
}

TEST(StatsTest, ScopesAreCounted) {
  const IAllocator a = AllocatorArena.create(4096);
  for (int i = 0; i < 10; ++i) {
    mem$scope(a, _) {
      mem$scope(_, _) {
        EXPECT_EQ(AllocatorArena.stats(a).scope_depth, 2u);
      }
      EXPECT_EQ(AllocatorArena.stats(a).scope_depth, 1u);
    }
  }
  a->scope_enter(a);
  a->scope_exit(a);
  EXPECT_EQ(AllocatorArena.stats(a).scopes_entered, 21u);
  EXPECT_EQ(AllocatorArena.stats(a).scope_depth, 0u);
  AllocatorArena.destroy(a);
}

TEST(OwnsTest, KnowsItsBlocksAndNoOthers) {
  const IAllocator a = AllocatorArena.create(1024);
  const IAllocator b = AllocatorArena.create(1024);
  EXPECT_FALSE(AllocatorArena.owns(a, nullptr));
  EXPECT_FALSE(AllocatorArena.owns(a, a));
  std::vector<char*> blocks;
  for (size_t i = 1; i < 300; ++i) {
    blocks.push_back(mem$malloc(i % 2 == 0 ? a : b, i * 5));
    EXPECT_EQ(AllocatorArena.owns(a, blocks.back()), i % 2 == 0);
    EXPECT_EQ(AllocatorArena.owns(b, blocks.back() + i * 5 - 1), i % 2 == 1);
  }
  char local = 0;
  EXPECT_FALSE(AllocatorArena.owns(a, &local));
  char* heap = mem$malloc(mem$, 10);
  EXPECT_FALSE(AllocatorArena.owns(a, heap));
  mem$free(mem$, heap);
  for (size_t i = 1; i < 300; ++i) {
    ASSERT_EQ(AllocatorArena.owns(a, blocks[i - 1]), i % 2 == 0);
  }
  AllocatorArena.destroy(a);
  AllocatorArena.destroy(b);
}

TEST(OwnsTest, PagesThatAScopeGaveBackAreNotOwned) {
  const IAllocator a = AllocatorArena.create(1024, {.reserve_pages = 0});
  const char* large = nullptr;
  mem$scope(a, _) {
    large = mem$malloc(_, 100'000);
    EXPECT_TRUE(AllocatorArena.owns(a, large));
  }
  EXPECT_FALSE(AllocatorArena.owns(a, large));
  AllocatorArena.destroy(a);
}

}  // namespace
