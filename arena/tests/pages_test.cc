// Which pages an arena takes, when it frees them, and what a limit allows. The arena of
// CEX_TEST has none.
#include <string.h>

#include <gtest/gtest.h>

#include "arena/tests/counted_arena.h"

namespace {

using cex::testing::CountingAllocator;

using PagesTest = cex::testing::CountedArenaTest;

TEST_F(PagesTest, NoPageBeforeTheFirstAllocation) {
  make(4096);
  EXPECT_EQ(pages(), 0u);
  EXPECT_LE(backing_.live_bytes, 768u) << "an arena's own record";
  mem$scope(a_, _) {
    EXPECT_EQ(pages(), 0u);
  }
  EXPECT_EQ(mem$malloc(a_, 0), nullptr);
  EXPECT_EQ(pages(), 0u);
  EXPECT_EQ(stats().pages_created, 0u);
  EXPECT_NE(mem$malloc(a_, 1), nullptr);
  EXPECT_EQ(pages(), 1u);
  EXPECT_EQ(stats().pages_created, 1u);
}

TEST_F(PagesTest, PagesHaveTheSizeAskedFor) {
  for (const size_t page_size : {size_t{4096}, size_t{256} << 10}) {
    make(page_size);
    EXPECT_NE(mem$malloc(a_, 1), nullptr);
    EXPECT_EQ(backing_.largest, page_size);
    EXPECT_EQ(stats().bytes_reserved, page_size);
  }
}

TEST_F(PagesTest, RequestLargerThanAPageHasAPageOfItsOwn) {
  make(4096);
  char* small = mem$malloc(a_, 100);
  char* large = mem$malloc(a_, 100'000);
  ASSERT_NE(large, nullptr);
  memset(large, 1, 100'000);
  EXPECT_EQ(pages(), 2u);
  char* next = mem$malloc(a_, 100);
  EXPECT_EQ(pages(), 2u) << "the small page still has room";
  EXPECT_LT(next - small, 4096);
}

TEST_F(PagesTest, ScopeGivesItsPagesBackButForTheReserve) {
  make(4096, {.retain_bytes = 2 * 4096});
  EXPECT_NE(mem$malloc(a_, 100), nullptr);
  EXPECT_EQ(pages(), 1u);
  mem$scope(a_, _) {
    for (int i = 0; i < 100; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
    EXPECT_NE(mem$malloc(_, 100'000), nullptr);
    EXPECT_GT(pages(), 20u);
  }
  EXPECT_EQ(pages(), 3u) << "its own, and two in reserve";
  EXPECT_EQ(stats().pages_live, 1u);
  EXPECT_EQ(stats().bytes_reserved, 3 * 4096u);
  EXPECT_EQ(stats().pages_created - stats().pages_freed, 3u);
}

// The page is nearly full, so that each round's scope needs another one.
TEST_F(PagesTest, LoopOfScopesAtAPageBoundaryTakesNoPagePerRound) {
  make(4096);
  while (pages() < 2) ASSERT_NE(mem$malloc(a_, 500), nullptr);
  // Now fill the second page but for less than a round needs.
  while (stats().bytes_in_use % 4096 < 3000) ASSERT_NE(mem$malloc(a_, 100), nullptr);
  expect_no_more_requests(1000, [this] {
    mem$scope(a_, _) {
      for (int i = 0; i < 3; ++i) {
        char* p = mem$malloc(_, 900);
        ASSERT_NE(p, nullptr);
        memset(p, 1, 900);
      }
    }
  });
}

TEST_F(PagesTest, EveryPageSize) {
  EXPECT_EQ(AllocatorArena.create(0), nullptr);
  EXPECT_EQ(AllocatorArena.create(static_cast<size_t>(PTRDIFF_MAX) + 1), nullptr);
  EXPECT_EQ(AllocatorArena.create(SIZE_MAX), nullptr);
  for (size_t page_size = 1; page_size < 1200; page_size += 13) {
    make(page_size);
    for (size_t i = 0; i < 100; ++i) {
      char* p = mem$malloc(a_, 1 + i * 7 % 200, size_t{1} << i % 7);
      ASSERT_NE(p, nullptr);
      memset(p, 1, 1 + i * 7 % 200);
    }
  }
}

TEST_F(PagesTest, HugePageSizeThatCannotBeHad) {
  make(static_cast<size_t>(PTRDIFF_MAX));
  char* p = mem$malloc(a_, 100);
  ASSERT_NE(p, nullptr) << "a smaller page does";
  memset(p, 1, 100);
}

// Calls of the backing allocator for 1 GiB of blocks of this size, little of which is touched.
size_t calls_for_a_gigabyte(size_t size) {
  CountingAllocator backing;
  const IAllocator a = AllocatorArena.create(
      4096, {.backing = backing.allocator(), .max_page_size = size_t{16} << 20});
  for (size_t bytes = 0; bytes < size_t{1} << 30; bytes += size) {
    EXPECT_NE(mem$malloc(a, size), nullptr);
  }
  EXPECT_LT(backing.live_bytes, (size_t{1} << 30) / 10 * 11);
  const size_t calls = backing.requests;
  AllocatorArena.destroy(a);
  return calls;
}

TEST(GrowingPagesTest, AGigabyteInAHundredCalls) {
  for (const size_t size : {size_t{10'000}, size_t{100'000}, size_t{1} << 20}) {
    EXPECT_LE(calls_for_a_gigabyte(size), 100u) << size;
  }
}

TEST_F(PagesTest, GrowingPagesDoubleUpToTheLargest) {
  make(4096, {.max_page_size = 20'000});
  size_t total = 0;
  for (const size_t bytes : {4096u, 8192u, 16'384u, 20'000u, 20'000u}) {
    const size_t before = pages();
    while (pages() == before) ASSERT_NE(mem$malloc(a_, 500), nullptr);
    total += bytes;
    ASSERT_EQ(page_bytes(), total);
  }
}

// So do those that an outer scope fills while an inner one is open.
TEST_F(PagesTest, GrowingPagesDoubleInAnOuterScope) {
  make(4096, {.max_page_size = 20'000});
  ASSERT_NE(mem$malloc(a_, 500), nullptr);
  mem$scope(a_, _) {
    size_t total = 4096;
    for (const size_t bytes : {8192u, 16'384u, 20'000u, 20'000u}) {
      const size_t before = pages();
      while (pages() == before) ASSERT_NE(mem$malloc(a_, 500), nullptr);
      total += bytes;
      ASSERT_EQ(page_bytes(), total);
    }
  }
}

TEST_F(PagesTest, GrowingPagesAreNoLargerForOneHugeBlock) {
  make(4096, {.max_page_size = size_t{1} << 20});
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  ASSERT_NE(mem$malloc(a_, size_t{10} << 20), nullptr);
  const size_t before = page_bytes();
  const size_t count = pages();
  while (pages() == count) ASSERT_NE(mem$malloc(a_, 500), nullptr);
  EXPECT_EQ(page_bytes(), before + 8192);
}

// A block that the next page would not hold gets the first one of twice, and twice that.
TEST_F(PagesTest, GrowingPagesSkipThoseThatAreTooSmall) {
  make(4096, {.max_page_size = size_t{1} << 20});
  ASSERT_NE(mem$malloc(a_, 100'000), nullptr);
  EXPECT_EQ(page_bytes(), 131'072u);
  ASSERT_NE(mem$malloc(a_, 10'000), nullptr);
  EXPECT_EQ(pages(), 1u);
}

TEST_F(PagesTest, GrowingPagesBeginAnewWithTheScope) {
  make(4096, {.retain_bytes = 0, .max_page_size = size_t{1} << 20});
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, _) {
      for (int i = 0; i < 1000; ++i) ASSERT_NE(mem$malloc(_, 500), nullptr);
      // The red zones of a tool take room, too.
      EXPECT_GE(pages(), 7u);
      EXPECT_LE(pages(), 8u);
    }
    EXPECT_EQ(page_bytes(), 4096u);
  }
}

// Equal frames find the pages of the first one.
TEST_F(PagesTest, GrowingPagesAreKept) {
  make(4096, {.retain_bytes = size_t{2} << 20, .max_page_size = size_t{1} << 20});
  expect_no_more_requests(100, [this] {
    mem$scope(a_, _) {
      for (int i = 0; i < 2000; ++i) ASSERT_NE(mem$malloc(_, 500), nullptr);
    }
  });
}

// The backing allocator has no page of twice the size: one of the usual size does.
TEST_F(PagesTest, GrowingPagesThatCannotBeHad) {
  for (const size_t refused : {1u, 2u, 3u}) {
    make(4096, {.max_page_size = size_t{1} << 20});
    for (int i = 0; i < 10; ++i) ASSERT_NE(mem$malloc(a_, 800), nullptr);
    const size_t before = page_bytes();
    const size_t count = pages();
    backing_.fail(0, refused);
    while (pages() == count && mem$malloc(a_, 800) != nullptr) {
    }
    const size_t more = page_bytes() - before;
    if (refused == 1) {
      EXPECT_EQ(more, 4096u);
    } else if (refused == 2) {
      EXPECT_TRUE(more > 800 && more < 1100) << more << ", for the block alone";
    } else {
      EXPECT_EQ(more, 0u);
    }
  }
}

TEST_F(PagesTest, GrowingPagesUnderALimit) {
  make(4096, {.limit = 50'000, .max_page_size = size_t{1} << 20});
  size_t given = 0;
  while (mem$malloc(a_, 500) != nullptr) given += 500;
  EXPECT_GT(given, 40'000u);
  EXPECT_LE(page_bytes(), 50'000u);
}

TEST_F(PagesTest, GrowingPagesOfBadSizes) {
  const size_t too_large = static_cast<size_t>(PTRDIFF_MAX) + 1;
  EXPECT_EQ(AllocatorArena.create(4096, {.max_page_size = too_large}), nullptr);
  make(4096, {.max_page_size = 100});  // as if none
  while (pages() < 3) ASSERT_NE(mem$malloc(a_, 500), nullptr);
  EXPECT_EQ(page_bytes(), 3 * 4096u);
  make(4096, {.max_page_size = too_large - 1});
  while (pages() < 3) ASSERT_NE(mem$malloc(a_, 500), nullptr);
  EXPECT_EQ(page_bytes(), 7 * 4096u);
}

TEST_F(PagesTest, PagesAgreeWithTheBackingAllocator) {
  make(1024);
  const auto check = [this] {
    ASSERT_EQ(stats().bytes_reserved, page_bytes());
    ASSERT_EQ(stats().pages_created - stats().pages_freed, pages());
    ASSERT_LE(stats().pages_live, pages());
    ASSERT_LE(stats().bytes_in_use, page_bytes());
    ASSERT_GE(stats().bytes_peak, stats().bytes_in_use);
  };
  for (size_t i = 0; i < 300; ++i) {
    mem$scope(a_, _) {
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
}

TEST_F(PagesTest, LimitSmallerThanAPageGivesASmallerPage) {
  make(4096, {.limit = 1000});
  char* p = mem$malloc(a_, 300);
  ASSERT_NE(p, nullptr);
  memset(p, 1, 300);
  EXPECT_EQ(page_bytes(), 1000u);
  EXPECT_EQ(mem$malloc(a_, 1000), nullptr);
}

// Pages in reserve hold nothing that anybody wants.
TEST_F(PagesTest, LimitReserveDoesNotCountAgainstAGrowingBlock) {
  make(4096, {.limit = 40'960, .retain_bytes = 9 * 4096});
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
  }
  char* p = mem$malloc(a_, 5'000);
  ASSERT_NE(p, nullptr);
  memset(p, 7, 5'000);
  p = mem$realloc(a_, p, 32'000);
  ASSERT_NE(p, nullptr);
  for (size_t i = 0; i < 5'000; ++i) ASSERT_EQ(p[i], 7);
  EXPECT_LE(page_bytes(), 40'960u);
}

// What outer scopes take while inner ones are open, and what inner ones take, is used again.
TEST_F(PagesTest, LoopsOfNestedScopesHoldThePagesOfOneRound) {
  make(4096);
  size_t first_round = 0;
  for (int round = 0; round < 10'000; ++round) {
    mem$scope(a_, outer) {
      ASSERT_NE(mem$malloc(outer, 100), nullptr);
      mem$scope(a_, inner) {
        ASSERT_NE(mem$malloc(inner, 100), nullptr);
        ASSERT_NE(mem$malloc(outer, 100), nullptr);
        if (round == 0) first_round = pages();
      }
    }
    ASSERT_LE(pages(), first_round) << round;
  }
}

TEST_F(PagesTest, SidePageIsUsedToItsEndBeforeAnotherIsTaken) {
  make(4096);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$scope(a_, inner) {
    ASSERT_NE(mem$malloc(inner, 100), nullptr);
    ASSERT_NE(mem$malloc(a_, 100), nullptr);
  }
  EXPECT_EQ(pages(), 2u);
  size_t in_use = 0;
  while (pages() == 2) {
    in_use = stats().bytes_in_use;
    ASSERT_NE(mem$malloc(a_, 100), nullptr);
  }
  EXPECT_GE(in_use, 2 * 4096u - 500);
}

}  // namespace
