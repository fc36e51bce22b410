// hf$: what is other than in a hm$. The model, and hm$'s own tests compiled a second time over
// hf$, have the rest.
#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string>
#include <type_traits>
#include <vector>

#include "allocator/tests/skip_unless.h"
#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/for_each.h"
#include "cex/hf.h"
#include "cex/print.h"
#include "cex/tempmem.h"
#include "collections/tests/hf_inspect.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

using Map = hf$(uint64_t, int);
static_assert(sizeof(Map) == sizeof(void*) && std::is_trivially_copyable_v<Map>);
static_assert(std::forward_iterator<Map::iterator>);
static_assert(std::ranges::forward_range<Map> && std::ranges::sized_range<Map>);
static_assert(std::ranges::borrowed_range<Map> && std::ranges::common_range<Map>);

struct Point {
  int x, y;
};
struct Planet {
  const char* key;
  double mass;
  int moons;
  int value;
};
// A struct may hold a map to its own type.
struct Node {
  int key;
  hf$s(Node) children;
};

TEST(Hf, EveryOperation) {
  TestAllocator memory;
  hf$(const char*, int) m = hf$new(m, memory, .capacity = 3, .seed = 5, .copy_keys = true);
  EXPECT_TRUE(m);
  EXPECT_EQ(hf$set(m, "ann", 41)->value, 41);
  EXPECT_EQ(hf$try_set(m, "bob", 2)->value, 2);
  *hf$setp(m, "eve") += 3;
  *hf$try_setp(m, "eve") += 4;
  EXPECT_EQ(hf$get(m, "eve"), 7);
  EXPECT_EQ(hf$get(m, "tom"), 0);
  EXPECT_EQ(hf$get(m, "tom", -1), -1);
  EXPECT_EQ(*hf$getp(m, "ann"), 41);
  EXPECT_EQ(hf$getp(m, "tom"), nullptr);
  EXPECT_STREQ(hf$gets(m, "ann")->key, "ann");
  EXPECT_EQ(m.find("tom"), nullptr);
  EXPECT_EQ(hf$sets(m, "kim", 8)->value, 8);
  EXPECT_EQ(hf$try_sets(m, {.key = "joe", .value = 9})->value, 9);
  EXPECT_EQ(hf$len(m), 5u);
  EXPECT_EQ(arr$len(m), 5u);
  hf$reserve(m, 100);
  EXPECT_TRUE(hf$try_reserve(m, 1000));
  const char* const names[] = {"joe", "tom", "kim"};
  int* found[3];
  hf$getp_many(m, names, 3, found);
  EXPECT_EQ(*found[0], 9);
  EXPECT_EQ(found[1], nullptr);
  EXPECT_EQ(*found[2], 8);
  EXPECT_TRUE(hf$del(m, "ann"));
  EXPECT_FALSE(hf$del(m, "ann"));
  EXPECT_EQ(hf$erase_if(m, [](const auto& entry) { return entry.value > 7; }), 2u);
  EXPECT_EQ(hf$len(m), 2u);
  EXPECT_TRUE(hf$shrink(m));
  EXPECT_EQ(hf$get(m, "bob"), 2);
  hf$clear(m);
  EXPECT_EQ(hf$len(m), 0u);
  EXPECT_TRUE(m.begin() == m.end());
  hf$free(m);
  EXPECT_FALSE(m);
  EXPECT_EQ(memory.live_blocks, 0u);
}

TEST(Hf, ANullMapIsEmpty) {
  hf$(int, int) m = nullptr;
  EXPECT_EQ(hf$len(m), 0u);
  EXPECT_EQ(hf$get(m, 1, 7), 7);
  EXPECT_EQ(hf$getp(m, 1), nullptr);
  EXPECT_FALSE(hf$del(m, 1));
  EXPECT_EQ(hf$erase_if(m, [](auto&) { return true; }), 0u);
  const int key = 1;
  int value = 0;
  int* found = &value;
  hf$getp_many(m, &key, 1, &found);
  EXPECT_EQ(found, nullptr);
  for$each (entry, m) ADD_FAILURE() << entry.key;
  hf$clear(m);
  EXPECT_TRUE(hf$shrink(m));
  hf$free(m);
}

TEST(Hf, StructsOfTheUser) {
  mem$scope(tmem$, _) {
    hf$s(Planet) planets = hf$new(planets, _);
    hf$sets(planets, {.key = "mars", .mass = 0.107, .moons = 2, .value = 4});
    hf$sets(planets, "earth", 1.0, 1, 3);
    EXPECT_EQ(hf$gets(planets, "mars")->moons, 2);
    EXPECT_EQ(hf$get(planets, "earth"), 3);
    hf$s(Node) nodes = hf$new(nodes, _);
    hf$sets(nodes, 1, nodes);
    EXPECT_EQ(hf$gets(nodes, 1)->children, nodes);
    hf$(Point, int) cells = hf$new(cells, _);
    hf$set(cells, Point{1, 2}, 3);
    EXPECT_EQ(hf$get(cells, Point{1, 2}), 3);
  }
}

