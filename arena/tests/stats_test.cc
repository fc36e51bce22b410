// What stats() and owns() say is exact.
#include <vector>

#include <gtest/gtest.h>

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
  const IAllocator a = AllocatorArena.create(1024, {.retain_bytes = 0});
  const char* large = nullptr;
  mem$scope(a, _) {
    large = mem$malloc(_, 100'000);
    EXPECT_TRUE(AllocatorArena.owns(a, large));
  }
  EXPECT_FALSE(AllocatorArena.owns(a, large));
  AllocatorArena.destroy(a);
}

}  // namespace
