// A block of a bridge may grow where it lies up to the bytes that it was made with.
#include <string.h>

#include <memory_resource>

#include <gtest/gtest.h>

#include "cex/pmr.h"

namespace {

TEST(PmrRoomTest, GrowsInPlaceUpToJustItsRoom) {
  const cex::PmrAllocator bridge(std::pmr::new_delete_resource());
  const IAllocator a = bridge.allocator();
  char* const p = mem$malloc(a, 100);
  memset(p, 1, 100);
  for (const size_t less : {99u, 50u, 1u}) {
    char* shrunk = mem$realloc(a, p, less);
    ASSERT_EQ(shrunk, p);
  }
  // Under the checks what a block gave up is not its own any more.
  char* grown = mem$realloc(a, p, 100);
  EXPECT_EQ(grown == p, !EXPECT_CHECKED);
  EXPECT_EQ(grown[0], 1);
  char* const before = grown;
  grown = mem$realloc(a, grown, 101);
  EXPECT_NE(grown, before);
  EXPECT_EQ(grown[0], 1);
  mem$free(a, grown);
}

}  // namespace
