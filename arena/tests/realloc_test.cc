// Resizing in an arena: what it keeps, and where it moves.
#include <string.h>

#include <gtest/gtest.h>

#include "arena/tests/counted_arena.h"
#include "cex/arena.h"

namespace {

using cex::testing::CountedArenaTest;
using cex::testing::CountingAllocator;

TEST(ArenaReallocTest, BlockThatIsNotTheLastIsCopied) {
  const IAllocator a = AllocatorArena.create(4096);
  char* p = mem$malloc(a, 100);
  memset(p, 1, 100);
  char* q = mem$malloc(a, 100);
  memset(q, 2, 100);
  char* moved = mem$realloc(a, p, 300);
  ASSERT_NE(moved, nullptr);
  EXPECT_NE(moved, p);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(moved[i], 1);
    ASSERT_EQ(q[i], 2);
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaReallocTest, LastBlockOutgrowsItsPage) {
  const IAllocator a = AllocatorArena.create(4096);
  for (const size_t align : {1u, 16u, 64u}) {
    mem$scope(a, _) {
      char* p = mem$malloc(_, 100, align);
      size_t filled = 100;
      memset(p, 3, filled);
      for (size_t size = 200; size < 2'000'000; size *= 2) {
        p = mem$realloc(_, p, size, align);
        ASSERT_NE(p, nullptr);
        ASSERT_TRUE(mem$aligned_pointer(p, align));
        for (size_t i = 0; i < filled; ++i) ASSERT_EQ(p[i], 3);
        memset(p, 3, size);
        filled = size;
      }
    }
  }
  AllocatorArena.destroy(a);
}

TEST_F(CountedArenaTest, FailureOfTheBackingAllocatorKeepsTheBlock) {
  make(4096);
  for (const size_t size : {size_t{100}, size_t{100'000}}) {
    char* p = mem$malloc(a_, size);
    memset(p, 5, size);
    backing_.fail(0);
    EXPECT_EQ(mem$realloc(a_, p, 10'000'000), nullptr);
    backing_.fail(CountingAllocator::kNever);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(p[i], 5);
    p = mem$realloc(a_, p, 1'000'000);
    ASSERT_NE(p, nullptr) << "it is still ours";
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(p[i], 5);
  }
}

}  // namespace