TEST(Hf, LoopsSeeEachEntryOnce) {
  TestAllocator memory;
  for (const uint64_t count : {0u, 1u, 14u, 15u, 16u, 1000u}) {
    Map m = hf$new(m, memory);
    for (uint64_t i = 0; i < count; ++i) hf$set(m, i, 1);
    for$eachp (entry, m) entry->value += 1;
    std::vector<uint64_t> keys;
    for$each (entry, m) {
      EXPECT_EQ(entry.value, 2);
      keys.push_back(entry.key);
    }
    std::sort(keys.begin(), keys.end());
    ASSERT_EQ(keys.size(), count);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(keys[i], i);
    EXPECT_EQ(static_cast<uint64_t>(std::distance(m.begin(), m.end())), count);
    arr$(int) values = arr$new(values, memory);
    for (const auto& entry : m) arr$push(values, entry.value);
    EXPECT_EQ(arr$len(values), count);
    arr$free(values);
    hf$free(m);
  }
}

TEST(Hf, EntriesAreDeletedWhileALoopIsAtThem) {
  for (const uint64_t n : {1u, 3u, 14u, 15u, 500u}) {
    Map m = hf$new(m, mem$);
    for (uint64_t i = 0; i < n; ++i) hf$set(m, i, 1);
    uint64_t seen = 0;
    for (auto it = m.begin(); it != m.end(); ++seen) EXPECT_TRUE(hf$del(m, (it++)->key));
    EXPECT_EQ(seen, n);
    EXPECT_EQ(hf$len(m), 0u);
    EXPECT_TRUE(m.begin() == m.end());
    hf$free(m);
  }
}

TEST(Hf, ALoopSeesNoEntryThatWasDeleted) {
  Map m = hf$new(m, mem$);
  for (uint64_t i = 0; i < 100; ++i) hf$set(m, i, 1);
  uint64_t seen = 0;
  for$each (entry, m) {
    ++seen;
    for (uint64_t i = 0; i < 100; ++i) {
      if (i != entry.key) hf$del(m, i);
    }
  }
  EXPECT_EQ(seen, 1u);
  hf$free(m);
}

TEST(Hf, StructsWithAKeyThatIsConst) {
  struct Named {
    const int key;
    int value;
  };
  hf$s(Named) m = hf$new(m, mem$);
  hf$sets(m, {.key = 1, .value = 2});
  hf$sets(m, {.key = 1, .value = 3});
  EXPECT_EQ(hf$get(m, 1), 3);
  hf$free(m);
}

#ifndef CEX_TEST
// Misuse that CEX_TEST reports: the other keys are found all the same.
TEST(Hf, AKeyThatWasChangedIsErasedAlone) {
  Map m = hf$new(m, mem$);
  constexpr uint64_t kMany = 6700;  // near the most for its groups, of which half are full
  for (uint64_t i = 0; i < kMany; ++i) hf$set(m, i, 1);
  for (uint64_t i = 0; i < 1000; ++i) hf$gets(m, i)->key = i + 1'000'000;
  EXPECT_EQ(hf$erase_if(m, [](const auto& entry) { return entry.key >= 1'000'000; }), 1000u);
  for (uint64_t i = 1000; i < kMany; ++i) ASSERT_NE(hf$getp(m, i), nullptr) << i;
  hf$free(m);
}
#endif

TEST(Hf, ADeleteMovesNothing) {
  TestAllocator memory;
  Map m = hf$new(m, memory);
  std::vector<const HmEntry<uint64_t, int>*> entries;
  hf$reserve(m, 500);
  for (uint64_t i = 0; i < 500; ++i) entries.push_back(hf$set(m, i, 0));
  for (uint64_t i = 0; i < 500; i += 2) hf$del(m, i);
  for (size_t i = 1; i < 500; i += 2) ASSERT_EQ(hf$gets(m, i), entries[i]);
  check_index(m);
  hf$free(m);
}

// What passed through a full group is forgotten when it is deleted.
TEST(Hf, InsertingAndDeletingForEverLeavesNothingBehind) {
  TestAllocator memory;
  Map m = hf$new(m, memory, .capacity = 840);  // all that 64 groups may hold
  const size_t calls = memory.calls;
  for (uint64_t i = 0; i < 100'000; ++i) {
    hf$set(m, i, 0);
    if (i >= 839) hf$del(m, i - 839);
  }
  EXPECT_EQ(memory.calls, calls);
  check_index(m);
  hf$erase_if(m, [](auto&) { return true; });
  const detail::MapHeader* const header = detail::MapAccess::header(m);
  for (size_t at = 0; at <= header->mask; at += sizeof(detail::HfGroup)) {
    ASSERT_EQ(detail::hf_group(header->groups, at).passed, 0);
    ASSERT_EQ(detail::hf_count(header->groups, header->mask, at), 0);
  }
  hf$free(m);
}

