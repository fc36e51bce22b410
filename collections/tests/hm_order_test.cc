// hm$: setting, getting, deleting, and the order of the entries.
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

TEST(HmOrder, NullMapsHaveNothing) {
  hm$(int, int) m;
  hm$(int, int) n = NULL;                                  // NOLINT(modernize-use-nullptr): as in C
  EXPECT_TRUE(m == nullptr && n == NULL && !m && m == n);  // NOLINT(modernize-use-nullptr): as in C
  EXPECT_EQ(hm$len(m), 0u);
  EXPECT_EQ(arr$len(m), 0u);
  EXPECT_EQ(hm$get(m, 1), 0);
  EXPECT_EQ(hm$get(m, 1, 5), 5);
  EXPECT_EQ(hm$getp(m, 1), nullptr);
  EXPECT_EQ(hm$gets(m, 1), nullptr);
  EXPECT_FALSE(hm$del(m, 1));
  hm$clear(m);
  hm$free(m);
  EXPECT_EQ(m.begin(), m.end());
}

TEST(HmOrder, SetReturnsTheEntry) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  EXPECT_EQ(hm$set(m, 1, 10)->value, 10);
  EXPECT_EQ(hm$set(m, 1, 11), &m[0]);
  EXPECT_EQ(m[0].key, 1);
  EXPECT_EQ(m[0].value, 11);
  EXPECT_EQ(*hm$setp(m, 2), 0);
  *hm$setp(m, 2) += 5;
  EXPECT_EQ(hm$get(m, 2), 5);
  EXPECT_EQ(hm$sets(m, 3, 7)->value, 7);
  EXPECT_EQ(hm$sets(m, {.key = 3, .value = 8}), &m[2]);
  EXPECT_EQ(hm$get(m, 3), 8);
  EXPECT_EQ(hm$try_set(m, 4, 1)->key, 4);
  EXPECT_EQ(*hm$try_setp(m, 4), 1);
  EXPECT_EQ(hm$try_sets(m, 4, 2)->value, 2);
  EXPECT_EQ(m.set(5, 6)->value, 6);
  hm$free(m);
}

TEST(HmOrder, InsertionOrderUntilTheFirstDelete) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  for (int i = 0; i < 1000; ++i) hm$set(m, (i * 7919) % 1000, i);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(m[i].key, (i * 7919) % 1000);
    ASSERT_EQ(m[i].value, i);
  }
  const int last = m[999].key;
  EXPECT_TRUE(hm$del(m, m[3].key));
  EXPECT_EQ(m[3].key, last);
  EXPECT_EQ(hm$get(m, last), 999);
  EXPECT_EQ(m[4].value, 4);
  EXPECT_TRUE(hm$del(m, m[998].key));  // the last one: nothing moves
  EXPECT_EQ(hm$len(m), 998u);
  hm$free(m);
}

TEST(HmOrder, DeletesDownToNothingAndComesBack) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i) hm$set(m, i, i);
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(hm$del(m, i));
      ASSERT_FALSE(hm$del(m, i));
      for (int j = i + 1; j < 500; j += 50) ASSERT_EQ(hm$get(m, j, -1), j);
    }
    EXPECT_EQ(hm$len(m), 0u);
  }
  const size_t bytes = memory.live_bytes;
  // Inserting and deleting for ever takes no more memory.
  for (int i = 0; i < 20000; ++i) {
    hm$set(m, i, i);
    if (i >= 400) hm$del(m, i - 400);
  }
  EXPECT_EQ(memory.live_bytes, bytes);
  hm$free(m);
}

TEST(HmOrder, ClearKeepsTheRoom) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  for (int i = 0; i < 500; ++i) hm$set(m, i, i);
  hm$clear(m);
  EXPECT_EQ(hm$len(m), 0u);
  EXPECT_EQ(hm$getp(m, 3), nullptr);
  const size_t calls = memory.calls;
  for (int i = 0; i < 500; ++i) hm$set(m, i + 7, i);
  EXPECT_EQ(memory.calls, calls);
  EXPECT_EQ(hm$get(m, 7 + 300), 300);
  hm$free(m);
}

TEST(HmOrder, CapacityReservesForExactlyThatMany) {
  for (int n : {1, 7, 8, 9, 12, 13, 20, 21, 100, 1000, 1025, 10000}) {
    TestAllocator memory;
    hm$(int, int) m = hm$new(m, memory, .capacity = n);
    const size_t calls = memory.calls;
    const size_t bytes = memory.live_bytes;
    for (int i = 0; i < n; ++i) hm$set(m, i, i);
    EXPECT_EQ(memory.calls, calls) << n;
    EXPECT_EQ(memory.live_bytes, bytes) << n;
    hm$set(m, n, n);
    for (int i = 0; i <= n; ++i) ASSERT_EQ(hm$get(m, i, -1), i);
    hm$free(m);
  }
}

TEST(HmOrder, CopiesOfTheHandleStayGoodThroughGrowth) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  const auto fill = [](hm$(int, int) to) {
    for (int i = 0; i < 1000; ++i) hm$set(to, i, i);
  };
  fill(m);
  EXPECT_EQ(hm$len(m), 1000u);
  EXPECT_EQ(hm$get(m, 999), 999);
  hm$free(m);
}

TEST(HmOrder, ValuesMayComeFromTheMapItself) {
  struct Big {
    int numbers[30];
  };
  TestAllocator memory;
  hm$(int, Big) m = hm$new(m, memory);
  hm$set(m, 0, {{1, 2, 3}});
  for (int i = 1; i < 200; ++i) hm$set(m, i, m[i - 1].value);
  EXPECT_EQ(hm$get(m, 199).numbers[2], 3);
  EXPECT_EQ(hm$sets(m, m[7]), &m[7]);
  EXPECT_EQ(m[7].value.numbers[1], 2);
  hm$free(m);
}

TEST(HmOrder, MapsAreRanges) {
  TestAllocator memory;
  hm$(int, long) m = hm$new(m, memory);
  for (int i = 0; i < 20; ++i) hm$set(m, i, i);
  long sum = 0;
  for (auto& [key, value] : m) sum += key + value;
  EXPECT_EQ(sum, 380);
  std::vector<int> keys;
  for (const auto& entry : m) keys.push_back(entry.key);
  EXPECT_EQ(keys.size(), arr$len(m));
  static_assert(std::ranges::contiguous_range<hm$(int, long)>);
  static_assert(sizeof(m) == sizeof(void*) && std::is_trivially_copyable_v<hm$(int, long)>);
  hm$free(m);
}

TEST(HmOrder, AlignedEntries) {
  struct alignas(64) Line {
    int key;
    int value;
  };
  TestAllocator memory;
  hm$s(Line) m = hm$new(m, memory);
  for (int i = 0; i < 300; ++i) {
    Line* const line = hm$set(m, i, i);
    ASSERT_TRUE(mem$aligned_pointer(line, 64));
  }
  EXPECT_EQ(hm$get(m, 256), 256);
  hm$free(m);
}

}  // namespace
}  // namespace cex
