// Keys that are changed, or whose text goes, while they are in a map. Under CEX_TEST that is
// reported, with the lines of the call and of the map; a release build goes on with a map in
// which such keys may not be found: no search is without end, and nothing is written where
// nothing of the map's is.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/hm_model_keys.h"
#include "collections/tests/model_source.h"
#include "collections/tests/nth.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

template <typename K>
decltype(auto) key_of(size_t n) {
  static ModelKeys<K> keys;
  return keys.get(n, true);
}

#ifndef CEX_TEST
template <typename K>
void change_and_go_on(uint64_t seed) {
  constexpr size_t kKeys = 200;
  RandomSource random(seed, 0);
  hm$(K, size_t) m = hm$new(m, mem$, .seed = seed + 1);
  for (size_t step = 0; step < 3000; ++step) {
    const size_t n = random.below(kKeys);
    switch (random.below(8)) {
      case 0:
      case 1:
        if (hm$len(m) != 0) put_key(&nth(m, random.below(hm$len(m))).key, n);
        break;
      case 2:
      case 3:
      case 4:
        hm$set(m, key_of<K>(n), n);
        break;
      case 5:
        if (hm$len(m) != 0) hm$del(m, nth(m, random.below(hm$len(m))).key);
        break;
      case 6:
        hm$del(m, key_of<K>(n));
        break;
      default:
        hm$gets(m, key_of<K>(n));
        if (random.below(100) == 0) hm$clear(m);
    }
    check_positions(m);
  }
  hm$free(m);
}

class ChangedKeys : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(, ChangedKeys, testing::Range<size_t>(0, kModelKeyKinds));

TEST_P(ChangedKeys, EverySearchEnds) {
  with_model_key(GetParam(), [&]<typename K>(const char*) {
    for (uint64_t seed = 0; seed < 10; ++seed) change_and_go_on<K>(seed);
  });
}

// The one that moves into the hole of a deleted one.
TEST(ChangedKey, OfTheLastEntry) {
  for (uint64_t seed = 1; seed < 100; ++seed) {
    hm$(uint64_t, int) m = hm$new(m, mem$, .seed = seed);
    for (uint64_t n = 0; n < 100; ++n) hm$set(m, n, 1);
    hm$set(m, 100, 1);
    hm$del(m, 100);  // so that the newest slot is not the last entry's
    nth(m, 99).key = 1000 + seed;
    EXPECT_TRUE(hm$del(m, 5));
    check_positions(m);
    EXPECT_EQ(hm$len(m), 99u);
    hm$free(m);
  }
}

TEST(ChangedKey, TextThatTheMapHasCopied) {
  for (const size_t page_size : {0u, 512u}) {
    hm$(char*, int) m = hm$new(m, mem$, .copy_keys = true, .copy_keys_arena_pgsize = page_size);
    for (int n = 0; n < 300; ++n) hm$set(m, std::to_string(n + 1000).c_str(), n);
    for (size_t n = 0; n < 300; n += 2) nth(m, n).key[n % 4] = 'x';
    for (int n = 0; n < 300; ++n) hm$del(m, std::to_string(n + 1000).c_str());
    while (hm$len(m) > 50 && hm$del(m, "x000")) continue;
    for (int n = 0; n < 300; ++n) hm$set(m, std::to_string(n + 2000).c_str(), n);
    check_positions(m);
    hm$free(m);
  }
}
#else

// The line that this stands on, as a message names it.
#define HERE(message) "cex: .*hm_changed_keys_test\\.cc:" + std::to_string(__LINE__) + ": " message
#define CHANGED "a key was changed, or its text has gone, while in the map\n  the key of "

// One of many keys is changed, or one of few.
template <typename K>
class ChangedKeysDeathTest : public testing::Test {};
using Kinds = testing::Types<uint64_t, int, int*, char[16], ModelCell, ModelWide, ModelOwn,
                             const char*, std::string_view>;
TYPED_TEST_SUITE(ChangedKeysDeathTest, Kinds);

