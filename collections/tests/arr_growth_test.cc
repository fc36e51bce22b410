// arr$: capacity, growth, alignment, and which memory it takes.
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/arr.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

template <size_t kAlign>
struct alignas(kAlign) Aligned {
  char bytes[kAlign];
};

template <typename T>
class ArrAlignment : public testing::Test {};
using Alignments = testing::Types<Aligned<1>, Aligned<2>, Aligned<4>, Aligned<8>, Aligned<16>,
                                  Aligned<32>, Aligned<64>>;
TYPED_TEST_SUITE(ArrAlignment, Alignments);

TYPED_TEST(ArrAlignment, HoldsThroughGrowth) {
  TestAllocator memory;
  IAllocator const arena = AllocatorArena.create(4096);
  for (IAllocator allocator : {static_cast<IAllocator>(memory), mem$, arena}) {
    arr$(TypeParam) a = arr$new(a, allocator);
    for (int i = 0; i < 1000; ++i) {
      TypeParam element{};
      element.bytes[0] = static_cast<char>(i);
      arr$push(a, element);
      ASSERT_TRUE(mem$aligned_pointer(a.data(), alignof(TypeParam)));
    }
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(a[i].bytes[0], static_cast<char>(i));
    arr$free(a);
  }
  AllocatorArena.destroy(arena);
}

TEST(ArrGrowth, Doubles) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  size_t capacity = 16;
  for (int i = 0; i < 5000; ++i) {
    arr$push(a, i);
    if (arr$len(a) > capacity) capacity *= 2;
    ASSERT_EQ(arr$cap(a), capacity);
  }
  // One allocation, and one for each doubling.
  EXPECT_EQ(memory.calls, 10u);
  EXPECT_EQ(memory.live_blocks, 1u);
  arr$free(a);
}

TEST(ArrGrowth, SetcapReservesAndShrinks) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  arr$pushm(a, 1, 2, 3);
  arr$setcap(a, 1000);
  EXPECT_EQ(arr$cap(a), 1000u);
  for (int i = 0; i < 30; ++i) arr$push(a, i);
  arr$setcap(a, 0);
  EXPECT_EQ(arr$cap(a), 33u);
  arr$clear(a);
  EXPECT_EQ(arr$cap(a), 33u);
  EXPECT_TRUE(arr$try_setcap(a, 0));
  EXPECT_EQ(arr$cap(a), 16u);
  arr$free(a);
}

TEST(ArrGrowth, GrowCheckMakesRoom) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  EXPECT_TRUE(arr$grow_check(a, 100));
  const size_t calls = memory.calls;
  for (int i = 0; i < 100; ++i) arr$push(a, i);
  EXPECT_EQ(memory.calls, calls);
  EXPECT_FALSE(arr$grow_check(a, SIZE_MAX));
  EXPECT_FALSE(arr$grow_check(a, SIZE_MAX / sizeof(int)));
  EXPECT_EQ(arr$len(a), 100u);
  arr$free(a);
}

TEST(ArrGrowth, NoSizeOverflows) {
  TestAllocator memory;
  arr$(uint64_t) a = nullptr;
  EXPECT_TRUE(arr$try_new(a, memory, .capacity = SIZE_MAX) == nullptr);
  EXPECT_TRUE(arr$try_new(a, memory, .capacity = SIZE_MAX / 8 + 2) == nullptr);
  EXPECT_TRUE(arr$try_new(a, memory, .capacity = -1) == nullptr);
  arr$new(a, memory);
  EXPECT_FALSE(arr$try_setcap(a, SIZE_MAX / 8));
  EXPECT_EQ(arr$cap(a), 16u);
  arr$free(a);
}

TEST(ArrGrowth, TheLastBlockOfAnArenaGrowsInPlace) {
  if (kChecked) return;  // checked arenas move blocks on purpose
  mem$arena(1 << 20, arena) {
    arr$(int) a = arr$new(a, arena);
    const int* const first = a;
    for (int i = 0; i < 100000; ++i) arr$push(a, i);
    EXPECT_EQ(a.data(), first);
  }
}

TEST(ArrGrowth, CountsBeyond32Bits) {
  // Lengths are size_t throughout; 5 GiB of untouched heap costs no memory.
  arr$(char) a = nullptr;
  const size_t many = size_t{5} << 30;
  if (!kChecked && kChecker == Checker::kNone && arr$try_new(a, mem$, .capacity = many)) {
    EXPECT_EQ(arr$cap(a), many);
    EXPECT_TRUE(arr$grow_check(a, many));
  }
  arr$free(a);
}

}  // namespace
}  // namespace cex
