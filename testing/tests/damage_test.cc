// Writes that a LeakCheck, and take_damage(), find. A tool that watches memory has its own
// reports of them: negative_control/.
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "allocator/tests/expect_report.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace {

using ::cex::testing::AllowLeaks;
using ::cex::testing::LeakCheck;
using ::cex::testing::scribble;
using ::cex::testing::take_damage;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// One past the end of a block.
char* end_of_block(IAllocator a) {
  char* p = mem$malloc(a, 17);
  return p + 17;
}

// The facts of a block of this file that was allocated at `line`.
std::string block_of(const char* size, int line) {
  return std::string("\n    the block: ") + size + "[^\n]*, allocated at " +
         "testing/tests/damage_test.cc:" + std::to_string(line) + "[^0-9]*";
}

// What there is to say, once.
std::string taken() {
  std::string text = take_damage();
  EXPECT_EQ(take_damage(), "") << "reported once";
  return text;
}

TEST(DamageTest, IsTakenOnce) {
  EXPECT_EQ(take_damage(), "");
  char* past = mem$malloc(mem$, 17);
  const int line = __LINE__ - 1;
  char* before = mem$malloc(mem$, 16);
  const int line_of_before = __LINE__ - 1;
  scribble(past + 17, 1);
  scribble(before - 1, 1);
  const std::string text = taken();
  EXPECT_THAT(text, ContainsRegex("write past the end of a block at 0x[0-9a-f]+, 1 byte behind "
                                  "its last" +
                                  block_of("17 bytes", line)));
  EXPECT_THAT(text, ContainsRegex("write before the start of a block at 0x[0-9a-f]+" +
                                  block_of("16 bytes", line_of_before)));
  mem$free(mem$, past);
  mem$free(mem$, before);
}

TEST(DamageTest, OfFreedBlocks) {
  char* p = mem$malloc(mem$, 10);
  const int line = __LINE__ - 1;
  char* const stale = p;
  mem$free(mem$, p);
  scribble(stale + 3, 1);
  EXPECT_THAT(taken(),
              ContainsRegex("^write to freed memory at 0x[0-9a-f]+" + block_of("10 bytes", line) +
                            "freed at testing/tests/damage_test.cc:" + std::to_string(line + 3)));
}

TEST(DamageTest, OfArenasThatLiveOn) {
  IAllocator arena = AllocatorArena.create(4096);
  char* past = mem$malloc(arena, 17);
  const int line = __LINE__ - 1;
  char* before = mem$malloc(arena, 16);
  char* freed = mem$malloc(arena, 16);
  char* const stale = freed;
  mem$free(arena, freed);
  EXPECT_EQ(take_damage(), "");
  scribble(past + 17, 1);
  EXPECT_THAT(taken(), ContainsRegex("^write past the end of a block at 0x[0-9a-f]+, 1 byte "
                                     "behind its last" +
                                     block_of("17 bytes", line)));
  scribble(before - 40, 1);
  EXPECT_THAT(taken(), HasSubstr("write before the start of a block at 0x"));
  scribble(stale + 3, 1);
  EXPECT_THAT(taken(), HasSubstr("write to freed memory at 0x"));
  scribble(stale + 3, 1);
  scribble(stale + 16, 1);
  EXPECT_THAT(taken(), HasSubstr("write past the end of a block at 0x"));
  AllocatorArena.destroy(arena);
}

TEST(DamageTest, OfOpenScopes) {
  IAllocator arena = AllocatorArena.create(4096);
  mem$scope(arena, outer) {
    mem$scope(outer, inner) {
      char* p = mem$malloc(outer, 17);
      const int line = __LINE__ - 1;
      char* q = mem$malloc(inner, 18);
      scribble(p + 17, 1);
      EXPECT_THAT(taken(), ContainsRegex(block_of("17 bytes", line)));
      scribble(q + 18, 1);
      EXPECT_THAT(taken(), ContainsRegex(block_of("18 bytes", line + 2)));
    }
  }
  mem$scope(tmem$, _) {
    char* p = mem$malloc(_, 17);
    scribble(p + 17, 1);
    EXPECT_THAT(taken(), HasSubstr("write past the end of a block at 0x"));
  }
  AllocatorArena.destroy(arena);
}

