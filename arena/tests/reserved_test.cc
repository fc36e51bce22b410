// An arena in one reserved range: what holds with the checks and without.
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/arena.h"

namespace {

using cex::testing::CountingAllocator;

constexpr size_t kRange = size_t{1} << 30;

TEST(ReservedTest, BlocksScopesAndReset) {
  CountingAllocator backing;
  const IAllocator a =
      AllocatorArena.create(4096, {.backing = backing.allocator(), .reserve = kRange});
  ASSERT_NE(a, nullptr);
  for (int round = 0; round < 20; ++round) {
    char* kept = mem$malloc(a, 1000);
    memset(kept, round, 1000);
    mem$scope(a, outer) {
      char* large = mem$malloc(outer, 2'000'000);
      ASSERT_NE(large, nullptr);
      memset(large, 1, 2'000'000);
      mem$scope(outer, inner) {
        char* here = mem$malloc(inner, 5000);
        char* beside = mem$malloc(outer, 5000);
        char* below = mem$malloc(a, 5000);
        ASSERT_TRUE(here != nullptr && beside != nullptr && below != nullptr);
        memset(here, 2, 5000);
        memset(beside, 3, 5000);
        memset(below, 4, 5000);
        beside = mem$realloc(outer, beside, 9000);
        ASSERT_NE(beside, nullptr);
        EXPECT_EQ(beside[4999], 3);
        EXPECT_EQ(below[4999], 4);
        EXPECT_TRUE(AllocatorArena.owns(a, beside) && AllocatorArena.owns(inner, here));
      }
      EXPECT_EQ(large[1'999'999], 1);
    }
    EXPECT_EQ(kept[999], static_cast<char>(round));
    AllocatorArena.reset(a);
    ASSERT_EQ(AllocatorArena.stats(a).bytes_in_use, 0u);
  }
  int local = 0;
  EXPECT_FALSE(AllocatorArena.owns(a, &local));
  AllocatorArena.destroy(a);
  EXPECT_EQ(backing.live_blocks(), 0u);
}

// A range holds a page at least, and a limit one, too.
TEST(ReservedTest, BytesAreRoundedUpToAPage) {
  for (const size_t reserve : {size_t{1}, size_t{4096}}) {
    for (const size_t page_size : {size_t{64}, size_t{1} << 20}) {
      const IAllocator a = AllocatorArena.create(page_size, {.reserve = reserve});
      ASSERT_NE(a, nullptr);
      EXPECT_NE(mem$malloc(a, page_size < 500 ? 500 : 8000), nullptr) << reserve;
      AllocatorArena.destroy(a);
    }
  }
  constexpr size_t kHuge = size_t{PTRDIFF_MAX} / 2 + 1;
  EXPECT_EQ(AllocatorArena.create(kHuge, {.reserve = 4096}), nullptr);
  EXPECT_EQ(AllocatorArena.create(size_t{1} << 20, {.limit = 65'536, .reserve = 1}), nullptr);
  // The arena's own data lie in it, too.
  EXPECT_EQ(AllocatorArena.create(4096, {.limit = 4096, .reserve = 4096}), nullptr);
}

TEST(ReservedTest, AFullRangeGivesNull) {
  const IAllocator a = AllocatorArena.create(4096, {.reserve = size_t{1} << 20});
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(mem$malloc(a, size_t{1} << 20), nullptr);
  char* p = mem$malloc(a, 1'000'000);
  ASSERT_NE(p, nullptr);
  memset(p, 1, 1'000'000);
  EXPECT_EQ(mem$malloc(a, 100'000), nullptr);
  EXPECT_EQ(mem$realloc(a, p, 2'000'000), nullptr);
  EXPECT_EQ(p[999'999], 1);
  p = mem$realloc(a, p, 100);
  ASSERT_NE(p, nullptr);
  EXPECT_NE(mem$malloc(a, 100'000), nullptr);
  AllocatorArena.destroy(a);
}

TEST(ReservedTest, ARangeThatCannotBeHad) {
  CountingAllocator backing;
  const IAllocator below = backing.allocator();
  for (const size_t reserve : {SIZE_MAX, SIZE_MAX / 4, size_t{1} << 60}) {
    EXPECT_EQ(AllocatorArena.create(4096, {.backing = below, .reserve = reserve}), nullptr);
  }
  EXPECT_EQ(backing.live_blocks(), 0u) << "the record is returned";
  const cex::ArenaOptions options = {.reserve = size_t{1} << 60};
  EXPECT_DEATH(cex::ArenaBlock(4096, options),
               "reserved_test.cc:.*no range of 1152921504606846976 bytes can be reserved");
}

// As `ulimit -v` sets it.
[[noreturn]] void allocate_under_a_limit() {
  const rlimit limit{size_t{1} << 30, size_t{1} << 30};
  if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(1);
  const bool is_refused = AllocatorArena.create(4096, {.reserve = size_t{64} << 30}) == nullptr;
  const IAllocator a = AllocatorArena.create(4096, {.reserve = size_t{16} << 20});
  _exit(is_refused && a != nullptr && mem$malloc(a, 100'000) != nullptr ? 0 : 2);
}

TEST(ReservedDeathTest, NullUnderALimitOfTheAddressSpace) {
  EXPECT_EXIT(allocate_under_a_limit(), testing::ExitedWithCode(0), "");
}

// Without the checks that is the end of what is committed, at most: it faults.
TEST(ReservedDeathTest, AWritePastTheEnd) {
  EXPECT_DEATH(
      {
        const cex::ArenaOptions options = {.reserve = kRange};
        const IAllocator a = AllocatorArena.create(4096, options);
        volatile char* const p = mem$malloc(a, 100);
        p[AllocatorArena.stats(a).bytes_reserved] = 1;
        AllocatorArena.destroy(a);
      },
      "");
}

TEST(ReservedTest, AnArenaForABlock) {
  const cex::ArenaBlock block(4096, {.reserve = kRange});
  const IAllocator a = block.allocator();
  char* p = mem$malloc(a, 10'000'000);
  ASSERT_NE(p, nullptr);
  p[9'999'999] = 1;
}

}  // namespace
