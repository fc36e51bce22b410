// arr$: growth that copies nothing, where the memory allows it. Only without checks and
// sanitizers, which move blocks on purpose.
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/arr.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

TEST(ArrInPlace, AtTheEndOfAnArena) {
  mem$arena(1 << 20, arena) {
    arr$(int) a = arr$new(a, arena);
    const int* const first = a;
    for (int i = 0; i < 100000; ++i) arr$push(a, i);
    EXPECT_EQ(a.data(), first);
  }
}

// The pages of memory that this program really has.
size_t resident_bytes() {
  FILE* const file = fopen("/proc/self/statm", "r");
  size_t total = 0;
  size_t resident = 0;
  EXPECT_EQ(fscanf(file, "%zu %zu", &total, &resident), 2);
  fclose(file);
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// The kernel moves the pages of a large block: those that were never written to still do not
// exist afterwards, as they would if the block had been copied.
TEST(ArrInPlace, RemappedOnTheHeap) {
  constexpr size_t kMany = size_t{sizeof(size_t) < 8 ? 16 : 256} << 20;
  arr$(char) a = arr$new(a, mem$, .capacity = kMany);
  arr$push(a, 'x');
  const size_t before = resident_bytes();
  for (size_t capacity = 2 * kMany; capacity <= 8 * kMany; capacity *= 2) {
    arr$setcap(a, capacity);
    EXPECT_EQ(arr$cap(a), capacity);
  }
  EXPECT_LT(resident_bytes(), before + kMany / 8);
  EXPECT_EQ(a[0], 'x');
  arr$free(a);
}

}  // namespace
}  // namespace cex