TEST(DamageTest, OfScopesThatHaveEnded) {
  IAllocator arena = AllocatorArena.create(4096);
  for (const IAllocator a : {arena, tmem$}) {
    char* stale = nullptr;
    mem$scope(a, _) {
      stale = mem$malloc(_, 10);
    }
    scribble(stale + 3, 1);
    EXPECT_THAT(taken(), ContainsRegex("^write to memory whose scope has ended at 0x[0-9a-f]+" +
                                       block_of("10 bytes", __LINE__ - 4) +
                                       "its scope ended at testing/tests/damage_test.cc:"));
  }
  AllocatorArena.destroy(arena);
}

TEST(DamageTest, OfOtherThreads) {
  IAllocator arena = AllocatorArena.create(4096);
  std::thread([arena] {
    scribble(end_of_block(arena), 1);
    mem$scope(tmem$, _) {
      scribble(end_of_block(_), 1);
      EXPECT_THAT(taken(), HasSubstr("write past the end of a block at 0x"));
    }
    scribble(end_of_block(arena), 1);
  }).join();
  EXPECT_THAT(taken(), HasSubstr("write past the end of a block at 0x"));
  AllocatorArena.destroy(arena);
}

// Of those that are in a caller's buffer, which may go at any time.
TEST(DamageTest, OfArenasOverOtherMemoryIsFoundWhenTheyEnd) {
  alignas(64) static char buffer[16384];
  IAllocator fixed = AllocatorFixed.create(buffer, sizeof(buffer));
  IAllocator arena = AllocatorArena.create(2048, {.backing = fixed});
  char* p = mem$malloc(arena, 10);
  ASSERT_NE(p, nullptr);
  scribble(p + 10, 1);
  EXPECT_EQ(take_damage(), "");
  LeakCheck().check();
  EXPECT_DEATH(AllocatorArena.destroy(arena), "write past the end of a block at 0x");
}

void write_past_the_end() {
  LeakCheck check;
  char* p = nullptr;
  {
    AllowLeaks allow;
    p = mem$malloc(mem$, 10);
  }
  scribble(p + 10, 1);
}

void write_to_a_freed_block() {
  LeakCheck check;
  char* p = mem$malloc(mem$, 10);
  char* const stale = p;
  mem$free(mem$, p);
  scribble(stale + 3, 1);
}

void write_past_an_arenas_block() {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 10);
  LeakCheck check;
  scribble(p + 40, 1);
}

void write_to_an_arenas_freed_block() {
  IAllocator arena = AllocatorArena.create(4096);
  char* p = mem$malloc(arena, 10);
  char* const stale = p;
  mem$free(arena, p);
  LeakCheck check;
  scribble(stale + 3, 1);
}

// The first of many blocks, inside a scope that is still open.
void write_after_an_inner_scope() {
  mem$scope(tmem$, outer) {
    EXPECT_NE(mem$malloc(outer, 1), nullptr);
    LeakCheck check;
    char* stale = nullptr;
    mem$scope(outer, inner) {
      stale = mem$malloc(inner, 1000);
      for (size_t i = 0; i < cex::kTempPageBytes / 1000; ++i) {
        EXPECT_NE(mem$malloc(inner, 1000), nullptr);
      }
    }
    scribble(stale + 3, 1);
  }
}

constexpr char kHere[] = "^cex: testing/tests/damage_test.cc:[0-9]+: ";

TEST(DamageDeathTest, OfALiveBlock) {
  EXPECT_DEATH(write_past_the_end(), std::string(kHere) + "write past the end of a block");
}

TEST(DamageDeathTest, OfAFreedBlock) {
  EXPECT_DEATH(write_to_a_freed_block(), std::string(kHere) + "write to freed memory");
}

TEST(DamageDeathTest, OfAnArenaThatLivesOn) {
  const std::string here = kHere;
  EXPECT_DEATH(write_past_an_arenas_block(), here + "write past the end of a block");
  EXPECT_DEATH(write_to_an_arenas_freed_block(), here + "write to freed memory");
}

TEST(DamageDeathTest, OfTemporaryMemory) {
  EXPECT_DEATH(write_after_an_inner_scope(),
               std::string(kHere) + "write to memory whose scope has ended");
}

}  // namespace
