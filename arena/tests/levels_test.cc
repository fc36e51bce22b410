// Memory belongs to the scope whose allocator was named: allocating, resizing and freeing
// through outer scopes' allocators while inner scopes are open.
#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace {

alignas(64) char buffer[size_t{16} << 20];

// Each test with an arena, small pages and large, and with a fixed buffer.
class LevelsTest : public testing::TestWithParam<size_t> {
 protected:
  ~LevelsTest() override {
    EXPECT_EQ(a_->scope_depth(a_), 0u);
    GetParam() == 0 ? AllocatorFixed.destroy(a_) : AllocatorArena.destroy(a_);
  }
  cex::AllocatorStats stats() const {
    return GetParam() == 0 ? AllocatorFixed.stats(a_) : AllocatorArena.stats(a_);
  }
  static char* filled(IAllocator a, size_t size, int value) {
    char* p = mem$malloc(a, size);
    EXPECT_NE(p, nullptr);
    if (p != nullptr) memset(p, value, size);
    return p;
  }
  static bool is_filled(const char* p, size_t size, int value) {
    return std::string(p, size) == std::string(size, static_cast<char>(value));
  }

  const IAllocator a_ = GetParam() == 0 ? AllocatorFixed.create(buffer, sizeof(buffer))
                                        : AllocatorArena.create(GetParam());
};

INSTANTIATE_TEST_SUITE_P(, LevelsTest, testing::Values(0, 256, 4096, 65536));

TEST_P(LevelsTest, BlocksGoWithTheScopeThatWasNamed) {
  char* kept = filled(a_, 100, 1);
  mem$scope(a_, s1) {
    char* p1 = filled(s1, 100, 2);
    char* q1 = nullptr;
    char* more = nullptr;
    mem$scope(s1, s2) {
      char* p2 = filled(s2, 100, 3);
      q1 = filled(s1, 1000, 4);
      more = filled(a_, 3000, 5);
      mem$scope(a_, s3) {
        filled(s3, 5000, 6);
        EXPECT_TRUE(is_filled(filled(s2, 70, 7), 70, 7));
      }
      EXPECT_TRUE(is_filled(p2, 100, 3));
      EXPECT_TRUE(is_filled(q1, 1000, 4));
    }
    filled(s1, 2000, 8);
    EXPECT_TRUE(is_filled(p1, 100, 2));
    EXPECT_TRUE(is_filled(q1, 1000, 4));
    kept = kept[0] == 1 ? more : nullptr;
  }
  filled(a_, 2000, 9);
  ASSERT_NE(kept, nullptr);
  EXPECT_TRUE(is_filled(kept, 3000, 5));
}

TEST_P(LevelsTest, ResizingThroughTheBlocksOwnScope) {
  mem$scope(a_, outer) {
    char* p = filled(outer, 10, 1);
    char* q = filled(outer, 10, 2);
    size_t size = 10;
    for (int round = 0; round < 12; ++round) {
      mem$scope(outer, inner) {
        filled(inner, 300, 3);
        p = mem$realloc(outer, p, 2 * size);
        ASSERT_NE(p, nullptr);
        ASSERT_TRUE(is_filled(p, size, 1));
        size *= 2;
        memset(p, 1, size);
        filled(inner, 300, 3);
      }
      ASSERT_TRUE(is_filled(p, size, 1));
      ASSERT_TRUE(is_filled(q, 10, 2));
    }
    mem$scope(outer, inner) {
      filled(inner, 10, 3);
      mem$free(outer, p);
      mem$free(outer, q);
    }
  }
  EXPECT_EQ(stats().bytes_in_use, 0u);
}

// All that a loop takes is free again after each round, also what it takes for outer scopes.
TEST_P(LevelsTest, LoopsOfNestedScopesTakeNoMore) {
  for (int round = 0; round < 10'000; ++round) {
    mem$scope(a_, outer) {
      ASSERT_NE(mem$malloc(outer, 100), nullptr) << round;
      mem$scope(a_, inner) {
        ASSERT_NE(mem$malloc(inner, 200), nullptr) << round;
        ASSERT_NE(mem$malloc(outer, 300), nullptr) << round;
        ASSERT_NE(mem$malloc(inner, 3000), nullptr) << round;
        ASSERT_NE(mem$malloc(outer, 3000), nullptr) << round;
      }
      ASSERT_NE(mem$malloc(outer, 400), nullptr) << round;
    }
    ASSERT_EQ(stats().bytes_in_use, 0u) << round;
  }
}

TEST_P(LevelsTest, ContainersOfTheStandardGrowAtAnyDepth) {
  mem$scope(a_, outer) {
#ifdef CEX_DETAIL_HAS_PMR
    cex::PmrResource resource(outer);
    std::pmr::vector<int> numbers(&resource);
#else
    std::vector<int, cex::StdAllocator<int>> numbers(outer);
#endif
    std::vector<int, cex::StdAllocator<int>> more(outer);
    for (int i = 0; i < 1000; ++i) {
      mem$scope(outer, inner) {
        filled(inner, 50, 1);
        numbers.push_back(i);
        more.push_back(i);
      }
    }
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(numbers[static_cast<size_t>(i)], i);
      ASSERT_EQ(more[static_cast<size_t>(i)], i);
    }
  }
}

// Opens so many scopes, each with a block of its own or of the one outside. A guard holds its own
// mark, so depth takes no table.
size_t recurse(IAllocator outer, size_t levels, bool is_inside) {
  if (levels == 0) return outer->scope_depth(outer);
  const cex::MemScope scope(outer);
  char* const p = mem$malloc(is_inside ? scope.allocator() : outer, 100);
  if (p == nullptr) return 0;
  memset(p, static_cast<int>(levels), 100);
  const size_t deepest = recurse(scope.allocator(), levels - 1, is_inside);
  return p[99] == static_cast<char>(levels) ? deepest : 0;
}

TEST_P(LevelsTest, TenThousandOfGuards) {
  EXPECT_EQ(recurse(a_, 10'000, true), 10'000u);
  EXPECT_EQ(stats().bytes_in_use, 0u);
  EXPECT_LE(stats().pages_live, 1u);
}

TEST_P(LevelsTest, TenThousandThroughTheInterface) {
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 10'000; ++i) {
      ASSERT_EQ(a_->scope_depth(a_), i);
      filled(a_->scope_enter(a_), 1 + i % 700, 1);
    }
    for (uint32_t i = 10'000; i > 0; --i) {
      ASSERT_EQ(a_->scope_depth(a_), i);
      a_->scope_exit(a_);
    }
    EXPECT_EQ(stats().bytes_in_use, 0u);
    EXPECT_LE(stats().pages_live, 1u);
  }
}

TEST(LevelsDepthTest, TenThousandThatAllocateFromTheOneOutside) {
  const IAllocator a = AllocatorArena.create(1024);
  EXPECT_EQ(recurse(a, 10'000, false), 10'000u);
  AllocatorArena.destroy(a);
}

}  // namespace
