// mem$: the heap.
#include <stdint.h>
#include <string.h>

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cex/allocator.h"

namespace {

TEST(HeapTest, IsOneForTheWholeProgram) { EXPECT_EQ(mem$, &cex::detail::heap); }

TEST(HeapTest, GrowsThroughManySizes) {
  for (size_t align = 1; align <= 64; align *= 4) {
    uint32_t* p = nullptr;
    size_t filled = 0;
    for (size_t n = 1; n < 200'000; n = n * 3 / 2 + 1) {
      p = mem$realloc(mem$, p, n * sizeof(uint32_t), align);
      ASSERT_NE(p, nullptr);
      for (; filled < n; ++filled) p[filled] = static_cast<uint32_t>(filled);
      for (size_t i = 0; i < n; i += 1 + n / 100) ASSERT_EQ(p[i], i);
    }
    mem$free(mem$, p);
  }
}

// Every thread frees what its neighbour made.
TEST(HeapTest, ThreadsMayFreeEachOthersBlocks) {
  constexpr size_t kThreads = 4;
  constexpr size_t kBlocks = 500;
  std::vector<char*> blocks(kThreads * kBlocks);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&blocks, t] {
      for (size_t i = 0; i < kBlocks; ++i) {
        char* const p = mem$malloc(mem$, i + 1);
        memset(p, static_cast<int>(t), i + 1);
        blocks[t * kBlocks + i] = mem$realloc(mem$, p, i + 100);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&blocks, t] {
      const size_t other = (t + 1) % kThreads;
      for (size_t i = 0; i < kBlocks; ++i) {
        char*& p = blocks[other * kBlocks + i];
        EXPECT_EQ(p[i], static_cast<char>(other));
        mem$free(mem$, p);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
