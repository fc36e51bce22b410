// Functions of the user that throw, at each of their calls in turn: what is left is a container
// with each of its elements once, which can be used on, and nothing leaks.
#include <stddef.h>
#include <stdint.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cex/collections.h"
#include "collections/tests/hf_inspect.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

// Elsewhere none of them can.
#ifdef __cpp_exceptions
namespace cex {
namespace {

struct Thrown {};

// The call that throws, from now; 0 for none.
size_t throws_at = 0;
void may_throw() {
  if (throws_at != 0 && --throws_at == 0) throw Thrown{};
}

// Calls run() with its call number `nth` throwing; whether it did.
template <typename Run>
bool threw(size_t nth, Run run) {
  throws_at = nth;
  bool caught = false;
  try {
    run();
  } catch (const Thrown&) {
    caught = true;
  }
  throws_at = 0;
  return caught;
}

struct Key {
  int id;
  friend bool operator==(const Key& a, const Key& b) {
    may_throw();
    return a.id == b.id;
  }
  template <typename H>
  friend H AbslHashValue(H h, const Key& key) {
    may_throw();
    return H::combine(std::move(h), key.id);
  }
};

// One whose constructor may throw.
struct Value {
  int n;
  Value() : n(0) { may_throw(); }
  explicit Value(int from) : n(from) {}
};

template <typename Map>
std::vector<std::pair<int, int>> contents(const Map& m) {
  std::vector<std::pair<int, int>> all;
  for$each (entry, m) all.emplace_back(entry.key.id, entry.value);
  std::sort(all.begin(), all.end());
  return all;
}

// What can be said of a map that is whole: it is used, too.
template <typename Map>
void use(const Map& m, size_t length) {
  check_index(m);
  ASSERT_EQ(m.size(), length);
  const auto all = contents(m);
  for (const auto& [id, value] : all) ASSERT_EQ(m.get({id}), value);
  for (int id = 1000; id < 1100; ++id) m.set({id}, id);
  check_index(m);
  for (int id = 1000; id < 1100; ++id) ASSERT_TRUE(m.del({id}));
  ASSERT_EQ(contents(m), all);
  check_index(m);
}

// `run` on maps of `count` entries, of which each call of a hash or a comparison throws in turn:
// the map is then as it was. Returns how many there were.
template <typename Map, typename Prepare, typename Run>
size_t leaves_as_it_was(int count, Prepare prepare, Run run) {
  for (size_t nth = 1;; ++nth) {
    TestAllocator memory;
    Map m = Map::create(memory, {.seed = 7});
    for (int id = 0; id < count; ++id) m.set({id}, 10 * id);
    prepare(m);
    const auto before = contents(m);
    const bool caught = threw(nth, [&] { run(m); });
    if (caught) {
      EXPECT_EQ(contents(m), before) << nth << " of " << count;
    }
    use(m, m.size());
    m.free();
    if (!caught || testing::Test::HasFailure()) return nth - 1;
  }
}

template <typename Map>
class ThrowingKeys : public testing::Test {};
using Maps = testing::Types<Hm<Key, int>, Hf<Key, int>>;
TYPED_TEST_SUITE(ThrowingKeys, Maps);

constexpr auto kNothing = [](const auto&) {};

TYPED_TEST(ThrowingKeys, Insertion) {
  // At each of the lengths at which something may have to grow.
  for (int count = 0; count < 60; ++count) {
    const auto run = [&](TypeParam& m) { m.set({count}, 1); };
    EXPECT_GE((leaves_as_it_was<TypeParam>(count, kNothing, run)), 1u);
    if (this->HasFailure()) return;
  }
}

TYPED_TEST(ThrowingKeys, OtherOperations) {
  for (const int count : {1, 7, 13, 40}) {
    const auto each = [&](auto run) { leaves_as_it_was<TypeParam>(count, kNothing, run); };
    each([](TypeParam& m) { m.set({0}, 1); });
    each([](TypeParam& m) { *m.setp({-1}) = 1; });
    each([](TypeParam& m) { m.sets({{-1}, 1}); });
    each([](TypeParam& m) { EXPECT_EQ(m.get({0}, {}), 0); });
    each([](TypeParam& m) { EXPECT_EQ(m.find({-1}), nullptr); });
    each([](TypeParam& m) { EXPECT_TRUE(m.del({0})); });
    each([&](TypeParam& m) { EXPECT_TRUE(m.del({count - 1})); });
    each([](TypeParam& m) { EXPECT_FALSE(m.del({-1})); });
    each([](TypeParam& m) { m.reserve(300); });
    each([](TypeParam& m) { m.clear(); });
    if constexpr (requires(TypeParam & m) { m.del_ordered({0}); }) {
      each([](TypeParam& m) { EXPECT_TRUE(m.del_ordered({0})); });
    }
    if (this->HasFailure()) return;
  }
}

TYPED_TEST(ThrowingKeys, Shrinking) {
  for (const int count : {1, 20, 100}) {
    const auto reserve = [](const TypeParam& m) { m.reserve(1000); };
    const size_t calls =
        leaves_as_it_was<TypeParam>(count, reserve, [](TypeParam& m) { EXPECT_TRUE(m.shrink()); });
    EXPECT_GE(calls, static_cast<size_t>(count));
  }
}

// A map that was large once has room in which it grows.
TYPED_TEST(ThrowingKeys, GrowingAfterClear) {
  for (const int count : {12, 13, 14, 15, 28, 56, 112}) {
    const auto prepare = [&](const TypeParam& m) {
      m.reserve(2000);
      m.clear();
      for (int id = 0; id < count; ++id) m.set({id}, id);
      m.clear();
      for (int id = 0; id < count; ++id) m.set({id}, id);
    };
    const auto run = [&](TypeParam& m) { m.set({count}, 1); };
    leaves_as_it_was<TypeParam>(0, prepare, run);
    if (this->HasFailure()) return;
  }
}

TYPED_TEST(ThrowingKeys, EraseIf) {
  for (const int count : {1, 12, 40}) {
    for (const int modulus : {1, 2, 3, 1000}) {
      bool caught = true;
      for (size_t nth = 1; caught && !this->HasFailure(); ++nth) {
        TestAllocator memory;
        TypeParam m = TypeParam::create(memory, {.seed = 7});
        for (int id = 0; id < count; ++id) m.set({id}, id);
        int asked_of_those = 0;
        const size_t calls = memory.calls;
        caught = threw(nth, [&] {
          m.erase_if([&](const auto& entry) {
            may_throw();
            if (entry.value % modulus != 0) return false;
            ++asked_of_those;
            return true;
          });
        });
        EXPECT_EQ(memory.calls, calls);
        // Those that stay, all of them, and of those that go the ones that it did not come to;
        // the last one that it was asked of may be there still.
        const auto all = contents(m);
        EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
        int stay = 0;
        for (const auto& entry : all) stay += entry.first % modulus != 0;
        EXPECT_EQ(stay, count - (count + modulus - 1) / modulus);
        const int gone = count - static_cast<int>(all.size());
        EXPECT_TRUE(gone == asked_of_those || (caught && gone == asked_of_those - 1))
            << gone << " of " << asked_of_those;
        use(m, all.size());
        m.free();
      }
    }
  }
}

#if !EXPECT_CHECKED
// One that was changed is not where the index has it. (The checks report that.)
TYPED_TEST(ThrowingKeys, EraseIfOfChangedKeys) {
  for (const int changed : {0, 30, 59}) {
    TestAllocator memory;
    TypeParam m = TypeParam::create(memory, {.seed = 7});
    for (int id = 0; id < 60; ++id) m.set({id}, id);
    m.find({changed})->key.id = -1;
    EXPECT_EQ(m.erase_if([](const auto& entry) { return entry.value % 3 == 0; }), 20u);
    check_positions(m);
    for (int id = 0; id < 60; ++id) {
      EXPECT_EQ(m.find({id}) != nullptr, id % 3 != 0 && id != changed) << id;
    }
    m.free();
  }
}
#endif

TYPED_TEST(ThrowingKeys, ManyLookups) {
  constexpr int kCount = 70000;
  TestAllocator memory;
  TypeParam m = TypeParam::create(memory, {.capacity = kCount});
  for (int id = 0; id < kCount; ++id) m.set({id}, id);
  std::vector<Key> keys;
  for (int id = 0; id < 200; ++id) keys.push_back({id * 700});
  std::vector<int*> values(keys.size());
  for (size_t nth = 1; threw(nth, [&] { m.getp_many(keys.data(), keys.size(), values.data()); });
       nth = nth * 5 / 4 + 1) {
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(values[i] == nullptr, keys[i].id >= kCount);
    if (values[i] != nullptr) {
      ASSERT_EQ(*values[i], keys[i].id);
    }
  }
  m.free();
}

template <typename Map>
class ThrowingValues : public testing::Test {};
using MapsOfValues = testing::Types<Hm<const char*, Value>, Hf<const char*, Value>>;
TYPED_TEST_SUITE(ThrowingValues, MapsOfValues);

// A new entry is made by constructors of the user's.
TYPED_TEST(ThrowingValues, LeaveNoEntry) {
  for (const int count : {0, 8, 12, 13, 15, 100}) {
    TestAllocator memory;
    TypeParam m = TypeParam::create(memory, {.copy_keys = true});
    for (int i = 0; i < count; ++i) m.set(std::to_string(i).c_str(), Value(i));
    const size_t blocks = memory.live_blocks;
    EXPECT_TRUE(threw(1, [&] { m.setp("new"); }));
    EXPECT_EQ(memory.live_blocks, blocks);
    EXPECT_EQ(m.size(), static_cast<size_t>(count));
    check_index(m);
    EXPECT_EQ(m.find("new"), nullptr);
    if (count != 0) {
      EXPECT_FALSE(threw(1, [&] { m.setp("0"); }));  // is there already
    }
    m.setp("new")->n = 5;
    EXPECT_EQ(m.find("new")->value.n, 5);
    m.free();
  }
}

// The same where that takes a key, which has no default constructor.
TEST(ThrowingValue, OfAKeyLeavesNoEntry) {
  struct Id {
    int number;
    explicit Id(int n) : number(n) {}
  };
  TestAllocator memory;
  hm$(Id, Value) m = hm$new(m, memory);
  for (int i = 0; i < 40; ++i) hm$setp(m, Id(i))->n = i;
  EXPECT_TRUE(threw(1, [&] { hm$setp(m, Id(40)); }));
  EXPECT_EQ(hm$len(m), 40u);
  check_index(m);
  EXPECT_EQ(hm$gets(m, Id(40)), nullptr);
  hm$setp(m, Id(40))->n = 5;
  EXPECT_EQ(hm$gets(m, Id(40))->value.n, 5);
  hm$free(m);
}

// Sorting. `rank` is compared; the rest tells elements apart.
template <size_t kBytes>
struct Item {
  int rank;
  std::array<char, kBytes - sizeof(int)> rest;
};
template <>
struct Item<4> {
  int rank;
};

template <typename T>
std::vector<int> ranks(const Arr<T>& a) {
  std::vector<int> all;
  for$each (item, a) all.push_back(item.rank);
  std::sort(all.begin(), all.end());
  return all;
}

template <typename T>
class ThrowingComparison : public testing::Test {};
using Items = testing::Types<Item<4>, Item<16>, Item<80>>;
TYPED_TEST_SUITE(ThrowingComparison, Items);

template <typename T, typename Sort>
void sort_throwing(size_t count, int order, Sort sort) {
  for (size_t nth = 1;; nth += nth < 60 ? 1 : nth / 8) {
    TestAllocator memory;
    arr$(T) a = arr$new(a, memory);
    uint32_t random = 1;
    for (size_t i = 0; i < count; ++i) {
      random = random * 1664525 + 1013904223;
      T item{};
      item.rank = order > 0   ? static_cast<int>(i)
                  : order < 0 ? -static_cast<int>(i)
                              : static_cast<int>(random >> 16);
      a.push(item);
    }
    const auto before = ranks(a);
    const bool caught = threw(nth, [&] { sort(a); });
    EXPECT_EQ(ranks(a), before) << "call " << nth << " of " << count << " elements";
    a.free();
    if (!caught || testing::Test::HasFailure()) return;
  }
}

template <typename T>
int qsort_order(const void* x, const void* y) {
  may_throw();
  const int left = static_cast<const T*>(x)->rank;
  const int right = static_cast<const T*>(y)->rank;
  return left < right ? -1 : left > right;
}

TYPED_TEST(ThrowingComparison, LosesNoElement) {
  for (const size_t count : {2u, 3u, 12u, 13u, 24u, 30u, 150u}) {
    for (const int order : {0, 1, -1}) {
      sort_throwing<TypeParam>(count, order, [](Arr<TypeParam>& a) {
        arr$sort(a, [](const TypeParam& x, const TypeParam& y) {
          may_throw();
          return x.rank < y.rank;
        });
      });
      sort_throwing<TypeParam>(count, order,
                               [](Arr<TypeParam>& a) { arr$sort(a, qsort_order<TypeParam>); });
    }
  }
}

// What sorts where partitions are uneven.
TYPED_TEST(ThrowingComparison, LosesNoElementOfAHeap) {
  sort_throwing<TypeParam>(40, 0, [](Arr<TypeParam>& a) {
    auto less = [](const TypeParam& x, const TypeParam& y) {
      may_throw();
      return x.rank < y.rank;
    };
    detail::sort_by_heap(a.data(), a.data() + a.size(), less);
  });
}

// Sources of arr$pusha: a conversion that may throw, and a range whose iterator may.
struct FromInt {
  int n;
  operator int() const {  // NOLINT(google-explicit-constructor): a conversion
    may_throw();
    return n;
  }
};

struct Twenty {
  struct iterator {
    using value_type = int;
    using difference_type = ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    int n = 0;
    int operator*() const {
      may_throw();
      return n;
    }
    iterator& operator++() {
      may_throw();
      ++n;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const {
      may_throw();
      return n == 20;
    }
  };
  iterator begin() const {
    may_throw();
    return {};
  }
  std::default_sentinel_t end() const { return {}; }
};

template <typename Range>
void append_throwing(const Range& range, size_t count) {
  for (size_t nth = 1;; ++nth) {
    for (const size_t had : {0u, 14u, 16u}) {
      TestAllocator memory;
      arr$(int) a = arr$new(a, memory);
      for (size_t i = 0; i < had; ++i) arr$push(a, -1);
      const bool caught = threw(nth, [&] { arr$pusha(a, range); });
      ASSERT_EQ(arr$len(a), caught ? had : had + count) << nth;
      for (size_t i = 0; i < had; ++i) ASSERT_EQ(a[i], -1);
      arr$push(a, 7);
      EXPECT_EQ(arr$last(a), 7);
      arr$free(a);
      if (!caught && had == 16) return;
    }
  }
}

TEST(ThrowingRange, LeavesTheArrayAsItWas) {
  append_throwing(std::vector<FromInt>(20), 20);
  append_throwing(Twenty{}, 20);
}

TEST(ThrowingConversion, LeavesTheContainerAsItWas) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  hm$(int, int) m = hm$new(m, memory);
  hf$(int, int) f = hf$new(f, memory);
  const FromInt from{1};
  EXPECT_TRUE(threw(1, [&] { arr$push(a, from); }));
  EXPECT_TRUE(threw(1, [&] { arr$ins(a, 0, from); }));
  EXPECT_TRUE(threw(1, [&] { hm$set(m, from, 1); }));
  EXPECT_TRUE(threw(1, [&] { hm$set(m, 1, from); }));
  EXPECT_TRUE(threw(1, [&] { hf$set(f, from, 1); }));
  EXPECT_TRUE(threw(1, [&] { hf$sets(f, 1, from); }));
  EXPECT_EQ(arr$len(a) + hm$len(m) + hf$len(f), 0u);
  arr$free(a);
  hm$free(m);
  hf$free(f);
}

// As Key, but its hash says that it does not throw.
struct CalmKey {
  int id;
  friend bool operator==(const CalmKey& a, const CalmKey& b) = default;
  template <typename H>
  friend H AbslHashValue(H h, const CalmKey& key) noexcept {
    return H::combine(std::move(h), key.id);
  }
};
static_assert(!detail::HmKey<CalmKey>::kHashMayThrow && detail::HmKey<Key>::kHashMayThrow);

// How many allocations it takes to fill a map with room for 1000 entries again, after it
// had few of them and was cleared.
template <typename K>
size_t refill_cleared() {
  TestAllocator memory;
  hm$(K, int) m = hm$new(m, memory, .capacity = 1000);
  for (int i = 0; i < 3; ++i) hm$set(m, K{i}, i);
  hm$clear(m);
  memory.calls = 0;
  for (int i = 0; i < 1000; ++i) hm$set(m, K{i}, i);
  hm$free(m);
  return memory.calls;
}

TEST(NoexceptHash, ClearKeepsTheRoom) {
  EXPECT_EQ(refill_cleared<CalmKey>(), 0u);
  EXPECT_NE(refill_cleared<Key>(), 0u) << "the old index is needed until the new one is filled";
}

}  // namespace
}  // namespace cex
#endif
