// hf$: what .capacity and hf$reserve make room for is inserted without an allocation, and the
// table is no larger than it need be.
#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/hf.h"
#include "collections/tests/nth_key.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

template <typename K>
void fill(size_t n) {
  TestAllocator memory;
  hf$(K, uint64_t) m = hf$new(m, memory, .capacity = n);
  const size_t calls = memory.calls;
  const size_t bytes = memory.live_bytes;
  for (size_t i = 0; i < n; ++i) hf$set(m, key<K>(i), i);
  // Nor is one needed to empty it and to fill it again, in either way.
  hf$clear(m);
  for (size_t i = 0; i < n; ++i) hf$set(m, key<K>(i + n), i);
  for (size_t i = 0; i < n; ++i) ASSERT_TRUE(hf$del(m, key<K>(2 * n - 1 - i)));
  for (size_t i = 0; i < n; ++i) hf$set(m, key<K>(i), i);
  ASSERT_EQ(memory.calls, calls) << n;
  ASSERT_EQ(memory.live_bytes, bytes) << n;
  for (size_t i = 0; i < n; ++i) ASSERT_EQ(hf$get(m, key<K>(i), ~i), i);
  hf$free(m);
}

template <typename K>
class HfCapacity : public testing::Test {};
using Kinds = testing::Types<uint32_t, uint64_t, Pair>;  // entries of 16 and of 24 bytes
TYPED_TEST_SUITE(HfCapacity, Kinds);

TYPED_TEST(HfCapacity, HoldsThatMany) {
  for (size_t n = 0; n <= 300; ++n) fill<TypeParam>(n);
  fill<TypeParam>(5000);
}

TYPED_TEST(HfCapacity, IsNoMoreThanTwiceWhatIsNeeded) {
  constexpr size_t kEntry = sizeof(HmEntry<TypeParam, uint64_t>);
  for (const size_t n : {15u, 100u, 1000u, 5000u, 100'000u}) {
    TestAllocator memory;
    hf$(TypeParam, uint64_t) m = hf$new(m, memory, .capacity = n);
    // 7 of 8 slots may be taken; two bytes of a group for each slot, at most.
    EXPECT_LE(memory.live_bytes, 2 * (n * (kEntry + 2) * 8 / 7) + 512) << n;
    hf$free(m);
  }
}

TEST(HfReserve, IsWhatCapacityIs) {
  TestAllocator memory;
  hf$(uint64_t, int) m = hf$new(m, memory);
  for (uint64_t i = 0; i < 10; ++i) hf$set(m, i, 1);
  hf$reserve(m, 4000);
  const size_t calls = memory.calls;
  for (uint64_t i = 0; i < 4000; ++i) hf$set(m, i, 2);
  EXPECT_EQ(memory.calls, calls);
  for (uint64_t i = 20; i < 4000; ++i) EXPECT_TRUE(hf$del(m, i));
  const size_t bytes = memory.live_bytes;
  EXPECT_TRUE(hf$shrink(m));
  EXPECT_LT(memory.live_bytes, bytes / 50);
  for (uint64_t i = 0; i < 20; ++i) EXPECT_EQ(hf$get(m, i), 2);
  hf$free(m);
}

// An arena frees the tables that a map has outgrown, but for the smallest.
TEST(HfGrowth, LeavesNoLargeTableBehindInAnArena) {
  const auto bytes_of = [](uint64_t count, size_t capacity) {
    size_t bytes = 0;
    mem$arena(4096, a) {
      hf$(uint64_t, uint64_t) m = hf$new(m, a, .capacity = capacity);
      for (uint64_t i = 0; i < count; ++i) hf$set(m, i, i);
      bytes = AllocatorArena.stats(a).bytes_in_use;
    }
    return bytes;
  };
  EXPECT_LT(bytes_of(10'000, 0), bytes_of(10'000, 10'000) + 4096);
}

// A buffer with the checks uses no freed table's memory again: another table for each clear would
// fill it.
TEST(HfClear, KeepsTheRoomInABuffer) {
  alignas(64) static char buffer[560 * 1024];
  const IAllocator a = AllocatorFixed.create(buffer, sizeof(buffer));
  constexpr uint64_t kMany = kChecked ? 10'000 : 20'000;
  hf$(uint64_t, uint64_t) m = hf$new(m, a, .capacity = kMany);
  for (int round = 0; round < 5; ++round) {
    for (uint64_t i = 0; i < kMany; ++i) hf$set(m, i, i);
    hf$clear(m);
    for (uint64_t i = 0; i < 10; ++i) hf$set(m, i, i);
    hf$clear(m);
  }
  hf$free(m);
  AllocatorFixed.destroy(a);
}

TEST(HfReserve, WithoutMemoryTheMapIsAsItWas) {
  TestAllocator memory;
  hf$(uint64_t, int) m = hf$new(m, memory);
  for (uint64_t i = 0; i < 10; ++i) hf$set(m, i, 1);
  const size_t bytes = memory.live_bytes;
  memory.fail_at(1);
  EXPECT_FALSE(hf$try_reserve(m, 4000));
  EXPECT_TRUE(memory.failed());
  EXPECT_EQ(memory.live_bytes, bytes);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(hf$get(m, i), 1);
  hf$free(m);
}

TEST(HfCapacityDeathTest, MoreThanAMapHolds) {
  constexpr size_t kMost = size_t{1} << 31;
  hf$(uint32_t, uint32_t) m = nullptr;
  for (const size_t capacity : {kMost + 1, kMost + SIZE_MAX / 8, SIZE_MAX}) {
    EXPECT_TRUE(hf$try_new(m, mem$, .capacity = capacity) == nullptr) << capacity;
    EXPECT_DEATH(hf$new(m, mem$, .capacity = capacity),
                 "cex: .*hf_capacity_test.cc:[0-9]+: hf.new: a map holds at most 2147483648 entr");
  }
  EXPECT_TRUE(m == nullptr);
  m = hf$new(m, mem$);
  EXPECT_FALSE(hf$try_reserve(m, kMost + 1));
  hf$free(m);
}

}  // namespace
}  // namespace cex
