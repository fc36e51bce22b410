// Containers beyond 32 bits, and at the limit of what they hold. Their memory is
// reserved, not used: only the pages around what is looked at ever exist. So lengths
// are set where pushing for a minute would get them.
#include <stddef.h>
#include <stdint.h>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/reserving_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

constexpr size_t k4G = size_t{1} << 32;

TEST(HugeArr, PushesPast32Bits) {
  ReservingAllocator memory;
  arr$(char) a = arr$new(a, memory, .capacity = k4G);
  EXPECT_EQ(arr$cap(a), k4G);
  detail::arr_header(a.data())->length = k4G - 3;
  a[0] = '\0';
  for (int i = 0; i < 6; ++i) {
    char* const slot = arr$push(a, static_cast<char>('a' + i));
    ASSERT_EQ(slot, a.data() + k4G - 3 + i);
  }
  EXPECT_EQ(arr$len(a), k4G + 3);
  EXPECT_EQ(arr$cap(a), 2 * k4G);
  EXPECT_EQ(a[k4G - 3], 'a');
  EXPECT_EQ(a[k4G + 2], 'f');
  EXPECT_EQ(arr$at(a, k4G), 'd');
  EXPECT_EQ(arr$last(a), 'f');
  EXPECT_EQ(a[0], '\0');  // where a length of 32 bits would have begun anew

  EXPECT_EQ(*arr$ins(a, k4G + 1, 'X'), 'X');
  EXPECT_EQ(a[k4G + 2], 'e');
  arr$del(a, k4G + 1);
  EXPECT_EQ(a[k4G + 1], 'e');
  arr$pusha(a, a + static_cast<ptrdiff_t>(k4G), 3);  // of itself
  EXPECT_EQ(arr$len(a), k4G + 6);
  EXPECT_EQ(a[k4G + 5], 'f');
  arr$pushm(a, '1', '2');
  arr$delswap(a, k4G);
  EXPECT_EQ(a[k4G], '2');
  EXPECT_EQ(arr$pop(a), '1');
  EXPECT_EQ(a.end() - a.begin(), static_cast<ptrdiff_t>(k4G + 6));

  EXPECT_TRUE(arr$grow_check(a, 3 * k4G));
  EXPECT_EQ(arr$cap(a), 4 * k4G + 6);
  EXPECT_EQ(a[k4G], '2');  // moved with the pages
  arr$setcap(a, 0);
  EXPECT_EQ(arr$cap(a), k4G + 6);
  arr$free(a);
  EXPECT_EQ(memory.live_bytes(), 0u);
}

TEST(HugeArr, ElementsOfManyBytes) {
  struct Element {
    uint64_t words[3];
  };
  ReservingAllocator memory;
  arr$(Element) a = arr$new(a, memory, .capacity = k4G);
  detail::arr_header(a.data())->length = k4G;
  arr$push(a, {{1, 2, 3}});
  EXPECT_EQ(a[k4G].words[2], 3u);
  EXPECT_EQ(memory.live_bytes(), 2 * k4G * sizeof(Element) + sizeof(detail::ArrHeader));
  EXPECT_FALSE(arr$grow_check(a, SIZE_MAX / sizeof(Element)));
  arr$free(a);
}

constexpr size_t kMost = size_t{1} << 31;

TEST(HugeHm, HoldsTwoToThe31) {
  ReservingAllocator memory;
  hm$(uint32_t, uint32_t) m = hm$new(m, memory, .capacity = kMost);
  EXPECT_EQ(map_room(m), kMost);
  for (uint32_t i = 0; i < 100; ++i) hm$set(m, i * 0x01000193u, i);
  EXPECT_TRUE(hm$del(m, 0x01000193u));
  for (uint32_t i = 2; i < 100; ++i) ASSERT_EQ(hm$get(m, i * 0x01000193u), i);

  // The last places. Position numbers of 32 bits reach there.
  hm_pretend_length(m, kMost - 2);
  EXPECT_EQ(hm$set(m, 77u, 1u), m.data() + kMost - 2);
  EXPECT_NE(hm$try_setp(m, 78u), nullptr);
  EXPECT_EQ(hm$len(m), kMost);
  EXPECT_EQ(hm$gets(m, 77u), m.data() + kMost - 2);
  EXPECT_EQ(hm$gets(m, 78u), m.data() + kMost - 1);
  EXPECT_EQ(hm$get(m, 99u * 0x01000193u), 99u);

  // One more.
  const size_t bytes = memory.live_bytes();
  EXPECT_EQ(hm$try_set(m, 79u, 1u), nullptr);
  EXPECT_EQ(hm$try_setp(m, 79u), nullptr);
  EXPECT_EQ(hm$try_sets(m, 79u, 1u), nullptr);
  EXPECT_EQ(hm$len(m), kMost);
  EXPECT_EQ(memory.live_bytes(), bytes);
  EXPECT_EQ(hm$getp(m, 79u), nullptr);
  EXPECT_EQ(hm$set(m, 78u, 5u), m.data() + kMost - 1);  // which is there
  EXPECT_TRUE(hm$del(m, 78u));
  EXPECT_NE(hm$try_set(m, 79u, 1u), nullptr);  // there is room again
  hm_pretend_length(m, 0);
  hm$free(m);
}

TEST(HugeHmDeathTest, SaysThatItIsFull) {
  ReservingAllocator memory;
  hm$(uint32_t, uint32_t) m = hm$new(m, memory, .capacity = kMost);
  for (uint32_t i = 0; i < 100; ++i) hm$set(m, 100 + i, i);
  hm_pretend_length(m, kMost);
  EXPECT_DEATH(hm$set(m, 1u, 1u),
               "cex: .*huge_test.cc:[0-9]+: hm.set: a map holds at most 2147483648 entries\n"
               "  2147483649 wanted");
  EXPECT_DEATH(hm$setp(m, 1u), "hm.setp: a map holds at most 2147483648 entries");
  EXPECT_DEATH(hm$sets(m, 1u, 1u), "hm.sets: a map holds at most 2147483648 entries");
  hm_pretend_length(m, 0);
  hm$free(m);
}

TEST(HugeHmDeathTest, ReservesNoMoreThanItHolds) {
  ReservingAllocator memory;
  hm$(uint32_t, uint32_t) m = nullptr;
  for (size_t capacity : {kMost + 1, k4G, k4G + 5, SIZE_MAX / 8, SIZE_MAX}) {
    EXPECT_TRUE(hm$try_new(m, memory, .capacity = capacity) == nullptr) << capacity;
    EXPECT_DEATH(hm$new(m, memory, .capacity = capacity),
                 "cex: .*huge_test.cc:[0-9]+: hm.new: a map holds at most 2147483648 entries");
  }
  EXPECT_TRUE(m == nullptr);
  EXPECT_EQ(memory.live_bytes(), 0u);
}

}  // namespace
}  // namespace cex
