// tmem$ in one thread: only in a scope, one page that stays, nothing left over.
#include "cex/tempmem.h"

#include <string.h>

#include <stdexcept>

#include <gtest/gtest.h>

#include "allocator/tests/c_user.h"

namespace {

// The one page of 256 KiB that may wait for the next scope.
size_t reserved() { return cex::temp_stats().bytes_reserved; }

TEST(TempTest, IsATemporaryArena) {
  EXPECT_TRUE(tmem$->meta.is_arena);
  EXPECT_TRUE(tmem$->meta.is_temp);
  EXPECT_EQ(tmem$, tmem$);
  EXPECT_LE(sizeof(cex::detail::temp), 512u) << "a small static instance";
}

TEST(TempTest, OutsideAScopeRefuses) {
#ifndef CEX_TEST
  EXPECT_EQ(mem$malloc(tmem$, 8), nullptr);
  EXPECT_EQ(mem$malloc(tmem$, 8, 64), nullptr);
  EXPECT_EQ(mem$malloc(tmem$, size_t{1} << 31), nullptr);
  EXPECT_EQ(mem$calloc(tmem$, 1, 8), nullptr);
  EXPECT_EQ(mem$realloc(tmem$, nullptr, 8), nullptr);
  EXPECT_EQ(mem$new(tmem$, int, 1), nullptr);
  // And again where a page is there to be had.
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 8), nullptr);
  }
  EXPECT_EQ(mem$malloc(tmem$, 8), nullptr);
  EXPECT_EQ(mem$calloc(tmem$, 1, 8), nullptr);
  mem$scope(tmem$, _) {
    mem$scope(tmem$, _) {
      EXPECT_NE(mem$malloc(_, 300'000), nullptr);
    }
    EXPECT_NE(mem$malloc(_, 8), nullptr);
  }
  EXPECT_EQ(mem$malloc(tmem$, 8), nullptr);
#endif
}

TEST(TempTest, PagesOf256KiB) {
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 8), nullptr);
    EXPECT_EQ(reserved(), size_t{256} << 10);
    EXPECT_EQ(cex::temp_stats().pages_live, 1u);
  }
  EXPECT_EQ(reserved(), size_t{256} << 10) << "stays for the next scope";
}

TEST(TempTest, ScopeGivesBackAllButOnePage) {
  for (int round = 0; round < 10; ++round) {
    mem$scope(tmem$, _) {
      for (int i = 0; i < 100; ++i) {
        char* p = mem$malloc(_, 30'000);
        ASSERT_NE(p, nullptr);
        memset(p, i, 30'000);
      }
      ASSERT_NE(mem$malloc(_, 5'000'000), nullptr);
      EXPECT_GE(reserved(), 8'000'000u);
    }
    EXPECT_LE(reserved(), size_t{512} << 10);
    EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
    EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
  }
}

TEST(TempTest, LoopOfScopesTakesNoPages) {
  mem$scope(tmem$, _) {
    ASSERT_NE(mem$malloc(_, 8), nullptr);
  }
  const size_t before = cex::temp_stats().pages_created;
  for (int i = 0; i < 10'000; ++i) {
    mem$scope(tmem$, _) {
      char* p = mem$malloc(_, 100);
      ASSERT_NE(p, nullptr);
      mem$scope(tmem$, _) {
        ASSERT_NE(mem$malloc(_, 1000), nullptr);
      }
    }
  }
  EXPECT_EQ(cex::temp_stats().pages_created, before);
}

int return_from() {
  mem$scope(tmem$, _) {
    return *mem$new(_, int, 42);
  }
  return 0;
}

TEST(TempTest, EveryWayOut) {
  EXPECT_EQ(return_from(), 42);
  for (int i = 0; i < 10; ++i) {
    mem$scope(tmem$, _) {
      ASSERT_NE(mem$malloc(_, 8), nullptr);
      if (i == 2) continue;
      if (i == 5) break;
    }
    EXPECT_NE(i, 2);
    EXPECT_LT(i, 5);
  }
  try {
    mem$scope(tmem$, _) {
      ASSERT_NE(mem$malloc(_, 8), nullptr);
      throw std::runtime_error("out");
    }
  } catch (const std::runtime_error&) {
  }
  mem$scope(tmem$, _) {
    if (mem$malloc(_, 8) != nullptr) goto out;
  }
  FAIL();
out:
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
  EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
}

// Fills strings by functions that take the allocator, as users write it.
char* join(IAllocator a, const char* left, const char* right) {
  const size_t size = strlen(left) + strlen(right) + 1;
  char* text = mem$malloc(a, size, 1);
  if (text == nullptr) return nullptr;
  mem$scope(tmem$, scratch) {
    char* copy = mem$malloc(scratch, size, 1);
    if (copy == nullptr) return nullptr;
    strcpy(copy, left);
    strcat(copy, right);
    strcpy(text, copy);
  }
  return text;
}

TEST(TempTest, FunctionsNestTheirScopes) {
  mem$scope(tmem$, _) {
    char* text = join(_, "a", "b");
    for (int i = 0; i < 10; ++i) text = join(_, text, "c");
    EXPECT_STREQ(text, "abcccccccccc");
  }
}

TEST(TempTest, UsedFromC) {
  mem$scope(tmem$, _) {
    EXPECT_EQ(c_user_allocates(_), 0) << "line of c_user.c";
  }
  EXPECT_EQ(c_user_scopes(tmem$), 0) << "line of c_user.c";
}

TEST(TempTest, ThirtyTwoLevelsAndTenThousand) {
  for (const uint32_t levels : {32u, 10'000u}) {
    for (uint32_t i = 0; i < levels; ++i) {
      ASSERT_EQ(tmem$->scope_enter(tmem$), tmem$);
      ASSERT_NE(mem$malloc(tmem$, 10), nullptr);
    }
    EXPECT_EQ(cex::temp_stats().scope_depth, levels);
    for (uint32_t i = 0; i < levels; ++i) tmem$->scope_exit(tmem$);
    EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
    EXPECT_LE(reserved(), size_t{512} << 10);
  }
}

}  // namespace
