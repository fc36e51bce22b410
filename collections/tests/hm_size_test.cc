// hm$: what a map reserves when it is made, hm$reserve, hm$shrink, and maps that were large once.
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <string_view>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/hm.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/hm_model_keys.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

#ifdef CEX_DETAIL_DEGENERATE_HASH
constexpr size_t kMany = 1000;
#else
constexpr size_t kMany = 100'000;
#endif

constexpr size_t kAll = 140;  // keys of each kind

template <typename K>
auto key(size_t n) {
  static ModelKeys<K> keys;
  return keys.get(n, true);
}

class OfEachKind : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(HmSize, OfEachKind, testing::Range<size_t>(0, kModelKeyKinds));

TEST_P(OfEachKind, TheFirstEntriesNeedNoMemory) {
  with_model_key(GetParam(), [&]<typename K>(const char* what) {
    TestAllocator memory;
    hm$(K, uint64_t) m = hm$new(m, memory);
    const size_t calls = memory.calls;
    for (size_t n = 0; n < 8; ++n) hm$set(m, key<K>(n), n);
    EXPECT_EQ(memory.calls, calls) << what;
    hm$set(m, key<K>(8), 8);
    EXPECT_GT(memory.calls, calls) << what;
    for (size_t n = 0; n < 9; ++n) EXPECT_EQ(hm$get(m, key<K>(n), 99), n);
    EXPECT_LE(memory.live_blocks, 3u);
    hm$free(m);
  });
}

