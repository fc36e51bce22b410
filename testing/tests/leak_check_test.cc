#include "cex/leak_check.h"

#include <unistd.h>

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/tempmem.h"

namespace {

using ::cex::testing::AllowLeaks;
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

#ifdef CEX_TEST

// Writes where nobody may, past the sanitizer that the test runs under.
void overwrite(char* p) {
  cex::unpoison_defined(p, 1);
  *static_cast<volatile char*>(p) = 1;
}

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

TEST(LeakCheckTest, SeesAnArenaThatNobodyDestroyed) {
  LeakCheck check;
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 10);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(check.leaks().blocks, 2u) << "the arena's record, and a page";
  AllocatorArena.destroy(arena);
  EXPECT_FALSE(check.leaks().any());
}

// Its page is as old as it is, and the last thing before the check.
TEST(LeakCheckTest, DoesNotCountThePageOfAnArenaMadeJustBefore) {
  IAllocator arena = AllocatorArena.create(4096);
  EXPECT_NE(mem$malloc(arena, 10), nullptr);
  mem$arena(4096, block) {
    EXPECT_NE(mem$malloc(block, 10), nullptr);
    EXPECT_FALSE(LeakCheck().leaks().any());
  }
  IAllocator allowed = nullptr;
  LeakCheck check;
  {
    AllowLeaks allow;
    allowed = AllocatorArena.create(4096);
  }
  EXPECT_NE(mem$malloc(allowed, 10), nullptr);
  EXPECT_FALSE(check.leaks().any());
  AllocatorArena.destroy(allowed);
  AllocatorArena.destroy(arena);
}

TEST(LeakCheckTest, SeesOpenScopes) {
  mem$scope(tmem$, _) {
    LeakCheck check;
    EXPECT_EQ(check.leaks().open_scopes, 0u) << "open before";
    tmem$->scope_enter(tmem$);
    EXPECT_EQ(check.leaks().open_scopes, 1u);
    EXPECT_EQ(check.leaks().text, "leak: 1 scope of tmem$ still open");
    tmem$->scope_exit(tmem$);
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

TEST(LeakCheckTest, TakesDamageOnce) {
  EXPECT_EQ(cex::testing::take_damage(), "");
  char* past = mem$malloc(mem$, 17);
  const int line = __LINE__ - 1;
  char* before = mem$malloc(mem$, 16);
  overwrite(past + 17);
  overwrite(before - 1);
  const std::string text = cex::testing::take_damage();
  EXPECT_THAT(
      text, ContainsRegex("write past the end of a block at 0x[0-9a-f]+\n    the block: 17 bytes, "
                          "allocated at testing/tests/leak_check_test.cc:" +
                          std::to_string(line)));
  EXPECT_THAT(text, ContainsRegex("write before the start of a block at 0x[0-9a-f]+\n"
                                  "    the block: 16 bytes"));
  EXPECT_EQ(cex::testing::take_damage(), "") << "mended";
  mem$free(mem$, past);
  mem$free(mem$, before);
}

// The first of these that there is to say, once.
std::string taken(const char* what) {
  std::string text = cex::testing::take_damage();
  EXPECT_THAT(text, HasSubstr(what));
  EXPECT_EQ(cex::testing::take_damage(), "") << "told of once";
  return text;
}

TEST(LeakCheckTest, TakesDamageOfArenasThatLiveOn) {
  IAllocator arena = AllocatorArena.create(4096);
  char* past = mem$malloc(arena, 17);
  const int line = __LINE__ - 1;
  char* before = mem$malloc(arena, 16);
  char* freed = mem$malloc(arena, 16);
  char* last = mem$malloc(arena, 16);
  char* const stale = freed;
  mem$free(arena, freed);
  EXPECT_EQ(cex::testing::take_damage(), "");
  overwrite(past + 17);
  EXPECT_THAT(taken("write past the end of a block at 0x"),
              HasSubstr("17 bytes, allocated at testing/tests/leak_check_test.cc:" +
                        std::to_string(line) + ", scope depth 0"));
  overwrite(before - 1);
  taken("write before the start of a block at 0x");
  overwrite(stale + 3);
  taken("write to freed memory at 0x");
  overwrite(stale + 3);
  overwrite(stale + 16);
  taken("write past the end of a block at 0x");
  mem$scope(arena, inside) {
    char* p = mem$malloc(inside, 17);
    overwrite(p + 17);
    taken("scope depth 1");
  }
  if (cex::kChecker == cex::Checker::kPattern) {  // else the tool tells of it
    overwrite(last + 2000);
    taken("write to memory of an arena whose scope had ended, at 0x");
  }
  AllocatorArena.destroy(arena);
}

TEST(LeakCheckTest, TakesDamageOfBlocksInOpenScopesOfTmem) {
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 17);
    overwrite(p + 17);
    taken("write past the end of a block at 0x");
  }
}

