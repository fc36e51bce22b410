// Each thread has a tmem$ of its own.
#include <string.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cex/tempmem.h"

namespace {

TEST(TempThreadsTest, EachHasItsOwn) {
  constexpr size_t kThreads = 8;
  std::atomic<size_t> arrived = 0;
  std::vector<IAllocator> allocators(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      mem$scope(tmem$, _) {
        allocators[t] = _;
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

}  // namespace
