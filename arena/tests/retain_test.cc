// Pages that an arena keeps: what serves which request, how much stays, and what the
// statistics say. The arena of CEX_TEST has none.
#include <string.h>

#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/seed.h"
#include "arena/tests/counted_arena.h"

namespace {

constexpr size_t kPageBytes = 4096;

class RetainTest : public cex::testing::CountedArenaTest {
 protected:
  void make(size_t retain_bytes, size_t limit = SIZE_MAX) {
    CountedArenaTest::make(kPageBytes, {.limit = limit, .retain_bytes = retain_bytes});
  }
  // The statistics are those of the backing allocator.
  void expect_agreement(size_t kept) const {
    EXPECT_EQ(stats().pages_created - stats().pages_freed, pages());
    EXPECT_EQ(stats().pages_live, pages() - kept);
    EXPECT_EQ(stats().bytes_reserved, page_bytes());
  }
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
TEST_F(RetainTest, ABlockThatNeedsJustAPageGetsTheOneThatWasKept) {
  const size_t most = most_of_a_page();
  ASSERT_NE(most, 0u);
  make(cex::kRetainDefault);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 100), nullptr);
  expect_agreement(0);
  char* p = mem$malloc(a_, most);
  ASSERT_NE(p, nullptr);
  memset(p, 1, most);
  EXPECT_EQ(stats().pages_created, 1u);
  expect_agreement(0);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  EXPECT_EQ(stats().pages_created, 2u) << "it took the whole page";
}

// A limit that is reached by pages which only wait: they are freed for a request, as many of them
// as it takes.
TEST_F(RetainTest, ALimitedArenaFreesNoMoreOfItsReserveThanItMust) {
  for (const bool takes_all : {true, false}) {
    make(9 * kPageBytes, 10 * kPageBytes);
    ASSERT_NE(mem$malloc(a_, 100), nullptr);
    mem$scope(a_, _) {
      for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
    }
    const cex::AllocatorStats before = stats();
    EXPECT_EQ(before.pages_live, 1u);
    const size_t kept = before.pages_created - before.pages_freed - before.pages_live;
    EXPECT_GE(kept, 4u);
    expect_agreement(kept);
    const size_t room = 10 * kPageBytes - before.bytes_reserved;
    const size_t freed = takes_all ? kept : 1;
    ASSERT_NE(mem$malloc(a_, room + freed * kPageBytes - (takes_all ? 200 : kPageBytes / 2)),
              nullptr);
    EXPECT_EQ(stats().pages_live, 2u);
    EXPECT_EQ(stats().pages_created, before.pages_created + 1);
    EXPECT_EQ(stats().pages_freed, before.pages_freed + freed);
    expect_agreement(kept - freed);
  }
}

// A page that a limit made smaller would serve few requests.
TEST_F(RetainTest, NoSmallerPagesAreKept) {
  make(9 * kPageBytes, kPageBytes + 1000);
  ASSERT_NE(mem$malloc(a_, 3800), nullptr);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 600), nullptr);
  EXPECT_EQ(stats().pages_created, 2u);
  EXPECT_EQ(stats().pages_freed, 1u);
  expect_agreement(0);
}

// Frames that ask for the same, after the first: nothing is asked of the backing allocator.

