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

// The source of each operation lies in the array, which is full and moves now; the
// allocator overwrites what it moved from.
TEST(ArrGrowth, FromInsideAtTheMomentItGrows) {
  struct Element {
    uint64_t x;
    char rest[24];
  };
  const auto element = [](uint64_t x) {
    Element e{x, {}};
    e.rest[23] = static_cast<char>(x);
    return e;
  };
  using Operation = size_t (*)(arr$(Element) & a, size_t i);  // returns how many it adds
  const Operation operations[] = {
      [](arr$(Element) & a, size_t i) { return arr$push(a, a[i]), size_t{1}; },
      [](arr$(Element) & a, size_t i) { return arr$pushm(a, a[i], a[0]), size_t{2}; },
      [](arr$(Element) & a, size_t i) { return arr$pusha(a, &a[i], 1), size_t{1}; },
      [](arr$(Element) & a, size_t i) {
        const size_t count = arr$len(a) - i;
        arr$pusha(a, a + static_cast<ptrdiff_t>(i), count);
        return count;
      },
      [](arr$(Element) & a, size_t) { return arr$pusha(a, a), size_t{16}; },
      [](arr$(Element) & a, size_t i) { return arr$ins(a, arr$len(a), a[i]), size_t{1}; },
  };
  for (const Operation operation : operations) {
    for (size_t i = 0; i < 16; ++i) {
      TestAllocator memory;
      arr$(Element) a = arr$new(a, memory);
      for (size_t j = 0; j < 16; ++j) arr$push(a, element(j * 1001));
      ASSERT_EQ(arr$cap(a), arr$len(a));
      const Element* const before = a;
      const size_t added = operation(a, i);
      ASSERT_NE(a.data(), before);
      ASSERT_EQ(arr$len(a), 16 + added);
      const size_t from = added == 16 ? 0 : i;
      for (size_t j = 0; j < 16; ++j) ASSERT_EQ(a[j].x, j * 1001);
      ASSERT_EQ(a[16].x, from * 1001);
      ASSERT_EQ(a[16].rest[23], static_cast<char>(from * 1001));
      arr$free(a);
    }
  }
}

TEST(ArrGrowth, InsertingAnElementOfItsOwn) {
  for (size_t at = 0; at <= 16; ++at) {
    for (size_t i = 0; i < 16; ++i) {
      TestAllocator memory;
      arr$(size_t) a = arr$new(a, memory);
      for (size_t j = 0; j < 16; ++j) arr$push(a, j);
      ASSERT_EQ(*arr$ins(a, at, a[i]), i);  // it grows
      const size_t again = a[i];
      ASSERT_EQ(*arr$ins(a, at, a[i]), again);  // there is room
      arr$free(a);
    }
  }
}

}  // namespace
}  // namespace cex
