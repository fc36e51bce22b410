// What holds to the byte only in a release build, where blocks have no guards and
// freed ones are used again at once: what a block costs, where it lies, what is counted.
#include <string.h>

#include <optional>

#include <gtest/gtest.h>

#include "allocator/tests/block_cost.h"
#include "arena/tests/counted_arena.h"
#include "cex/fixed.h"

namespace {

using ArenaReleaseTest = cex::testing::CountedArenaTest;

TEST(ArenaReleaseReallocTest, AThousandReallocsOfTheLastBlockCopyNothing) {
  const IAllocator a = AllocatorArena.create(size_t{16} << 20);
  ASSERT_NE(mem$malloc(a, 100), nullptr);
  for (size_t align = 1; align <= 64; align *= 2) {
    mem$scope(a, _) {
      char* p = mem$malloc(_, 1, align);
      ASSERT_NE(p, nullptr);
      char* const before = p;
      p[0] = 'x';
      for (size_t i = 1; i <= 1000; ++i) {
        p = mem$realloc(_, p, i * ((size_t{1} << 20) / 1000), align);
        ASSERT_EQ(p, before) << i;
        p[i] = 'x';
      }
      EXPECT_EQ(p[0], 'x');
    }
  }
  AllocatorArena.destroy(a);
}

// What was skipped to align a block is free again with it, where a size has bits left to say so.
TEST_F(ArenaReleaseTest, FreeingInReverseOrderLeavesNothingBehind) {
  make(4096);
  for (const bool is_outer : {false, true}) {
    mem$scope(a_, inner) {
      const IAllocator a = is_outer ? a_ : inner;
      void* first = mem$malloc(a, 1);
      const size_t in_use = stats().bytes_in_use;
      for (int round = 0; round < 1000; ++round) {
        constexpr size_t kMost = sizeof(size_t) < 8 ? alignof(max_align_t) : 64;
        for (size_t align = 8; align <= kMost; align *= 2) {
          void* p1 = mem$malloc(a, 1);
          void* p2 = mem$malloc(a, 100, align);
          void* p3 = mem$malloc(a, 1, align);
          p2 = mem$realloc(a, p2, 98, align);
          mem$free(a, p3);
          p2 = mem$realloc(a, p2, 200, align);
          mem$free(a, p2);
          mem$free(a, p1);
          ASSERT_EQ(stats().bytes_in_use, in_use) << align << ", round " << round;
        }
      }
      mem$free(a, first);
    }
  }
}

// Misuse, which CEX_TEST reports.
TEST_F(ArenaReleaseTest, AScopeInAScopeThatHasEndedIsRefused) {
  make(4096);
  IAllocator ended = nullptr;
  mem$scope(a_, outer) {
    mem$scope(outer, inner) {
      ended = inner;
      mem$scope(inner, _) {  // so that the levels know the page
        EXPECT_NE(mem$malloc(_, 10), nullptr);
      }
    }
    mem$scope(ended, scope) {
      EXPECT_EQ(mem$malloc(scope, 10), nullptr);
    }
    EXPECT_EQ(stats().scope_depth, 1u);
    mem$scope(outer, inner) {
      EXPECT_NE(mem$malloc(inner, 10), nullptr);
    }
  }
  EXPECT_EQ(stats().scope_depth, 0u);
}

TEST_F(ArenaReleaseTest, AScopeThatWasEndedBeforeItsGuardLeavesThePeakRight) {
  make(4096);
  mem$scope(a_, scope) {
    EXPECT_NE(mem$malloc(scope, 100), nullptr);
    scope->scope_exit(scope);
  }
  EXPECT_LE(stats().bytes_peak, 4096u);
  EXPECT_EQ(stats().scope_depth, 0u);
}

// Moving on to a new page would waste what is left of the old one.
TEST_F(ArenaReleaseTest, BlockOfMoreThanAQuarterPageLeavesTheWindowWhereItIs) {
  make(4096);
  char* small = mem$malloc(a_, 3000);
  ASSERT_NE(small, nullptr);
  EXPECT_NE(mem$malloc(a_, 1500), nullptr);
  EXPECT_EQ(pages(), 2u);
  EXPECT_LT(backing_.largest, 4096u + 1);
  char* next = mem$malloc(a_, 500);
  EXPECT_EQ(next, small + 3008) << "on the first page still";
  EXPECT_EQ(pages(), 2u);
}

TEST_F(ArenaReleaseTest, HugeRequestDoesNotInflateLaterPages) {
  make(4096);
  mem$scope(a_, _) {
    EXPECT_NE(mem$malloc(_, size_t{1} << 30), nullptr);
    EXPECT_GE(backing_.largest, size_t{1} << 30);
  }
  EXPECT_LE(backing_.live_bytes, 8192u) << "freed";
  backing_.largest = 0;
  for (int i = 0; i < 1000; ++i) ASSERT_NE(mem$malloc(a_, 100), nullptr);
  EXPECT_EQ(backing_.largest, 4096u);
  EXPECT_NE(mem$malloc(a_, 5000), nullptr);
  EXPECT_LE(backing_.largest, 5000u + 256);
}

TEST_F(ArenaReleaseTest, HowManyBlocksAPageHolds) {
  make(4096);
  size_t blocks = 0;
  while (mem$malloc(a_, 16) != nullptr && pages() == 1) ++blocks;
  EXPECT_GE(blocks, (4096u - 64) / 32);
}

TEST_F(ArenaReleaseTest, BytesInUseAndPeakFollowEveryBlock) {
  make(4096);
  const auto in_use = [this] { return stats().bytes_in_use; };
  const auto peak = [this] { return stats().bytes_peak; };
  char* p = mem$malloc(a_, 16);
  EXPECT_EQ(in_use(), cost(16));
  p = mem$realloc(a_, p, 100);
  EXPECT_EQ(in_use(), cost(100));
  p = mem$realloc(a_, p, 8);
  EXPECT_EQ(in_use(), cost(8));
  EXPECT_EQ(peak(), cost(100));
  mem$free(a_, p);
  EXPECT_EQ(in_use(), 0u);
  EXPECT_EQ(peak(), cost(100));
  mem$scope(a_, _) {
    EXPECT_NE(mem$malloc(_, 1000), nullptr);
    EXPECT_EQ(in_use(), cost(1000));
    EXPECT_NE(mem$malloc(_, 100'000), nullptr);
    EXPECT_GE(in_use(), 101'008u);
    EXPECT_LE(in_use(), 101'008u + 64);
  }
  EXPECT_EQ(in_use(), 0u);
  EXPECT_GE(peak(), 101'008u);
  EXPECT_LE(peak(), 101'008u + 64);
}

TEST_F(ArenaReleaseTest, NextBlockFollowsTheShrunkOne) {
  make(4096);
  char* p = mem$malloc(a_, 1000);
  char* const before = p;
  p = mem$realloc(a_, p, 8);
  EXPECT_EQ(p, before);
  char* q = mem$malloc(a_, 8);
  EXPECT_EQ(q, p + 16);
  mem$free(a_, q);
  char* r = mem$malloc(a_, 500);
  EXPECT_EQ(r, q == nullptr ? p + 16 : nullptr) << "what the last block freed";
}

// A block with a page of its own is resized by the backing allocator in one step,
// so that a heap can remap it: no second page beside it.
TEST_F(ArenaReleaseTest, LargeBlockGrowsWithItsPage) {
  make(4096);
  char* p = mem$malloc(a_, 100'000);
  memset(p, 5, 100'000);
  p = mem$realloc(a_, p, 10'000'000);
  ASSERT_NE(p, nullptr);
  EXPECT_LT(backing_.peak_bytes, 10'000'000u + 10'000);
  EXPECT_EQ(stats().pages_live, 1u);
  EXPECT_EQ(stats().bytes_peak, cost(10'000'000));
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(p[i], 5);
  EXPECT_TRUE(AllocatorArena.owns(a_, p + 9'999'999));
  mem$free(a_, p);
  EXPECT_EQ(stats().pages_live, 0u) << "freeing the newest large block";
}

TEST_F(ArenaReleaseTest, LargeBlockThatShrankGrowsBackWithoutTheBackingAllocator) {
  make(4096);
  char* p = mem$malloc(a_, 100'000);
  memset(p, 5, 100'000);
  char* const before = p;
  p = mem$realloc(a_, p, 1'000);
  EXPECT_EQ(p, before);
  backing_.fail(0);
  p = mem$realloc(a_, p, 100'000);
  EXPECT_EQ(p, before) << "its room is still there";
}

// Misuse in checked mode, but no harm without: see the specification's caveats.
TEST_F(ArenaReleaseTest, ShrinkingAndFreeingAnOuterBlockInAScopeHarmsNobody) {
  make(4096);
  char* below = mem$malloc(a_, 16);
  memset(below, 1, 16);
  char* p = mem$malloc(a_, 1000);
  memset(p, 2, 1000);
  mem$scope(a_, _) {
    p = mem$realloc(_, p, 10);
    char* q = mem$malloc(_, 500);
    memset(q, 3, 500);
    for (int i = 0; i < 10; ++i) ASSERT_EQ(p[i], 2);
  }
  char* r = mem$malloc(a_, 500);
  memset(r, 4, 500);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(p[i], 2);
  for (int i = 0; i < 16; ++i) ASSERT_EQ(below[i], 1);
}

// Misuse as well: a scope ends those inside it, whose guards must then do nothing.
TEST_F(ArenaReleaseTest, ScopeThatEndsAfterTheOneAroundItHarmsNobody) {
  make(4096);
  char* kept = mem$malloc(a_, 3000);
  ASSERT_NE(kept, nullptr);
  memset(kept, 1, 3000);
  const size_t before = pages();
  std::optional<cex::MemScope> outer(std::in_place, a_);
  EXPECT_NE(mem$malloc(outer->allocator(), 1000), nullptr) << "on a page that comes with it";
  EXPECT_NE(mem$malloc(outer->allocator(), 1000), nullptr);
  std::optional<cex::MemScope> inner(std::in_place, a_);
  EXPECT_NE(mem$malloc(inner->allocator(), 100'000), nullptr);
  EXPECT_EQ(stats().scope_depth, 2u);
  outer.reset();
  EXPECT_EQ(stats().scope_depth, 0u);
  EXPECT_EQ(mem$malloc(inner->allocator(), 1), nullptr);
  inner.reset();
  EXPECT_EQ(stats().scope_depth, 0u);
  EXPECT_LE(pages(), before + 2) << "what is kept: a page, and a large one";
  EXPECT_TRUE(AllocatorArena.owns(a_, kept));
  char* next = mem$malloc(a_, 500);
  ASSERT_NE(next, nullptr);
  memset(next, 2, 500);
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(kept[i], 1);
}

// And a destroy inside scopes, of which C code may forget any number.
TEST_F(ArenaReleaseTest, DestroyInsideScopesFreesAll) {
  for (const int depth : {1, 2, 3, 40, 1000}) {
    cex::testing::CountingAllocator backing;
    {
      const cex::ArenaBlock block(4096, {.backing = backing.allocator()});
      const IAllocator a = AllocatorArena.create(4096, {.backing = backing.allocator()});
      for (const IAllocator each : {a, block.allocator()}) {
        IAllocator scope = each;
        for (int i = 0; i < depth; ++i) {
          scope = scope->scope_enter(scope);
          ASSERT_NE(mem$malloc(scope, i % 2 == 0 ? 100 : 10'000), nullptr);
        }
      }
      AllocatorArena.destroy(a);
    }
    EXPECT_EQ(backing.live_blocks(), 0u) << depth;
  }
}

// A block that grows in small steps on a page of its own asks the backing
// allocator in steps that grow with it, and holds at most an eighth too much.
TEST_F(ArenaReleaseTest, LargeBlockThatGrowsInSmallStepsSeldomAsksForMore) {
  make(4096);
  char* p = mem$malloc(a_, 2000);
  ASSERT_NE(p, nullptr);
  const size_t before = backing_.requests;
  for (size_t size = 3000; size <= 1'000'000; size += 1000) {
    p = mem$realloc(a_, p, size);
    ASSERT_NE(p, nullptr);
    p[size - 1] = 'x';
    ASSERT_LE(backing_.live_bytes, size + size / 8 + 8192);
  }
  EXPECT_LT(backing_.requests - before, 64u) << "of a thousand steps";
}

// Where the backing allocator, or the limit, has the room for the step but not for more, the step
// is still taken.
TEST_F(ArenaReleaseTest, LargeBlockGrowsToTheEndOfTheRoom) {
  constexpr size_t kRoom = 100'000;
  alignas(64) static char buffer[kRoom];
  const IAllocator fixed = AllocatorFixed.create(buffer, kRoom);
  for (const size_t limit : {SIZE_MAX, kRoom}) {
    const bool has_limit = limit == kRoom;
    const IAllocator a =
        AllocatorArena.create(4096, {.limit = limit, .backing = has_limit ? mem$ : fixed});
    char* p = mem$malloc(a, 50'000);
    ASSERT_NE(p, nullptr);
    size_t size = 50'000;
    while (char* const grown = mem$realloc(a, p, size + 100)) {
      p = grown;
      size += 100;
      ASSERT_LE(AllocatorArena.stats(a).bytes_reserved, kRoom);
    }
    EXPECT_GT(size, kRoom - (has_limit ? 500 : 2000));
    memset(p, 1, size);
    AllocatorArena.destroy(a);
  }
}

// A block that the buffer's own handle grows in a scope: at the far end, where the pages that it
// leaves are used again.
TEST(FixedReleaseTest, ABlockGrowsAtTheFarEnd) {
  alignas(64) static char buffer[size_t{1} << 20];
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  mem$scope(a, _) {
    char* p = nullptr;
    for (size_t size = 64; size <= size_t{64} << 10; size += 64) {
      p = mem$realloc(a, p, size);
      ASSERT_NE(p, nullptr) << size;
      p[size - 1] = 'x';
    }
    for (size_t i = 63; i < size_t{64} << 10; i += 64) ASSERT_EQ(p[i], 'x');
  }
  AllocatorFixed.destroy(a);
}

// A fixed buffer takes the levels of deep scopes from its far end, several at a time while there is
// room for them, and the last of them one by one.
TEST(FixedReleaseTest, ScopesUntilTheBufferIsFull) {
  alignas(64) static char buffer[20'000];
  for (size_t size = 15'000; size <= sizeof(buffer); size += 64) {
    const IAllocator a = AllocatorFixed.create(buffer, size);
    for (int round = 0; round < 2; ++round) {
      uint32_t depth = 0;
      IAllocator innermost = a;
      while (const IAllocator inner = innermost->scope_enter(innermost)) {
        innermost = inner;
        ASSERT_EQ(a->scope_depth(a), ++depth);
      }
      EXPECT_GE(depth, 20u);
      EXPECT_EQ(mem$malloc(innermost, 512), nullptr) << "less than two levels' room, at " << size;
      for (; depth > 0; --depth) a->scope_exit(a);
    }
    EXPECT_EQ(AllocatorFixed.stats(a).bytes_in_use, 0u);
    AllocatorFixed.destroy(a);
  }
}

// Ended together, also where an outer one has memory at the far end of its buffer.
TEST(ReleaseTest, AllocatorsOfScopesThatHaveEndedGiveNothing) {
  alignas(64) char buffer[8192];
  for (const bool is_fixed : {false, true}) {
    const IAllocator a =
        is_fixed ? AllocatorFixed.create(buffer, sizeof(buffer)) : AllocatorArena.create(4096);
    const IAllocator outer = a->scope_enter(a);
    const IAllocator inner = outer->scope_enter(outer);
    ASSERT_NE(mem$malloc(outer, 100), nullptr);
    outer->scope_exit(outer);
    for (const IAllocator ended : {outer, inner}) {
      EXPECT_EQ(mem$malloc(ended, 1), nullptr);
      EXPECT_EQ(ended->scope_enter(ended), nullptr);
      ended->scope_exit(ended);
    }
    EXPECT_EQ(a->scope_depth(a), 0u);
    EXPECT_NE(mem$malloc(a, 1), nullptr);
    if (!is_fixed) AllocatorArena.destroy(a);
  }
}

}  // namespace
