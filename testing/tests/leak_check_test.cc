#include "cex/leak_check.h"

#include <unistd.h>

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/failing_allocator.h"
#include "cex/tempmem.h"

namespace {

using ::cex::testing::AllowLeaks;
using ::cex::testing::FailingAllocator;
using ::cex::testing::LeakCheck;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(LeakCheckTest, SaysNothingWhereNothingLeaks) {
  LeakCheck check;
  char* p = mem$malloc(mem$, 10);
  mem$free(mem$, p);
  mem$scope(tmem$, _) {
    p = mem$malloc(_, 10);
  }
  EXPECT_FALSE(check.leaks().any());
  EXPECT_EQ(check.leaks().text, "");
  check.check();
}

TEST(LeakCheckTest, DoesNotCountWhatWasThereBefore) {
  char* before = mem$malloc(mem$, 10);
  {
    LeakCheck check;
    EXPECT_FALSE(check.leaks().any());
  }
  mem$free(mem$, before);
}

TEST(LeakCheckTest, DismissedItSaysNothing) {
  char* p = nullptr;
  {
    LeakCheck check;
    p = mem$malloc(mem$, 10);
    check.dismiss();
  }
  mem$free(mem$, p);
}

#ifdef CEX_TEST

// What was there before and grows meanwhile is no leak either.
TEST(LeakCheckTest, DoesNotCountWhatGrows) {
  const IAllocator arena = AllocatorArena.create(4096);
  char* before = mem$malloc(mem$, 10);
  {
    LeakCheck check;
    EXPECT_NE(mem$malloc(arena, 100), nullptr);
    EXPECT_NE(mem$malloc(arena, 100'000), nullptr);
    before = mem$realloc(mem$, before, 1000);
    EXPECT_FALSE(check.leaks().any()) << check.leaks().text;
    char* young = mem$malloc(mem$, 10);
    young = mem$realloc(mem$, young, 20);
    EXPECT_EQ(check.leaks().blocks, 1u);
    mem$free(mem$, young);
  }
  mem$free(mem$, before);
  AllocatorArena.destroy(arena);
}

TEST(LeakCheckTest, CountsBlocksAndNamesTheirLines) {
  LeakCheck check;
  char* a = mem$malloc(mem$, 10);
  const int line_of_a = __LINE__ - 1;
  char* b = mem$calloc(mem$, 2, 16);
  const int line_of_b = __LINE__ - 1;
  const cex::testing::Leaks leaks = check.leaks();
  EXPECT_TRUE(leaks.any());
  EXPECT_EQ(leaks.blocks, 2u);
  EXPECT_EQ(leaks.bytes, 42u);
  EXPECT_THAT(leaks.text, ContainsRegex("^leak: 2 blocks, 42 bytes of mem\\$ not freed\n"
                                        "    10 bytes at 0x[0-9a-f]+, allocated at "
                                        "testing/tests/leak_check_test.cc:" +
                                        std::to_string(line_of_a) +
                                        "\n    32 bytes at 0x[0-9a-f]+, allocated at "
                                        "testing/tests/leak_check_test.cc:" +
                                        std::to_string(line_of_b) + "$"));
  mem$free(mem$, a);
  mem$free(mem$, b);
  EXPECT_FALSE(check.leaks().any());
}

TEST(LeakCheckTest, ListsTheOldestOfMany) {
  LeakCheck check;
  char* blocks[20];
  for (char*& p : blocks) p = mem$malloc(mem$, 1);
  EXPECT_THAT(check.leaks().text, HasSubstr("20 blocks, 20 bytes"));
  EXPECT_THAT(check.leaks().text, HasSubstr("\n    and 8 more"));
  for (char*& p : blocks) mem$free(mem$, p);
}

TEST(LeakCheckTest, SeesOtherThreads) {
  LeakCheck check;
  char* p = nullptr;
  std::thread([&p] { p = mem$malloc(mem$, 10); }).join();
  EXPECT_EQ(check.leaks().blocks, 1u);
  mem$free(mem$, p);
}

TEST(LeakCheckTest, SeesAnArenaThatWasNotDestroyed) {
  LeakCheck check;
  IAllocator arena = AllocatorArena.create(4096);
  const int line = __LINE__ - 1;
  for (int i = 0; i < 100; ++i) EXPECT_NE(mem$malloc(arena, 1000), nullptr);
  mem$scope(arena, _) {
    EXPECT_NE(mem$malloc(_, 10), nullptr);
    EXPECT_NE(mem$malloc(arena, 10), nullptr);
  }
  EXPECT_EQ(check.leaks().blocks, 1u) << "its own record";
  EXPECT_THAT(check.leaks().text,
              HasSubstr("allocated at testing/tests/leak_check_test.cc:" + std::to_string(line)));
  AllocatorArena.destroy(arena);
  EXPECT_FALSE(check.leaks().any());
}

// Where its blocks come from an allocator on mem$: they are as old as the arena.
TEST(LeakCheckTest, DoesNotCountTheBlocksOfAnOlderArena) {
  FailingAllocator backing(mem$);
  IAllocator arena = AllocatorArena.create(4096, {.backing = backing.allocator()});
  IAllocator allowed = nullptr;
  LeakCheck check;
  EXPECT_NE(mem$malloc(arena, 10), nullptr);
  mem$arena(4096, block) {
    EXPECT_NE(mem$malloc(block, 10), nullptr);
    EXPECT_FALSE(check.leaks().any()) << check.leaks().text;
  }
  {
    AllowLeaks allow;
    allowed = AllocatorArena.create(4096, {.backing = backing.allocator()});
  }
  EXPECT_NE(mem$malloc(allowed, 10), nullptr);
  EXPECT_FALSE(check.leaks().any()) << check.leaks().text;
  IAllocator young = AllocatorArena.create(4096, {.backing = backing.allocator()});
  EXPECT_NE(mem$malloc(young, 10), nullptr);
  EXPECT_EQ(check.leaks().blocks, 2u) << "its record, and the block";
  AllocatorArena.destroy(young);
  AllocatorArena.destroy(allowed);
  AllocatorArena.destroy(arena);
  EXPECT_EQ(backing.live_blocks(), 0u);
}

TEST(LeakCheckTest, SeesOpenScopes) {
  mem$scope(tmem$, outside) {
    LeakCheck check;
    EXPECT_EQ(check.leaks().open_scopes, 0u) << "open before";
    const IAllocator inside = outside->scope_enter(outside);
    EXPECT_EQ(check.leaks().open_scopes, 1u);
    EXPECT_EQ(check.leaks().text, "leak: 1 scope of tmem$ still open");
    inside->scope_exit(inside);
    EXPECT_FALSE(check.leaks().any());
  }
}

TEST(LeakCheckTest, AllowedBlocksMayStay) {
  LeakCheck check;
  char* cache = nullptr;
  char* inner = nullptr;
  {
    AllowLeaks allow;
    cache = mem$malloc(mem$, 10);
    AllowLeaks nested;
    inner = mem$malloc(mem$, 10);
    EXPECT_FALSE(check.leaks().any()) << "already while it lives";
  }
  EXPECT_FALSE(check.leaks().any());
  char* p = mem$malloc(mem$, 10);
  EXPECT_EQ(check.leaks().blocks, 1u) << "not after";
  mem$free(mem$, p);
  mem$free(mem$, cache);
  mem$free(mem$, inner);
}

void leak_one() {
  LeakCheck check;
  char* volatile p = mem$malloc(mem$, 100);
  (void)p;
}

void leak_and_check() {
  LeakCheck check;
  char* volatile p = mem$malloc(mem$, 100);
  (void)p;
  check.check();
  _exit(0);
}

void leak_a_scope() {
  LeakCheck check;
  tmem$->scope_enter(tmem$);
}

TEST(LeakCheckDeathTest, DiesAtTheEndOfItsBlock) {
  EXPECT_DEATH(leak_one(),
               "^cex: testing/tests/leak_check_test.cc:[0-9]+: leak: 1 block, 100 bytes of "
               "mem\\$ not freed\n    100 bytes at 0x[0-9a-f]+, allocated at "
               "testing/tests/leak_check_test.cc:[0-9]+\n");
}

TEST(LeakCheckDeathTest, DiesInCheck) { EXPECT_DEATH(leak_and_check(), "leak: 1 block"); }

TEST(LeakCheckDeathTest, DiesOfAnOpenScope) {
  EXPECT_DEATH(leak_a_scope(), "leak: 1 scope of tmem\\$ still open");
}

#else

TEST(LeakCheckTest, DoesNothingWithoutChecks) {
  char* p = nullptr;
  {
    const LeakCheck check;
    p = mem$malloc(mem$, 10);
    EXPECT_FALSE(check.leaks().any());
  }
  EXPECT_EQ(cex::testing::take_damage(), "");
  mem$free(mem$, p);
}

#endif

}  // namespace
