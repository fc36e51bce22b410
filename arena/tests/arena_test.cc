// Making and ending arenas, mem$arena, nesting, and depth across pages.
#include "cex/arena.h"

#include <stddef.h>
#include <string.h>

#include <new>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "arena/tests/counted_arena.h"
#include "cex/fixed.h"

namespace {

using cex::testing::CountedArenaTest;
using cex::testing::CountingAllocator;

TEST(ArenaTest, DestroyOfNullIsFine) { AllocatorArena.destroy(nullptr); }

TEST(ArenaTest, IsAnArenaAndNotTemporary) {
  const IAllocator a = AllocatorArena.create(4096);
  EXPECT_TRUE(a->meta.is_arena);
  EXPECT_FALSE(a->meta.is_temp);
  EXPECT_NE(a->meta.magic_id, mem$->meta.magic_id);
  AllocatorArena.destroy(a);
}

// As in a coroutine, whose frame is aligned to 16 whatever is in it.
TEST(ArenaTest, AnArenaBlockMayLieAtAnyAddress) {
  static_assert(alignof(cex::ArenaBlock) <= alignof(max_align_t));
  alignas(64) static unsigned char memory[sizeof(cex::ArenaBlock) + 64];
  for (size_t at = 0; at < 64; at += alignof(cex::ArenaBlock)) {
    auto* const block = ::new (memory + at) cex::ArenaBlock(1024);
    EXPECT_TRUE(mem$aligned_pointer(block->allocator(), alignof(Allocator_i))) << at;
    mem$scope(block->allocator(), _) EXPECT_NE(mem$malloc(_, 100), nullptr);
    block->~ArenaBlock();
  }
}

TEST(ArenaTest, CreateFailsWithItsBackingAllocator) {
  CountingAllocator backing;
  backing.fail(0);
  EXPECT_EQ(AllocatorArena.create(4096, {.backing = backing.allocator()}), nullptr);
  EXPECT_EQ(AllocatorArena.create(4096, {.backing = nullptr}), nullptr);
}

TEST(MemArenaTest, GoesWithItsBlock) {
  CountingAllocator backing;
  for (int i = 0; i < 10; ++i) {
    mem$arena((cex::ArenaBlock{4096, {.backing = backing.allocator()}}), a) {
      EXPECT_NE(mem$malloc(a, 10'000), nullptr);
      EXPECT_GT(backing.live_blocks(), 0u);
      if (i == 3) continue;
      if (i == 8) break;
    }
    EXPECT_EQ(backing.live_blocks(), 0u);
  }
  EXPECT_EQ(backing.live_blocks(), 0u);
}

TEST(ArenaTest, OnAFixedBufferUntilItIsFull) {
  alignas(64) static char buffer[65536];
  const IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  const IAllocator a = AllocatorArena.create(4096, {.backing = fixed});
  ASSERT_NE(a, nullptr);
  size_t given = 0;
  while (char* p = mem$malloc(a, 500)) {
    EXPECT_TRUE(AllocatorFixed.owns(fixed, p));
    memset(p, 1, 500);
    given += 500;
  }
  EXPECT_GE(given, size_t{40'000});
  AllocatorArena.destroy(a);
  AllocatorFixed.destroy(fixed);
}

// A scope for which there is no memory gives none, and ends like any other.
TEST_F(CountedArenaTest, OutOfMemory) {
  make(4096);
  backing_.fail(0);
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, s1) {
      EXPECT_EQ(mem$malloc(s1, 1), nullptr);
      mem$scope(s1, s2) {
        mem$scope(s2, s3) {
          mem$scope(a_, s4) {
            EXPECT_EQ(mem$malloc(s3, 1), nullptr);
            EXPECT_EQ(mem$malloc(s4, 1), nullptr);
            EXPECT_EQ(mem$calloc(s4, 1, 1), nullptr);
          }
        }
      }
    }
    EXPECT_EQ(a_->scope_depth(a_), 0u);
  }
  backing_.fail(CountingAllocator::kNever);
  mem$scope(a_, s1) {
    EXPECT_NE(mem$malloc(s1, 1), nullptr);
  }
}

// A block may have PTRDIFF_MAX bytes, and its page's header comes on top of them.
TEST_F(CountedArenaTest, NoBackingAllocatorIsAskedForMoreThanASizeMayBe) {
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX);
  make(4096);
  char* large = mem$malloc(a_, 100'000);
  ASSERT_NE(large, nullptr);
  const size_t asked = backing_.requests;
  for (const size_t align : {size_t{1}, size_t{16}, size_t{64}}) {
    EXPECT_EQ(mem$malloc(a_, kMost, align), nullptr);
    EXPECT_EQ(mem$calloc(a_, 1, kMost - 1, align), nullptr);
  }
  EXPECT_EQ(mem$realloc(a_, large, kMost), nullptr);
  EXPECT_EQ(backing_.requests, asked);
}

}  // namespace