TYPED_TEST(ChangedKeysDeathTest, AreReportedByWhatLooksAtThem) {
  using K = TypeParam;
  constexpr bool kOwn = !ModelKeys<K>::kPointsToText && !std::is_same_v<K, ModelOwn>;
  for (const size_t count : {3u, 8u, 12u, 100u}) {
    SCOPED_TRACE(count);
    hm$(K, int) m = hm$new(m, mem$, .seed = 7);
    const std::string made =
        "the map was made at .*hm_changed_keys_test\\.cc:" + std::to_string(__LINE__ - 2) + "\n";
    for (size_t n = 0; n < count; ++n) hm$set(m, key_of<K>(n), 1);
    hm$get(m, key_of<K>(count + 1));
    auto* const changed = hm$gets(m, key_of<K>(1));
    put_key(&changed->key, count + 2);
    // Many lookups look at all entries in turn.
    const auto miss = [&](auto look) {
      for (size_t n = 0; n < count; ++n) look(key_of<K>(count + 1));
    };
    EXPECT_DEATH(miss([&](auto key) { hm$get(m, key); }), HERE("h..get: " CHANGED) + ".*" + made);
    EXPECT_DEATH(miss([&](auto key) { hm$getp(m, key); }), HERE("h..getp: " CHANGED) + ".*" + made);
    EXPECT_DEATH(miss([&](auto key) { hm$gets(m, key); }), HERE("h..gets: " CHANGED) + ".*" + made);
    EXPECT_DEATH(miss([&](auto key) { hm$del(m, key); }), HERE("h..del: " CHANGED) + ".*" + made);
    const auto grow = [&] {
      for (size_t n = 0; n < 200; ++n) hm$set(m, key_of<K>(count + 3 + n), 1);
    };
    EXPECT_DEATH(grow(), "cex: .*hm_changed_keys_test.*: h..set: " CHANGED);
    if (kOwn) {
      EXPECT_DEATH(hm$free(m), HERE("h..free: " CHANGED) + ".*" + made);
      EXPECT_DEATH(hm$clear(m), HERE("h..clear: " CHANGED) + ".*" + made);
    }
    put_key(&changed->key, 1);
    for (size_t n = 0; n < count; ++n) EXPECT_NE(hm$getp(m, key_of<K>(n)), nullptr);
    miss([&](auto key) { hm$get(m, key); });
    grow();
    hm$free(m);
  }
}

#ifndef CEX_TEST_FLAT  // where none moves
TEST(ChangedKeyDeathTest, OfTheEntryThatMoves) {
  hm$(uint64_t, int) m = hm$new(m, mem$, .seed = 7);
  for (uint64_t n = 0; n < 100; ++n) hm$set(m, n, 1);
  hm$set(m, 100, 1);
  hm$del(m, 100);
  auto* const changed = hm$gets(m, 99);
  changed->key = 1000;
  EXPECT_DEATH(hm$del(m, 5), HERE("h..del: " CHANGED "entry [0-9]+ .of 100.;"));
  changed->key = 99;
  hm$free(m);
}
#endif

TEST(ChangedKeyDeathTest, TextThatTheMapHasCopied) {
  hm$(char*, int) m = hm$new(m, mem$, .copy_keys = true);
  hm$set(m, "one", 1);
  hm$set(m, "two", 2);
  nth(m, 0).key[0] = 'O';
  EXPECT_DEATH(hm$get(m, "one"), HERE("h..get: " CHANGED) ".*\n  to change a key, delete it and");
  EXPECT_DEATH(hm$free(m), HERE("h..free: " CHANGED));
  EXPECT_DEATH(hm$clear(m), HERE("h..clear: " CHANGED));
  nth(m, 0).key[0] = 'o';
  hm$free(m);
}

