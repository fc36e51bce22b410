// tmem$ in one thread: scopes, and what is left over: nothing.
#include "cex/tempmem.h"

#include <string.h>

#include <thread>

#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/fixed.h"

namespace {

TEST(TempTest, IsATemporaryArena) {
  EXPECT_TRUE(tmem$->meta.is_arena);
  EXPECT_TRUE(tmem$->meta.is_temp);
  EXPECT_EQ(tmem$, tmem$);
}

TEST(TempTest, ThirtyTwoLevelsAndTenThousand) {
  for (const uint32_t levels : {32u, 10'000u}) {
    for (uint32_t i = 0; i < levels; ++i) {
      const IAllocator scope = tmem$->scope_enter(tmem$);
      ASSERT_EQ(scope, tmem$);
      ASSERT_NE(mem$malloc(scope, 10), nullptr);
    }
    EXPECT_EQ(cex::temp_stats().scope_depth, levels);
    for (uint32_t i = 0; i < levels; ++i) tmem$->scope_exit(tmem$);
    EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
    EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
  }
}

// tmem$ that was read before the thread's first scope serves like that of later.
TEST(TempTest, ReadBeforeTheFirstScopeOfAThread) {
  std::thread([] {
    const IAllocator early = tmem$;
    EXPECT_EQ(early->scope_depth(early), 0u);
    for (int i = 0; i < 3; ++i) {
      mem$scope(early, outer) {
        char* kept = mem$malloc(outer, 100);
        mem$scope(early, inner) {
          EXPECT_NE(inner, outer);
          EXPECT_EQ(early->scope_depth(early), 2u);
          char* p = mem$malloc(inner, 100);
          early->free(early, p);
        }
        memset(kept, i, 100);
        EXPECT_NE(early->scope_enter(early), nullptr);
        early->scope_exit(early);
        EXPECT_EQ(early->scope_depth(early), 1u);
      }
    }
    EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
  }).join();
}

TEST(TempTest, AskedAboutBeforeTheFirstScopeOfAThread) {
  std::thread([] {
    char other = 0;
    EXPECT_EQ(cex::temp_stats().bytes_in_use, 0u);
    EXPECT_EQ(cex::temp_stats().bytes_peak, 0u);
    EXPECT_EQ(AllocatorArena.stats(tmem$).bytes_in_use, 0u);
    EXPECT_EQ(AllocatorArena.stats(tmem$).pages_created, 0u);
    EXPECT_EQ(AllocatorArena.stats(tmem$).scope_depth, 0u);
    EXPECT_FALSE(AllocatorArena.owns(tmem$, &other));
    AllocatorArena.hand_over(tmem$);
    mem$scope(tmem$, scope) {
      EXPECT_EQ(cex::temp_stats().bytes_peak, 0u);
      char* p = mem$malloc(scope, 10);
      EXPECT_TRUE(AllocatorArena.owns(tmem$, p));
      EXPECT_EQ(AllocatorArena.stats(tmem$).scope_depth, 1u);
    }
    EXPECT_EQ(AllocatorArena.stats(tmem$).scopes_entered, 1u);
  }).join();
}

TEST(TempDeathTest, IsNoArenaToEnd) {
  for (const int scopes : {0, 1}) {
    std::thread([scopes] {
      for (int i = 0; i < scopes; ++i)
        mem$scope(tmem$, _) EXPECT_NE(mem$malloc(_, 1), nullptr);
      EXPECT_REPORT(AllocatorArena.reset(tmem$), "AllocatorArena.reset of tmem$, whose memory");
      EXPECT_REPORT(AllocatorArena.destroy(tmem$), "AllocatorArena.destroy of an allocator that");
      EXPECT_REPORT(AllocatorFixed.destroy(tmem$), "AllocatorFixed.destroy of an allocator that");
    }).join();
  }
}

// A function may open scopes and allocate its result through the tmem$ it was passed.
char* repeat(IAllocator a, const char* text, int times) {
  mem$scope(tmem$, _) {
    char* all = mem$calloc(_, 1, strlen(text) * static_cast<size_t>(times) + 1);
    for (int i = 0; i < times; ++i) strcat(all, text);
    char* result = mem$malloc(a, strlen(all) + 1);
    return strcpy(result, all);
  }
  return nullptr;
}

TEST(TempTest, ResultsOutliveTheScopesOfTheirFunctions) {
  mem$scope(tmem$, _) {
    char* text = repeat(tmem$, "ab", 3);
    for (int i = 0; i < 100; ++i) {
      mem$scope(tmem$, inner) {
        EXPECT_STREQ(repeat(inner, "x", 10), "xxxxxxxxxx");
        EXPECT_STREQ(repeat(tmem$, "y", 3), "yyy");
      }
      EXPECT_STREQ(text, "ababab");
    }
  }
}

}  // namespace
