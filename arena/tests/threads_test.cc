// An arena belongs to one thread at a time, and moves.
#include <stdlib.h>
#include <string.h>

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cex/arena.h"

namespace {

TEST(ArenaThreadsTest, HandedOverBetweenUses) {
  const IAllocator a = AllocatorArena.create(4096);
  char* p = mem$malloc(a, 100);
  strcpy(p, "from the first thread");
  AllocatorArena.hand_over(a);
  std::thread([a, p] {
    EXPECT_STREQ(p, "from the first thread");
    mem$scope(a, _) {
      EXPECT_NE(mem$malloc(_, 10'000), nullptr);
    }
    strcpy(p, "from the second");
    AllocatorArena.hand_over(a);
  }).join();
  EXPECT_STREQ(p, "from the second");
  EXPECT_NE(mem$malloc(a, 100), nullptr);
  AllocatorArena.destroy(a);
}

TEST(ArenaThreadsTest, TakenFromAThreadThatHasEnded) {
  IAllocator a = nullptr;
  char* p = nullptr;
  std::thread([&] {
    a = AllocatorArena.create(4096);
    p = mem$malloc(a, 100);
    strcpy(p, "still there");
  }).join();
  EXPECT_STREQ(p, "still there");
  EXPECT_NE(mem$malloc(a, 100), nullptr);
  AllocatorArena.destroy(a);
}

TEST(ArenaThreadsTest, MadeHereUsedThere) {
  const IAllocator a = AllocatorArena.create(4096);
  std::thread([a] { EXPECT_NE(mem$malloc(a, 100), nullptr); }).join();
  AllocatorArena.destroy(a);
}

// What is kept of a thread goes before its memory is another's.
TEST(ArenaThreadsTest, ThreadsEndWhileOthersAllocate) {
  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  for (int t = 0; t < 2; ++t) {
    others.emplace_back([&] {
      std::vector<char*> blocks(512);
      for (size_t i = 0; !is_over; ++i) {
        char*& block = blocks[i % blocks.size()];
        free(block);
        block = static_cast<char*>(malloc(24 + i % 4 * 8));
        memset(block, 0xee, 24);
        if (i % blocks.size() == 0) std::this_thread::yield();
      }
      for (char* const block : blocks) free(block);
    });
  }
  for (int round = 0; round < 25; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        mem$arena(4096, arena) EXPECT_NE(mem$malloc(arena, 10), nullptr);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  is_over = true;
  for (std::thread& other : others) other.join();
}

}  // namespace
