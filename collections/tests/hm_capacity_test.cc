// hm$: .capacity is any number, and reserves for just that many.
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <string_view>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/nth_key.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// All keys collide in the degenerate variant, and filling a map takes quadratic time.
#ifdef CEX_DETAIL_DEGENERATE_HASH
constexpr size_t kFillAll = 130;
constexpr size_t kFillSome = 700;
constexpr size_t kLarge[] = {2000};
#else
constexpr size_t kFillAll = 700;
constexpr size_t kFillSome = 5000;
constexpr size_t kLarge[] = {100'000, 163'840, 163'841, 1'000'001};
#endif

// Bytes of a map for `n` entries.
template <typename K>
size_t bytes_of(size_t n) {
  TestAllocator memory;
  hm$(K, uint64_t) m = hm$new(m, memory, .capacity = n);
  EXPECT_EQ(hm$len(m), 0u);
  const size_t bytes = memory.live_bytes;
  hm$free(m);
  return bytes;
}

// Fills a map for `n` entries with them: nothing may be allocated, nor moved.
template <typename K>
void fill(size_t n) {
  TestAllocator memory;
  hm$(K, uint64_t) m = hm$new(m, memory, .capacity = n);
  const size_t calls = memory.calls;
  const size_t bytes = memory.live_bytes;
  const void* first = nullptr;
  for (size_t i = 0; i < n; ++i) {
    const void* const entry = hm$set(m, key<K>(i), i);
    if (i == 0) first = entry;
  }
  ASSERT_EQ(memory.calls, calls) << n;
  ASSERT_EQ(memory.live_bytes, bytes) << n;
  ASSERT_EQ(hm$len(m), n);
  ASSERT_TRUE(n == 0 || static_cast<const void*>(m.data()) == first);
  // Nor may emptying and refilling it, in either way.
  hm$clear(m);
  for (size_t i = 0; i < n; ++i) hm$set(m, key<K>(i + n), i);
  for (size_t i = 0; i < n; ++i) ASSERT_TRUE(hm$del(m, key<K>(2 * n - 1 - i)));
  for (size_t i = 0; i < n; ++i) hm$set(m, key<K>(i), i);
  ASSERT_EQ(memory.calls, calls) << n;
  // One more grows it.
  hm$set(m, key<K>(n), n);
  for (size_t i = 0; i <= n; ++i) ASSERT_EQ(hm$get(m, key<K>(i), ~i), i);
  hm$free(m);
}

template <typename K>
class HmCapacity : public testing::Test {};
using Kinds = testing::Types<uint64_t, Pair>;  // small maps of the first have no index
TYPED_TEST_SUITE(HmCapacity, Kinds);

TYPED_TEST(HmCapacity, EveryNumberReservesWhatItNeeds) {
  constexpr size_t kEntry = sizeof(HmEntry<TypeParam, uint64_t>);
  size_t before = bytes_of<TypeParam>(1);
  const size_t empty = before - kEntry;
  EXPECT_LE(empty, 256u);
  EXPECT_LE(bytes_of<TypeParam>(0), empty + 8 * kEntry);
  for (size_t n = 2; n <= 5000; ++n) {
    const size_t bytes = bytes_of<TypeParam>(n);
    // Room for the entries, and no more than a cache line of the index per 3 of them:
    // it doubles when there are 7 for each.
    ASSERT_GE(bytes, empty + n * kEntry);
    ASSERT_LE(bytes, empty + n * kEntry + (n / 3 + 1) * 64) << n;
    // No more is reserved than for the next smaller number, but for the one entry and
    // where the index doubles.
    ASSERT_GE(bytes, before) << n;
    ASSERT_LE(bytes, 2 * before + kEntry) << n;
    before = bytes;
  }
}

TYPED_TEST(HmCapacity, NothingIsAllocatedBelowIt) {
  for (size_t n = 0; n <= kFillAll; ++n) fill<TypeParam>(n);
  // Around what the index holds with 2^k chunks, and some in between.
  for (size_t n = kFillAll; n <= kFillSome; n += 241) fill<TypeParam>(n);
  for (size_t full = 640; full <= kFillSome; full *= 2) {
    for (size_t n : {full - 1, full, full + 1}) fill<TypeParam>(n);
  }
  for (size_t n : kLarge) fill<TypeParam>(n);
}

// Text keys that the map copies need memory of their own, and nothing else does.
TEST(HmCapacityOfText, IsThatOfTheEntries) {
  for (unsigned n : {1u, 12u, 13u, 100u, 641u}) {
    TestAllocator memory;
    hm$(std::string_view, int) m = hm$new(m, memory, .capacity = n, .copy_keys = true);
    const size_t calls = memory.calls;
    for (size_t i = 0; i < n; ++i) hm$set(m, std::to_string(i), 0);
    EXPECT_EQ(memory.calls, calls + n);
    hm$free(m);
  }
}

TEST(HmCapacityOption, OfNegativeNumbersAndOtherTypes) {
  TestAllocator memory;
  hm$(int, int) m = nullptr;
  EXPECT_TRUE(hm$try_new(m, memory, .capacity = -1) == nullptr);
  const short small = 20;
  EXPECT_TRUE(hm$try_new(m, memory, .capacity = small) != nullptr);
  const size_t calls = memory.calls;
  for (int i = 0; i < 20; ++i) hm$set(m, i, i);
  EXPECT_EQ(memory.calls, calls);
  hm$free(m);
}

}  // namespace
}  // namespace cex