// Text whose scope has ended, whose block was freed, and that stood in a local variable.
TEST(TextThatHasGoneDeathTest, IsReportedByTheFirstLookup) {
  // Where a tool sees the text being read it may be the one to tell.
#define GONE(message) (kChecker == Checker::kPattern ? HERE(message) : "")
#define ADVICE ".*\n  text keys are borrowed: keep the text, or make the map with .copy_keys"
  if (kChecker == Checker::kValgrind) GTEST_SKIP() << "the program goes on after the tool's report";
  for (const int count : {1, 5, 100}) {
    hm$(const char*, int) ended = hm$new(ended, mem$, .seed = 7);
    mem$scope(tmem$, _) {
      for (int n = 0; n < count; ++n) {
        char* const text = mem$malloc(_, 30);
        snprintf(text, 30, "key number %d", n);
        hm$set(ended, text, n);
      }
    }
    EXPECT_DEATH(hm$get(ended, "key number 0"), GONE("h..get: " CHANGED ADVICE));
    EXPECT_DEATH(hm$set(ended, "new", 1), GONE("h..set: " CHANGED ADVICE));
    EXPECT_DEATH(hm$del(ended, "key number 0"), GONE("h..del: " CHANGED ADVICE));
    hm$free(ended);  // which does not look at it
  }
  hm$(std::string_view, int) freed = hm$new(freed, mem$, .seed = 7);
  char* text = mem$malloc(mem$, 20);
  memcpy(text, "a key of text", 14);
  hm$set(freed, text, 1);
  mem$free(mem$, text);
  EXPECT_DEATH(hm$get(freed, "a key of text"), GONE("h..get: " CHANGED ADVICE));
  hm$clear(freed);
  char local[10] = "first";
  hm$set(freed, local, 1);
  memcpy(local, "other", 6);
  EXPECT_DEATH(hm$set(freed, local, 1), HERE("h..set: " CHANGED "entry [0-9]+ .of 1.;") ADVICE);
  EXPECT_DEATH(hm$get(freed, "first"), HERE("h..get: " CHANGED) ADVICE);
  hm$free(freed);
#undef ADVICE
#undef GONE
}

// Text that begins as memory which is gone does.
TEST(TextThatHasGone, IsNotAnyTextOfThoseBytes) {
  hm$(const char*, int) m = hm$new(m, mem$);
  const std::string text(7, '\xf7');
  hm$set(m, text.c_str(), 1);
  hm$set(m, "\xf7", 2);
  hm$set(m, "", 3);
  EXPECT_EQ(hm$get(m, "no such key"), 0);
  EXPECT_EQ(hm$get(m, text.c_str()), 1);
  hm$free(m);
  hm$(std::string_view, int) views = hm$new(views, mem$);
  hm$set(views, std::string_view(), 1);
  hm$set(views, "x", 2);
  EXPECT_EQ(hm$get(views, "no such key"), 0);
  const std::string many(9, '\xf7');
  hm$set(views, many, 3);
  EXPECT_EQ(hm$get(views, "no such key"), 0);
  hm$free(views);
  hm$(const char*, int) copies = hm$new(copies, mem$, .copy_keys = true);
  hm$set(copies, many.c_str(), 3);
  EXPECT_EQ(hm$get(copies, "no such key"), 0);
  hm$free(copies);
}

// Counts how often one is hashed.
size_t hashed;
struct Counting {
  uint64_t n;
  bool operator==(const Counting& other) const { return n == other.n; }
  template <typename H>
  friend H AbslHashValue(H h, const Counting& c) {
    ++hashed;
    return H::combine(std::move(h), c.n);
  }
};

// The check of a miss does not depend on the number of entries.
TEST(Misses, LookAtAFewEntriesEach) {
  hm$(Counting, int) m = hm$new(m, mem$);
  for (uint64_t n = 0; n < 10'000; ++n) hm$set(m, Counting{n}, 1);
  hashed = 0;
  for (uint64_t n = 0; n < 1000; ++n) hm$get(m, Counting{n + 10'000});
  EXPECT_LE(hashed, 3000u);
  EXPECT_GT(hashed, 1500u);
  hm$free(m);
}
#endif

}  // namespace
}  // namespace cex