TEST_F(RetainTest, EqualFramesWithALargeBlock) {
  make(size_t{2} << 20);
  expect_no_more_requests(1000, [this] {
    mem$scope(a_, _) {
      for (int i = 0; i < 50; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
      ASSERT_NE(mem$malloc(_, size_t{1} << 20), nullptr);
      for (int i = 0; i < 50; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
    }
  });
}

TEST_F(RetainTest, EqualFramesWithALargeBlockByDefault) {
  make(cex::kRetainDefault);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  expect_no_more_requests(1000, [this] {
    mem$scope(a_, _) ASSERT_NE(mem$malloc(_, size_t{250} << 10), nullptr);
  });
  expect_agreement(1);
}

TEST_F(RetainTest, EqualFramesOfManySizes) {
  make(size_t{64} << 20);
  std::mt19937_64 random(cex::testing::random_seed());
  std::vector<size_t> sizes(500);
  for (size_t& size : sizes) {
    size = static_cast<size_t>(1 + random() % (random() % 4 == 0 ? 100'000 : 1000));
  }
  expect_no_more_requests(100, [&] {
    mem$scope(a_, _) {
      for (const size_t size : sizes) {
        char* p = mem$malloc(_, size);
        ASSERT_NE(p, nullptr);
        memset(p, 1, size);
      }
    }
  });
}

// The block that grew is large from the first byte in the next frame.
TEST_F(RetainTest, EqualFramesWithABlockThatGrows) {
  make(size_t{2} << 20);
  expect_no_more_requests(100, [this] {
    mem$scope(a_, _) {
      char* p = nullptr;
      for (size_t size = 100; size <= size_t{1} << 20; size += size / 2) {
        p = mem$realloc(_, p, size);
        ASSERT_NE(p, nullptr);
      }
    }
  });
}

TEST_F(RetainTest, ASpikeIsNotKept) {
  constexpr size_t kRetain = size_t{2} << 20;
  make(kRetain);
  const auto small_frame = [this] {
    mem$scope(a_, _) {
      for (int i = 0; i < 100; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
      ASSERT_NE(mem$malloc(_, 20'000), nullptr);
    }
  };
  mem$scope(a_, _) {
    ASSERT_NE(mem$malloc(_, size_t{50} << 20), nullptr);
    for (int i = 0; i < 55'000; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
    EXPECT_GE(backing_.live_bytes, size_t{99} << 20);
  }
  for (int frame = 0; frame < 10; ++frame) {
    ASSERT_LE(stats().bytes_reserved, kRetain);
    small_frame();
  }
  EXPECT_LE(stats().bytes_reserved, kRetain);
}

// What the last frames used stays, and what no frame has used since goes.
TEST_F(RetainTest, PagesThatWereUsedReplaceThoseThatWait) {
  make(size_t{1} << 20);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 600'000), nullptr);
  expect_no_more_requests(10, [this] {
    mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 800'000), nullptr);
  });
  expect_agreement(1);
}

// Of two that fit, and not the newer one.
TEST_F(RetainTest, ABlockGetsThePageThatWastesTheLeast) {
  make(size_t{2} << 20);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  const char* medium = nullptr;
  mem$scope(a_, _) {
    ASSERT_NE(mem$malloc(_, 900'000), nullptr);
    medium = mem$malloc(_, 50'000);
    ASSERT_NE(mem$malloc(_, 100'000), nullptr);
    ASSERT_NE(mem$malloc(_, 8'000), nullptr);
  }
  EXPECT_EQ(mem$malloc(a_, 40'000), medium);
}

// Under a limit what waits is nothing that others are refused for, nor is half of it.
TEST_F(RetainTest, UnderALimitNoPageIsWasted) {
  constexpr size_t kLimit = 1'500'000;
  make(kLimit, kLimit);
  mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 1'000'000), nullptr);
  ASSERT_NE(mem$malloc(a_, 5'000), nullptr);
  EXPECT_NE(mem$malloc(a_, 1'400'000), nullptr);
}

// A block that is freed alone leaves a page behind like a scope does.
TEST_F(RetainTest, AFreedLargeBlockIsKept) {
  make(size_t{2} << 20);
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  expect_no_more_requests(100, [this] {
    char* p = mem$malloc(a_, 1'000'000);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 1'000'000);
    mem$free(a_, p);
  });
  expect_agreement(1);
}

TEST_F(RetainTest, NothingIsKeptOfZero) {
  make(0);
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
    ASSERT_NE(mem$malloc(_, 20'000), nullptr);
  }
  EXPECT_EQ(stats().bytes_reserved, 0u);
  AllocatorArena.reset(a_);
  EXPECT_EQ(stats().bytes_reserved, 0u);
  ASSERT_NE(mem$malloc(a_, 900), nullptr);
  mem$scope(a_, _) {
    for (int i = 0; i < 20; ++i) ASSERT_NE(mem$malloc(_, 900), nullptr);
  }
  EXPECT_EQ(pages(), 1u);
  expect_agreement(0);
}

// reset() is the end of a scope for the arena's own handle.
TEST_F(RetainTest, EqualFramesByReset) {
  make(size_t{2} << 20);
  expect_no_more_requests(1000, [this] {
    for (int i = 0; i < 50; ++i) ASSERT_NE(mem$malloc(a_, 900), nullptr);
    mem$scope(a_, _) ASSERT_NE(mem$malloc(_, 5000), nullptr);
    ASSERT_NE(mem$malloc(a_, size_t{1} << 20), nullptr);
    AllocatorArena.reset(a_);
    ASSERT_EQ(stats().bytes_in_use, 0u);
    ASSERT_LE(stats().bytes_reserved, size_t{2} << 20);
  });
}

TEST_F(RetainTest, ResetEndsOpenScopes) {
  make(size_t{1} << 20);
  std::optional<cex::MemScope> outer(std::in_place, a_);
  ASSERT_NE(mem$malloc(outer->allocator(), 5000), nullptr);
  std::optional<cex::MemScope> inner(std::in_place, a_);
  ASSERT_NE(mem$malloc(inner->allocator(), 900), nullptr);
  AllocatorArena.reset(a_);
  EXPECT_EQ(stats().scope_depth, 0u);
  EXPECT_EQ(mem$malloc(inner->allocator(), 1), nullptr);
  inner.reset();
  outer.reset();
  EXPECT_EQ(stats().bytes_in_use, 0u);
  char* p = mem$malloc(a_, 900);
  ASSERT_NE(p, nullptr);
  memset(p, 1, 900);
}

}  // namespace