TEST(HmSize, LargeEntriesAreReservedOneByOne) {
  struct Large {
    char bytes[700];
  };
  struct Huge {
    char bytes[70'000];
  };
  TestAllocator memory;
  hm$(int, Large) large = hm$new(large, memory);
  EXPECT_LE(memory.live_bytes, 1100u);
  hm$(int, Huge) huge = hm$new(huge, memory);
  EXPECT_LE(memory.live_bytes, 71'500u);
  const size_t calls = memory.calls;
  hm$set(large, 1, Large{});
  hm$set(huge, 1, Huge{});
  EXPECT_EQ(memory.calls, calls);
  hm$free(large);
  hm$free(huge);
}

TEST_P(OfEachKind, ReserveMakesRoom) {
  with_model_key(GetParam(), [&]<typename K>(const char* what) {
    for (const size_t many : {1u, 7u, 8u, 9u, 12u, 13u, 100u, 140u}) {
      SCOPED_TRACE(what);
      TestAllocator memory;
      hm$(K, uint64_t) m = hm$new(m, memory);
      for (size_t n = 0; n < 5; ++n) hm$set(m, key<K>(n), n);
      hm$reserve(m, many);
      const size_t calls = memory.calls;
      for (size_t n = 0; n < many; ++n) hm$set(m, key<K>(n), n);
      EXPECT_EQ(memory.calls, calls) << many;
      hm$reserve(m, many);
      hm$reserve(m, 0);
      EXPECT_TRUE(hm$try_reserve(m, 3));
      EXPECT_EQ(memory.calls, calls) << many;
      for (size_t n = 0; n < many; ++n) EXPECT_EQ(hm$get(m, key<K>(n), 999), n);
      hm$free(m);
    }
  });
}

// A map of few entries that had many takes no more than one that never had.
TEST_P(OfEachKind, ShrinkReturnsWhatIsNotNeeded) {
  with_model_key(GetParam(), [&]<typename K>(const char* what) {
    for (const size_t few : {0u, 1u, 8u, 9u, 12u, 13u, 40u}) {
      SCOPED_TRACE(what);
      TestAllocator memory;
      hm$(K, uint64_t) fresh = hm$new(fresh, memory, .capacity = few);
      const size_t bytes = memory.live_bytes;
      hm$free(fresh);
      hm$(K, uint64_t) m = hm$new(m, memory);
      for (size_t n = 0; n < kAll; ++n) hm$set(m, key<K>(n), n);
      for (size_t n = few; n < kAll; ++n) ASSERT_TRUE(hm$del(m, key<K>(n)));
      EXPECT_TRUE(hm$shrink(m));
      if (few >= 8 || few == 0) {
        EXPECT_EQ(memory.live_bytes, bytes) << few;
      }
      check_index(m);
      const size_t calls = memory.calls;
      EXPECT_TRUE(hm$shrink(m));
      EXPECT_EQ(memory.calls, calls);
      for (size_t n = 0; n < few; ++n) EXPECT_EQ(hm$get(m, key<K>(n), 999), n);
      for (size_t n = few; n < kAll; ++n) EXPECT_EQ(hm$getp(m, key<K>(n)), nullptr);
      for (size_t n = 0; n < kAll; ++n) hm$set(m, key<K>(n), n + 1);
      for (size_t n = 0; n < kAll; ++n) EXPECT_EQ(hm$get(m, key<K>(n), 999), n + 1);
      hm$free(m);
    }
  });
}

TEST(HmSize, EachAllocationOfAShrinkingMapMayFail) {
  for (size_t nth = 1;; ++nth) {
    TestAllocator memory;
    hm$(std::string_view, int) m = hm$new(m, memory, .copy_keys = true);
    for (int n = 0; n < 200; ++n) hm$set(m, std::to_string(n), n);
    for (int n = 20; n < 200; ++n) hm$del(m, std::to_string(n));
    const size_t bytes = memory.live_bytes;
    memory.fail_at(nth);
    const bool done = hm$shrink(m);
    EXPECT_EQ(done, !memory.failed());
    if (done) {
      EXPECT_LT(memory.live_bytes, bytes);
    } else {
      EXPECT_EQ(memory.live_bytes, bytes);
    }
    memory.fail_at(0);
    check_index(m);
    for (int n = 0; n < 20; ++n) EXPECT_EQ(hm$get(m, std::to_string(n), -1), n);
    hm$free(m);
    if (done) break;
    ASSERT_LT(nth, 10u);
  }
}

TEST(HmSize, ReserveWithoutMemory) {
  TestAllocator memory;
  hm$(uint64_t, int) m = hm$new(m, memory);
  hm$set(m, 1, 1);
  for (const size_t nth : {1u, 2u}) {
    const size_t bytes = memory.live_bytes;
    memory.fail_at(nth);
    EXPECT_FALSE(hm$try_reserve(m, 1000));
    memory.fail_at(0);
    EXPECT_EQ(memory.live_bytes, bytes);
    EXPECT_EQ(hm$get(m, 1), 1);
  }
  EXPECT_FALSE(hm$try_reserve(m, -1));
  EXPECT_FALSE(hm$try_reserve(m, (size_t{1} << 31) + 1));
  hm$free(m);
}

// Rounds of few entries in a map that had many: the index that a clear empties, and searches
// walk through, is that of the few.
TEST(HmSize, ClearCostsWhatWasUsed) {
  TestAllocator memory;
  hm$(uint64_t, uint64_t) m = hm$new(m, memory);
  for (uint64_t n = 0; n < kMany; ++n) hm$set(m, n, n);
  const size_t large = hm_index_bytes(m);
  hm$clear(m);
  const size_t calls = memory.calls;
  for (uint64_t n = 0; n < 10; ++n) hm$set(m, n, n);
  EXPECT_EQ(hm_index_bytes(m), large);  // as many may come again
  hm$clear(m);
  for (int round = 0; round < 10; ++round) {
    EXPECT_LE(hm_index_bytes(m), 16u * 64u);
    for (uint64_t n = 0; n < 10; ++n) hm$set(m, n, n);
    EXPECT_LE(hm_index_bytes(m), 16u * 64u);
    check_index(m);
    hm$clear(m);
  }
  // What was reserved once still is.
  for (uint64_t n = 0; n < kMany; ++n) hm$set(m, n, n);
  EXPECT_EQ(memory.calls, calls);
  EXPECT_EQ(hm_index_bytes(m), large);
  for (uint64_t n = 0; n < kMany; ++n) ASSERT_EQ(hm$get(m, n, ~n), n);
  check_index(m);
  hm$free(m);
}

// Text that is only borrowed may have gone before a clear, which does not look at it.
TEST(HmSize, ClearDoesNotReadBorrowedText) {
  hm$(const char*, int) m = hm$new(m, mem$);
  for (int round = 0; round < 3; ++round) {
    mem$arena(4096, arena) {
      for (int n = 0; n < (round == 0 ? 1000 : 3); ++n) {
        char* const text = mem$malloc(arena, 16);
        snprintf(text, 16, "%d", n);
        hm$set(m, text, n);
      }
    }
    hm$clear(m);
  }
  hm$free(m);
}

TEST(HmSizeDeathTest, NullMapsAndNoMemory) {
  hm$(int, int) none = nullptr;
  EXPECT_DEATH(hm$reserve(none, 1), "cex: .*hm_size_test.cc:[0-9]+: hm.reserve: the map is null");
  EXPECT_DEATH((void)hm$try_reserve(none, 1), "hm.try_reserve: the map is null");
  EXPECT_TRUE(hm$shrink(none));
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  hm$(const char*, int) names = hm$new(names, memory, .capacity = 10, .copy_keys = true);
  hm$set(names, "one", 1);
  memory.fail_at(1);
  EXPECT_DEATH(hm$reserve(m, 1000), "hm.reserve: out of memory\n  0 entries .* 1000 wanted");
  // There is room for the entry, so that is not what the message is about.
  EXPECT_DEATH(
      hm$set(names, "eleven", 1),
      "hm.set: out of memory\n  for the copy of a key of 6 characters; entries: 1, room for 10");
  memory.fail_at(0);
  hm$free(m);
  hm$free(names);
}

}  // namespace
}  // namespace cex
