// What a tool that watches memory is told of an arena's pages where they change: bytes
// around a block are poisoned as before.
#include <string.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/sanitizer.h"

#ifdef CEX_DETAIL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace {

using cex::is_poisoned;

TEST(ArenaPoisonTest, AroundALargeBlockWhosePageGrew) {
  const IAllocator a = AllocatorArena.create(4096);
  char* p = mem$malloc(a, 10'000);
  ASSERT_NE(p, nullptr);
  memset(p, 1, 10'000);  // unwritten memory counts as poisoned where a tool looks for its use
  for (size_t size = 20'000; size < 1'000'000; size *= 2) {
    p = mem$realloc(a, p, size);
    ASSERT_NE(p, nullptr);
    // MemorySanitizer only knows that the record there has been written.
    EXPECT_TRUE(cex::kChecker == cex::Checker::kMsan || is_poisoned(p - 1, 1)) << size;
    EXPECT_TRUE(is_poisoned(p + size, 1)) << size;
    EXPECT_FALSE(is_poisoned(p, 10'000)) << size;
    memset(p, 1, size);
    EXPECT_FALSE(is_poisoned(p, size)) << size;
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaPoisonTest, TheRestOfEachPage) {
  const IAllocator a = AllocatorArena.create(4096);
  for (int i = 0; i < 100; ++i) {
    char* p = mem$malloc(a, 400);
    ASSERT_NE(p, nullptr);
    memset(p, 1, 400);
    asm volatile("" : "+r"(p));
    for (const size_t offset : {0u, 1u, 15u}) EXPECT_TRUE(is_poisoned(p + 400 + offset, 1));
    EXPECT_TRUE(cex::kChecked || is_poisoned(p + 460, 1)) << "where another block may be";
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaPoisonTest, APageThatWaitsForTheNextScope) {
  const IAllocator a = AllocatorArena.create(4096);
  ASSERT_NE(mem$malloc(a, 100), nullptr);
  char* in_second_page = nullptr;
  mem$scope(a, _) {
    for (int i = 0; i < 40; ++i) in_second_page = mem$malloc(_, 100);
    ASSERT_NE(in_second_page, nullptr);
    memset(in_second_page, 1, 100);
    EXPECT_FALSE(is_poisoned(in_second_page, 1));
  }
  asm volatile("" : "+r"(in_second_page));
  for (const size_t offset : {0u, 1u, 50u, 99u}) {
    EXPECT_TRUE(is_poisoned(in_second_page + offset, 1)) << offset;
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaPoisonTest, AReservedRange) {
  const IAllocator a = AllocatorArena.create(4096, {.retain_bytes = 0, .reserve = size_t{1} << 30});
  char* kept = mem$malloc(a, 100);
  memset(kept, 1, 100);
  for (int round = 0; round < 3; ++round) {
    char* ended = nullptr;
    mem$scope(a, _) {
      ended = mem$malloc(_, 1000);
      memset(ended, 1, 1000);
      char* large = mem$malloc(_, 5'000'000);
      ASSERT_NE(large, nullptr);
      memset(large, 1, 5'000'000);
      EXPECT_TRUE(is_poisoned(large + 5'000'000, 1));
      EXPECT_FALSE(is_poisoned(large, 5'000'000));
    }
    asm volatile("" : "+r"(ended));
    EXPECT_TRUE(is_poisoned(ended, 1));
    EXPECT_TRUE(is_poisoned(ended + 999, 1));
    EXPECT_FALSE(is_poisoned(kept, 100));
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaPoisonTest, WhatAResetEnded) {
  for (const size_t reserve : {size_t{0}, size_t{1} << 30}) {
    const IAllocator a = AllocatorArena.create(4096, {.reserve = reserve});
    for (int round = 0; round < 3; ++round) {
      char* p = mem$malloc(a, 1000);
      memset(p, 1, 1000);
      AllocatorArena.reset(a);
      asm volatile("" : "+r"(p));
      EXPECT_TRUE(is_poisoned(p, 1)) << reserve;
      EXPECT_TRUE(is_poisoned(p + 999, 1)) << reserve;
    }
    AllocatorArena.destroy(a);
  }
}

TEST(ArenaPoisonTest, AFreedBlockUntilItIsUsedAgain) {
  const IAllocator a = AllocatorArena.create(size_t{64} << 10);
  char* p = mem$malloc(a, 1000);
  ASSERT_NE(mem$malloc(a, 100), nullptr);
  memset(p, 1, 1000);
  char* freed = p;
  mem$free(a, p);
  asm volatile("" : "+r"(freed));
  for (const size_t offset : {0u, 1u, 15u, 16u, 500u, 999u}) {
    EXPECT_TRUE(is_poisoned(freed + offset, 1)) << offset;
  }
  char* again = mem$malloc(a, 400);
  memset(again, 1, 400);
  EXPECT_FALSE(is_poisoned(again, 400));
  EXPECT_TRUE(is_poisoned(again + 400, 1));
  again = mem$realloc(a, again, 300);
  EXPECT_TRUE(is_poisoned(again + 300, 1));
  AllocatorArena.destroy(a);
}

#ifdef CEX_DETAIL_ASAN
// Blocks that only memory of an arena leads to.
[[gnu::noinline]] void fill_with_blocks(void** blocks, size_t count) {
  for (size_t i = 0; i < count; ++i) blocks[i] = mem$malloc(mem$, 100);
}

TEST(ArenaPoisonTest, LeakSanitizerLooksIntoAReservedRange) {
  constexpr size_t kCount = 1000;
  const IAllocator a = AllocatorArena.create(4096, {.reserve = size_t{1} << 30});
  void** const blocks = mem$malloc(a, kCount * sizeof(void*));
  ASSERT_NE(blocks, nullptr);
  fill_with_blocks(blocks, kCount);
  EXPECT_EQ(__lsan_do_recoverable_leak_check(), 0);
  for (size_t i = 0; i < kCount; ++i) mem$free(mem$, blocks[i]);
  AllocatorArena.destroy(a);
}
#endif

}  // namespace
