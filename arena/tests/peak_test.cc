// bytes_peak is the most that bytes_in_use ever was, on whatever pages and in whatever scopes.
#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "allocator/tests/seed.h"
#include "cex/arena.h"

namespace {

class PeakTest : public testing::TestWithParam<size_t> {
 protected:
  ~PeakTest() override { AllocatorArena.destroy(a_); }

  void look() {
    const cex::AllocatorStats stats = AllocatorArena.stats(a_);
    most_ = std::max(most_, stats.bytes_in_use);
    ASSERT_EQ(stats.bytes_peak, most_);
  }

  IAllocator a_ = AllocatorArena.create(GetParam());
  size_t most_ = 0;
};

TEST_P(PeakTest, OfRandomScopesAndBlocks) {
  std::mt19937_64 random(cex::testing::random_seed());
  for (int round = 0; round < 200; ++round) {
    std::vector<IAllocator> levels = {a_};
    for (int i = 0; i < 100; ++i) {
      const IAllocator innermost = levels.back();
      const uint64_t choice = random() % 10;
      if (choice == 0 && levels.size() < 8) {
        levels.push_back(innermost->scope_enter(innermost));
      } else if (choice == 1 && levels.size() > 1) {
        innermost->scope_exit(innermost);
        levels.pop_back();
      } else {
        // Mostly small; some have a page of their own.
        const auto size = static_cast<size_t>(1 + random() % (choice == 2 ? 5000 : 200));
        const IAllocator level = levels[static_cast<size_t>(random() % levels.size())];
        if (level == a_ && round > 20) continue;  // stays for good
        ASSERT_NE(mem$malloc(level, size), nullptr);
      }
      look();
      if (HasFatalFailure()) return;
    }
    while (levels.size() > 1) {
      levels.back()->scope_exit(levels.back());
      levels.pop_back();
    }
    look();
  }
}

// The most lies on a page that is gone, and lower on the one that comes after it.
TEST_P(PeakTest, OfAPageThatIsNoLongerThere) {
  for (int round = 0; round < 3; ++round) {
    mem$scope(a_, outer) {
      for (int i = 0; i < 50; ++i) {
        ASSERT_NE(mem$malloc(outer, 100), nullptr);
        look();
        mem$scope(outer, inner) {
          ASSERT_NE(mem$malloc(inner, 700), nullptr);
          look();
        }
      }
    }
    look();
  }
}

// An inner scope was full to the end of the page, where an aligned block of the outer one has no
// room: the next page may hold less than the inner scope did, by where the heap puts it.
TEST_P(PeakTest, OfAPageThatIsLeftForAnAlignedBlock) {
  const size_t full = GetParam() / 16;
  for (size_t i = 0; i < 4; ++i) {
    void* moves_what_follows = mem$malloc(mem$, 2000 + 16 * i);
    for (size_t blocks = full - 12; blocks <= full; ++blocks) {
      for (size_t inner_blocks = 1; inner_blocks <= 4; ++inner_blocks) {
        AllocatorArena.destroy(a_);
        a_ = AllocatorArena.create(GetParam());
        most_ = 0;
        for (size_t k = 0; k < blocks; ++k) ASSERT_NE(mem$malloc(a_, 8), nullptr);
        mem$scope(a_, inner) {
          for (size_t k = 0; k < inner_blocks; ++k) ASSERT_NE(mem$malloc(inner, 8), nullptr);
          look();
        }
        ASSERT_NE(mem$malloc(a_, 8, 64), nullptr);
        look();
      }
    }
    mem$free(mem$, moves_what_follows);
  }
}

TEST_P(PeakTest, OfWhatAResetEnded) {
  look();
  ASSERT_NE(mem$malloc(a_, 300), nullptr);
  look();
  AllocatorArena.reset(a_);
  look();
  ASSERT_NE(mem$malloc(a_, 100), nullptr);
  look();
}

INSTANTIATE_TEST_SUITE_P(PageSizes, PeakTest, testing::Values(512, 1024, 4096, 16'384));

}  // namespace
