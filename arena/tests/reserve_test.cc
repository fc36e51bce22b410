// Pages that an arena keeps: what serves which request, and what the statistics say. The
// arena of CEX_TEST has none.
#include <string.h>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/arena.h"

namespace {

using cex::testing::CountingAllocator;

constexpr size_t kPageBytes = 4096;

class ReserveTest : public testing::Test {
 protected:
  ~ReserveTest() override { AllocatorArena.destroy(a_); }
  void make(size_t reserve_pages, size_t limit = SIZE_MAX) {
    a_ = AllocatorArena.create(
        kPageBytes,
        {.limit = limit, .backing = backing_.allocator(), .reserve_pages = reserve_pages});
    own_blocks_ = backing_.live_blocks();
    own_bytes_ = backing_.live_bytes;
  }
  // The statistics are those of the backing allocator.
  void expect_agreement(size_t kept) const {
    const cex::AllocatorStats stats = AllocatorArena.stats(a_);
    EXPECT_EQ(stats.pages_created - stats.pages_freed, backing_.live_blocks() - own_blocks_);
    EXPECT_EQ(stats.pages_live, backing_.live_blocks() - own_blocks_ - kept);
    EXPECT_EQ(stats.bytes_reserved, backing_.live_bytes - own_bytes_);
  }

  CountingAllocator backing_;
  size_t own_blocks_ = 0;
  size_t own_bytes_ = 0;
  IAllocator a_ = nullptr;
};

// The largest block that fits a page of its own.
size_t most_of_a_page() {
  size_t most = 0;
  for (size_t size = kPageBytes - 200; size < kPageBytes; ++size) {
    mem$arena(kPageBytes, a) {
      EXPECT_NE(mem$malloc(a, size), nullptr);
      if (AllocatorArena.stats(a).bytes_reserved == kPageBytes) most = size;
    }
  }
  return most;
}

// An empty arena keeps the page that a scope took.
TEST_F(ReserveTest, ABlockThatNeedsJustAPageGetsTheOneThatWasKept) {
  const size_t most = most_of_a_page();
  ASSERT_NE(most, 0u);
  make(1);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 100), nullptr);
  expect_agreement(0);
  char* p = mem$malloc(a_, most);
  ASSERT_NE(p, nullptr);
  memset(p, 1, most);
  EXPECT_EQ(AllocatorArena.stats(a_).pages_created, 1u);
  expect_agreement(0);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  EXPECT_EQ(AllocatorArena.stats(a_).pages_created, 2u) << "it took the whole page";
}

// A limit that is reached by pages which only wait: they are freed for a request.
TEST_F(ReserveTest, StatisticsAfterALimitedArenaFreedItsReserve) {
  make(9, 10 * kPageBytes);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
  }
  const cex::AllocatorStats before = AllocatorArena.stats(a_);
  EXPECT_EQ(before.pages_live, 1u);
  const size_t kept = before.pages_created - before.pages_freed - before.pages_live;
  EXPECT_GE(kept, 4u);
  expect_agreement(kept);
  ASSERT_NE(mem$malloc(a_, 9 * kPageBytes - 200), nullptr);
  const cex::AllocatorStats after = AllocatorArena.stats(a_);
  EXPECT_EQ(after.pages_live, 2u);
  EXPECT_EQ(after.pages_created, before.pages_created + 1);
  EXPECT_EQ(after.pages_freed, before.pages_freed + kept);
  expect_agreement(0);
}

// Only as many of them as it takes, and all others stay for the next scope.
TEST_F(ReserveTest, ALimitedArenaFreesNoMoreThanItMust) {
  make(9, 10 * kPageBytes);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
  }
  const cex::AllocatorStats before = AllocatorArena.stats(a_);
  const size_t kept = before.pages_created - before.pages_freed - before.pages_live;
  const size_t room = 10 * kPageBytes - before.bytes_reserved;
  ASSERT_NE(mem$malloc(a_, room + kPageBytes / 2), nullptr);
  EXPECT_EQ(AllocatorArena.stats(a_).pages_freed, before.pages_freed + 1);
  expect_agreement(kept - 1);
}

// What is kept has the arena's page size and may serve any request: no page that a limit made
// smaller, and none of a large block.
TEST_F(ReserveTest, OnlyPagesOfTheArenasSizeAreKept) {
  make(9, kPageBytes + 1000);
  ASSERT_NE(mem$malloc(a_, 3800), nullptr);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 600), nullptr);
  EXPECT_EQ(AllocatorArena.stats(a_).pages_created, 2u);
  EXPECT_EQ(AllocatorArena.stats(a_).pages_freed, 1u);
  expect_agreement(0);
}

TEST_F(ReserveTest, PagesOfLargeBlocksAreNotKept) {
  make(9);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  for (size_t size = kPageBytes - 200; size < kPageBytes; ++size) {
    mem$scope(a_, _) ASSERT_NE(mem$malloc(_, size), nullptr);
    ASSERT_EQ(AllocatorArena.stats(a_).pages_created - AllocatorArena.stats(a_).pages_freed, 1u)
        << size;
  }
  expect_agreement(0);
}

TEST_F(ReserveTest, ALargeBlockThatGrewCountsWithItsBytes) {
  make(1);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  char* p = mem$malloc(a_, 10'000);
  const size_t small = AllocatorArena.stats(a_).bytes_in_use;
  p = mem$realloc(a_, p, 50'000);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(AllocatorArena.stats(a_).bytes_in_use, small + 40'000);
  EXPECT_EQ(AllocatorArena.stats(a_).bytes_peak, small + 40'000);
  expect_agreement(0);
}

}  // namespace
