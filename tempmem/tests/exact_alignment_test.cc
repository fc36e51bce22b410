// Under CEX_TEST blocks have no more alignment than was asked for, so that a request for too
// little fails in its test and not in the release.
#include <stdint.h>

#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/tempmem.h"

namespace {

void expect_exact(IAllocator a) {
  for (size_t align = 1; align <= 64; align *= 2) {
    for (size_t size = 1; size < 3000; size = size * 3 + 1) {
      char* p = mem$malloc(a, size, align);
      ASSERT_NE(p, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % (2 * align), align) << size;
      p = mem$realloc(a, p, 2 * size, align);
      ASSERT_NE(p, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % (2 * align), align) << size;
      mem$free(a, p);
      p = mem$calloc(a, 1, size, align);
      ASSERT_NE(p, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % (2 * align), align) << size;
      mem$free(a, p);
    }
  }
}

TEST(ExactAlignmentTest, OfTheHeap) { expect_exact(mem$); }

TEST(ExactAlignmentTest, OfArenas) {
  mem$arena(4096, arena) {
    expect_exact(arena);
    mem$scope(arena, scope) {
      expect_exact(scope);
    }
  }
}

TEST(ExactAlignmentTest, OfTmem) {
  mem$scope(tmem$, scope) {
    expect_exact(scope);
  }
}

}  // namespace
