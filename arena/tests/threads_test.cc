// An arena belongs to one thread at a time, and moves.
#include <string.h>

#include <thread>

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

}  // namespace
