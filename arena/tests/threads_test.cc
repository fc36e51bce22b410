// An arena belongs to one thread at a time, and moves.
#include <string.h>

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

TEST(ArenaThreadsTest, EachThreadWithItsOwn) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t] {
      mem$arena(1024, a) {
        for (int i = 0; i < 500; ++i) {
          mem$scope(a, _) {
            char* p = mem$malloc(_, 700);
            memset(p, t, 700);
            char* q = mem$malloc(_, 700);
            memset(q, ~t, 700);
            for (int j = 0; j < 700; ++j) ASSERT_EQ(p[j], static_cast<char>(t));
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
