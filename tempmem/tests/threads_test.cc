// Each thread has a tmem$ of its own, and what it took goes when it ends.
#include <malloc.h>
#include <string.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

// Bytes that the C library's heap has given out, in all its arenas; 0 where a
// sanitizer has a heap of its own. Those look for leaks themselves.
size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(TempThreadsTest, EachHasItsOwn) {
  constexpr size_t kThreads = 8;
  std::atomic<size_t> arrived = 0;
  std::vector<IAllocator> allocators(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      allocators[t] = tmem$;
      mem$scope(tmem$, _) {
        EXPECT_EQ(cex::temp_stats().scope_depth, 1u);
        char* p = mem$malloc(_, 1000);
        memset(p, static_cast<int>(t), 1000);
        // All hold their blocks at the same time.
        for (++arrived; arrived < kThreads;) std::this_thread::yield();
        for (int i = 0; i < 100; ++i) {
          mem$scope(tmem$, _) {
            char* q = mem$malloc(_, 10'000);
            memset(q, ~static_cast<int>(t), 10'000);
          }
        }
        for (int i = 0; i < 1000; ++i) ASSERT_EQ(p[i], static_cast<char>(t));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set(allocators.begin(), allocators.end()).size(), kThreads);
}

// The window of one thread shares no cache line with another thread's, since it
// lies in thread-local storage at the alignment of the interface.
TEST(TempThreadsTest, NoSharedCacheLine) {
  EXPECT_TRUE(mem$aligned_pointer(tmem$, 64));
  EXPECT_EQ(sizeof(cex::detail::temp) % 64, 0u);
}

TEST(TempThreadsTest, PagesOfAThousandThreadsGoWithThem) {
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

TEST(TempThreadsTest, ManyAtOnce) {
  const size_t before = heap_bytes();
  for (int round = 0; round < 5; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 20; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 50; ++i) {
          mem$scope(tmem$, _) {
            ASSERT_NE(mem$malloc(_, 1 + static_cast<size_t>(i) * 9000), nullptr);
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_LE(heap_bytes(), before + 2 * cex::kTempPageBytes);
}

// Memory of one thread may be read by another while its scope is open.
TEST(TempThreadsTest, MayBeReadByAnother) {
  mem$scope(tmem$, _) {
    char* text = mem$malloc(_, 10);
    strcpy(text, "hello");
    std::thread([text] { EXPECT_STREQ(text, "hello"); }).join();
  }
}

}  // namespace
