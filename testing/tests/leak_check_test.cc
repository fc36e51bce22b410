#include "cex/leak_check.h"

#include <unistd.h>

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/failing_allocator.h"
#include "cex/hf.h"
#include "cex/hm.h"
#include "cex/tempmem.h"
#include "cex/trace.h"

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

// Its index, its copies of keys and their pages, too.
TEST(LeakCheckTest, DoesNotCountWhatAnOlderMapTakes) {
  const auto use = [](auto& map) {
    for (int i = 0; i < 1000; ++i) map.set(std::to_string(i).c_str(), i);
    map.clear();  // a hf$ makes itself smaller
    map.set("one", 1);
    map.shrink();
    map.reserve(5000);
  };
  hm$(const char*, int) ordered = hm$new(ordered, mem$, .copy_keys = true);
  hm$(const char*, int) packed = hm$new(packed, mem$, .copy_keys_arena_pgsize = 1024);
  hf$(const char*, int) flat = hf$new(flat, mem$, .copy_keys = true);
  hf$(const char*, int) allowed = nullptr;
  LeakCheck check;
  {
    AllowLeaks allow;
    hf$new(allowed, mem$, .copy_keys_arena_pgsize = 1024);
  }
  use(ordered);
  use(packed);
  use(flat);
  use(allowed);
  EXPECT_FALSE(check.leaks().any()) << check.leaks().text;
  hm$(int, int) young = hm$new(young, mem$);
  const size_t before = check.leaks().bytes;
  EXPECT_GT(before, 0u);
  for (int i = 0; i < 1000; ++i) hm$set(young, i, i);
  EXPECT_GT(check.leaks().bytes, before);
  hm$free(young);
  hm$free(ordered);
  hm$free(packed);
  hf$free(flat);
  hf$free(allowed);
}

TEST(LeakCheckTest, DoesNotCountWhatAnOlderTraceTakes) {
  cex::Trace trace;
  LeakCheck check;
  IAllocator arena = AllocatorArena.create(4096);
  IAllocator traced = trace.wrap(arena, "arena");
  for (size_t i = 1; i <= 1000; ++i) {
    mem$scope(traced, _) EXPECT_NE(mem$malloc(_, i), nullptr);
    EXPECT_NE(mem$malloc(traced, i), nullptr);
  }
  EXPECT_EQ(check.leaks().blocks, 1u) << check.leaks().text;
  trace.end(traced);
  AllocatorArena.destroy(arena);
  EXPECT_FALSE(check.leaks().any()) << check.leaks().text;
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