TEST(LeakCheckTest, LeavesArenasOfOtherThreadsAlone) {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 17);
  overwrite(p + 17);
  std::thread([] { EXPECT_EQ(cex::testing::take_damage(), ""); }).join();
  AllocatorArena.hand_over(arena);
  EXPECT_EQ(cex::testing::take_damage(), "") << "on its way to another thread";
  EXPECT_EQ(AllocatorArena.owns(arena, p), true);
  char* more = mem$malloc(arena, 1);
  EXPECT_NE(more, nullptr);
  taken("write past the end of a block at 0x");
  AllocatorArena.destroy(arena);
}

// Its buffer may go without a word.
TEST(LeakCheckTest, LeavesArenasOverOtherAllocatorsAlone) {
  alignas(64) char buffer[8192];
  IAllocator arena = AllocatorArena.create(2048, {.backing = AllocatorFixed.create(buffer, 8192)});
  char* p = mem$malloc(arena, 10);
  ASSERT_NE(p, nullptr);
  overwrite(p + 10);
  EXPECT_EQ(cex::testing::take_damage(), "");
  LeakCheck().check();
  cex::unpoison_defined(buffer, sizeof(buffer));
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

void write_past_the_end() {
  LeakCheck check;
  char* p = nullptr;
  {
    AllowLeaks allow;
    p = mem$malloc(mem$, 10);
  }
  overwrite(p + 10);
}

void write_to_a_freed_block() {
  LeakCheck check;
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  overwrite(stale + 3);
}

void write_past_an_arenas_block(size_t distance) {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 10);
  static_cast<void>(mem$malloc(arena, 10));
  LeakCheck check;
  overwrite(p + distance);
}

void write_to_an_arenas_freed_block() {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 10);
  char* const stale = p;
  mem$free(arena, p);
  LeakCheck check;
  overwrite(stale + 3);
}

void write_to_an_arenas_rewound_memory() {
  IAllocator arena = AllocatorArena.create(4096);
  LeakCheck check;
  char* stale = nullptr;
  mem$scope(arena, _) {
    stale = mem$malloc(_, 10);
  }
  check.dismiss();
  LeakCheck later;
  overwrite(stale + 3);
}

// A record can't be mended, so that it is told of once, and ends the program with the arena.
void take_a_record_and_destroy() {
  IAllocator arena = AllocatorArena.create(4096);
  static_cast<void>(mem$malloc(arena, 10));
  char* p = mem$malloc(arena, 10);
  overwrite(p - 40);
  const std::string text = cex::testing::take_damage();
  if (!testing::Value(text, HasSubstr("the record in front of the block at 0x"))) _exit(0);
  if (!cex::testing::take_damage().empty()) _exit(0);
  AllocatorArena.destroy(arena);
}

// In a page of tmem$ that waits for the next scope.
void write_to_a_page_that_waits() {
  mem$scope(tmem$, outer) {
    static_cast<void>(mem$malloc(outer, 1));
    LeakCheck check;
    char* stale = nullptr;
    mem$scope(tmem$, _) {
      for (size_t given = 0; given < cex::kTempPageBytes; given += 1000) {
        stale = mem$malloc(_, 1000);
      }
    }
    overwrite(stale + 3);
  }
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

TEST(LeakCheckDeathTest, DiesOfAnOverwrittenGuard) {
  EXPECT_DEATH(write_past_the_end(),
               "^cex: testing/tests/leak_check_test.cc:[0-9]+: write past the end of a block");
}

TEST(LeakCheckDeathTest, DiesOfWritesInAnArenaThatLivesOn) {
  const std::string here = "^cex: testing/tests/leak_check_test.cc:[0-9]+: ";
  EXPECT_DEATH(write_past_an_arenas_block(10), here + "write past the end of a block");
  EXPECT_DEATH(write_past_an_arenas_block(40), here + "the record in front of the block at 0x");
  EXPECT_DEATH(write_to_an_arenas_freed_block(),
               here +
                   "write to memory that was freed or whose scope has ended, found at the end "
                   "of a leak check");
  if (cex::kChecker == cex::Checker::kPattern) {
    EXPECT_DEATH(write_to_an_arenas_rewound_memory(),
                 here + "write to memory that was freed or whose scope has ended, found at");
  }
  EXPECT_DEATH(take_a_record_and_destroy(), here + "the record in front of the block at 0x");
}

TEST(LeakCheckDeathTest, DiesOfAWriteToAFreedBlock) {
  EXPECT_DEATH(write_to_a_freed_block(),
               "^cex: testing/tests/leak_check_test.cc:[0-9]+: write to freed memory");
}

// Where a tool watches memory, finding that is left to it.
TEST(LeakCheckDeathTest, DiesOfAWriteToAPageThatWaits) {
  if (cex::kChecker == cex::Checker::kPattern) {
    EXPECT_DEATH(write_to_a_page_that_waits(),
                 "^cex: testing/tests/leak_check_test.cc:[0-9]+: write to memory that was freed "
                 "or whose scope has ended, found at the end of a leak check");
  }
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

#else

TEST(LeakCheckTest, DoesNothingWithoutChecks) {
  char* p = nullptr;
  {
    LeakCheck check;
    p = mem$malloc(mem$, 10);
    EXPECT_FALSE(check.leaks().any());
  }
  EXPECT_EQ(cex::testing::take_damage(), "");
  mem$free(mem$, p);
}

#endif

}  // namespace
