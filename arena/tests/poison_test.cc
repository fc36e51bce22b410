// What a tool that watches memory is told of an arena's pages where they change: bytes
// around a block are poisoned as before.
#include <string.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/sanitizer.h"

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

}  // namespace
