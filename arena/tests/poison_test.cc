// What a tool that watches memory is told of an arena's pages where they change: bytes
// around a block are poisoned as before.
#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/sanitizer.h"

namespace {

using cex::is_poisoned;

TEST(ArenaPoisonTest, AroundALargeBlockWhosePageGrew) {
  const IAllocator a = AllocatorArena.create(4096);
  char* p = mem$malloc(a, 10'000);
  for (size_t size = 20'000; size < 1'000'000; size *= 2) {
    p = mem$realloc(a, p, size);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(is_poisoned(p - 1, 1)) << size;
    EXPECT_TRUE(is_poisoned(p + size, 1)) << size;
    EXPECT_FALSE(is_poisoned(p, 10'000)) << size;
  }
  AllocatorArena.destroy(a);
}

TEST(ArenaPoisonTest, APageThatWaitsForTheNextScope) {
  const IAllocator a = AllocatorArena.create(4096);
  ASSERT_NE(mem$malloc(a, 3000), nullptr);
  char* second_page = nullptr;
  mem$scope(a, _) {
    second_page = mem$malloc(_, 3000);
    ASSERT_NE(second_page, nullptr);
    EXPECT_FALSE(is_poisoned(second_page, 1));
  }
  asm volatile("" : "+r"(second_page));
  for (const size_t offset : {0, 1, 1500, 2999}) {
    EXPECT_TRUE(is_poisoned(second_page + offset, 1)) << offset;
  }
  AllocatorArena.destroy(a);
}

}  // namespace
