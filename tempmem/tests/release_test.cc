// tmem$ without the checks of CEX_TEST, which has no pages: refusal outside a scope, one
// page that stays, and what a thread leaves behind.
#include <malloc.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>

#include <psapi.h>
#endif

#include <thread>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

// The one page of 256 KiB that may wait for the next scope.
size_t reserved() { return cex::temp_stats().bytes_reserved; }

// Bytes that the C library's heap has given out, in all its arenas; 0 where a
// sanitizer has a heap of its own. Those look for leaks themselves.
size_t heap_bytes() {
#ifdef _WIN32
  PROCESS_MEMORY_COUNTERS counters = {};
  GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters));
  return counters.PagefileUsage;
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

TEST(TempReleaseTest, OutsideAScopeRefuses) {
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
}

TEST(TempReleaseTest, PagesOf256KiB) {
  mem$scope(tmem$, _) {
    EXPECT_NE(mem$malloc(_, 8), nullptr);
    EXPECT_EQ(reserved(), size_t{256} << 10);
    EXPECT_EQ(cex::temp_stats().pages_live, 1u);
  }
  EXPECT_EQ(reserved(), size_t{256} << 10) << "stays for the next scope";
}

TEST(TempReleaseTest, ScopeGivesBackAllButOnePage) {
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

TEST(TempReleaseTest, LoopOfScopesTakesNoPages) {
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

TEST(TempReleaseTest, PagesOfAThousandThreadsGoWithThem) {
  const auto use = [](int i) {
    mem$scope(tmem$, _) {
      char* p = mem$malloc(_, 10'000);
      ASSERT_NE(p, nullptr);
      memset(p, i, 10'000);
      if (i % 10 == 0) p = mem$malloc(_, 400'000);
      ASSERT_NE(p, nullptr);
    }
    EXPECT_EQ(cex::temp_stats().pages_created - cex::temp_stats().pages_freed, 1u);
  };
  std::thread(use, 0).join();
  const size_t before = heap_bytes();
  for (int i = 0; i < 1000; ++i) std::thread(use, i).join();
  const size_t after = heap_bytes();
  EXPECT_LE(after, before + cex::kTempPageBytes) << "of 250 MiB that they had";
}

// Nor stay the levels of scopes that it left open.
TEST(TempReleaseTest, OpenScopesOfAThousandThreadsGoWithThem) {
  const auto use = [] {
    for (int i = 0; i < 12; ++i) {
      const IAllocator scope = tmem$->scope_enter(tmem$);
      ASSERT_NE(mem$malloc(scope, 100), nullptr);
    }
    EXPECT_EQ(cex::temp_stats().scope_depth, 12u);
  };
  std::thread(use).join();
  const size_t before = heap_bytes();
  for (int i = 0; i < 1000; ++i) std::thread(use).join();
  EXPECT_LE(heap_bytes(), before + 100'000);
}

}  // namespace