TEST(Hf, AMapThatWasLargeOnceIsClearedFast) {
  TestAllocator memory;
  Map m = hf$new(m, memory);
  for (uint64_t i = 0; i < 50'000; ++i) hf$set(m, i, 0);
  hf$clear(m);
  const size_t large = memory.live_bytes;
  for (uint64_t i = 0; i < 10; ++i) hf$set(m, i, 0);
  hf$clear(m);
  EXPECT_LT(memory.live_bytes, large / 100);
  hf$set(m, 3, 4);
  EXPECT_EQ(hf$get(m, 3), 4);
  memory.fail_at(1, 1000);  // there is no memory for a smaller one: it stays as it is
  hf$clear(m);
  EXPECT_EQ(hf$len(m), 0u);
  memory.fail_at(0);
  hf$free(m);
}

TEST(Hf, IsPrinted) {
  TestAllocator memory;
  hf$(int, const char*) m = nullptr;
  EXPECT_EQ(to_string(m), "null");
  hf$new(m, memory);
  EXPECT_EQ(to_string(m), "{}");
  hf$set(m, 1, "one");
  EXPECT_EQ(to_string(m), "{1: \"one\"}");
  EXPECT_EQ(testing::PrintToString(m), "{1: \"one\"}");
  hf$free(m);
}

TEST(HfDeathTest, AMapThatIsNotThere) {
  Map m = nullptr;
  EXPECT_DEATH(hf$set(m, 1, 2),
               "hf_test.cc:[0-9]+: hf\\$set: the map is null\n  make it with hf\\$new");
  EXPECT_DEATH(hf$reserve(m, 2), "hf\\$reserve: the map is null");
  EXPECT_DEATH(hf$new(m, nullptr), "hf\\$new: the allocator is null");
  TestAllocator memory;
  memory.fail_at(1, 1000);
  EXPECT_DEATH(hf$new(m, memory), "hf_test.cc:[0-9]+: hf\\$new: out of memory");
  EXPECT_FALSE(hf$try_new(m, memory));
}

#ifdef CEX_TEST
TEST(HfDeathTest, AMapThatHasGone) {
  Map m = hf$new(m, mem$);
  const Map copy = m;
  hf$free(m);
  EXPECT_DEATH((void)hf$get(copy, 1),
               "hf_test.cc:[0-9]+: hf\\$get: use of a map that is no longer");
  EXPECT_DEATH(for$each (entry, copy)(void) entry, "hf_test.cc:[0-9]+: hf\\$: use of a map");
}

TEST(HfDeathTest, ALoopWhoseTableGoes) {
  Map m = hf$new(m, mem$, .capacity = 1000);
  for (uint64_t i = 0; i < 9; ++i) hf$set(m, i, 1);
  const auto replace = [&m](int value) { hf$reserve(m, static_cast<size_t>(value) * 5000); };
#define GONE(loop) \
  "hf_test.cc:" + std::to_string(__LINE__) + ": for.each" loop ": elements were removed or moved"
  EXPECT_DEATH(for$each (e, m) replace(e.value), GONE("") " inside their own loop\n  the map has");
  EXPECT_DEATH(for$eachp (e, m) replace(e->value), GONE("p"));
  EXPECT_DEATH(for$each (e, m)(hf$shrink(m), (void)e), GONE(""));
  EXPECT_DEATH(for$each (e, m)(hf$clear(m), (void)e), GONE(""));
  EXPECT_DEATH(for$each (e, m)(hf$free(m), (void)e), "hf_test.cc:.* hf.: use of a map");
#undef GONE
  // What keeps the table may go on, and so may a loop that is left at once.
  for$each (e, m) hf$set(m, e.key % 9 + 100, 1);
  for$eachp (e, m) hf$del(m, e->key);
  EXPECT_EQ(hf$len(m), 0u);
  hf$set(m, 1, 1);
  for$each (e, m) {
    replace(e.value);
    break;
  }
  hf$free(m);
}

TEST(HfDeathTest, AnEntryThatWasDeletedIsWrittenTo) {
  SKIP_UNLESS(kChecker != Checker::kValgrind, "the program goes on after the tool's report");
  TestAllocator memory;
  Map m = hf$new(m, memory);
  for (uint64_t i = 0; i < 5; ++i) hf$set(m, i, 1);
  int* const value = hf$getp(m, 3);
  hf$del(m, 3);
  const char* const report =
      kChecker == Checker::kAsan
          ? "use-after-poison"
          : "write past the last entry of a map.*\n  entry [0-9]+ was written to";
  EXPECT_DEATH((*value = 7, hf$free(m)), report);
  EXPECT_DEATH((*value = 7, hf$reserve(m, 1000)), report);
  EXPECT_DEATH((*value = 7, hf$shrink(m), hf$reserve(m, 100)), report);
  hf$free(m);
}
#endif

}  // namespace
}  // namespace cex
