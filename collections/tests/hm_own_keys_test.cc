// Keys and values that lie in the map which they are given to: every kind of key, every
// operation, at every fill level, growths included.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cex/allocator.h"
#include "cex/for_each.h"
#include "cex/hm.h"
#include "collections/tests/hm_model_keys.h"
#include "collections/tests/nth.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// An entry's value: the next key, which is not yet in the map.
template <typename K>
struct Link {
  K next;
};

// Where a key lies as text, it is given as a part of another one, too.
template <typename K>
[[maybe_unused]] constexpr bool kIsText = ModelKeys<K>::kIsText;

#ifdef CEX_DETAIL_DEGENERATE_HASH
constexpr size_t kCount = 140;
#else
constexpr size_t kCount = 700;
#endif

enum class Operation { kSet, kTrySet, kSetp, kTrySetp, kSets, kTrySets };
constexpr Operation kOperations[] = {Operation::kSet,     Operation::kTrySet, Operation::kSetp,
                                     Operation::kTrySetp, Operation::kSets,   Operation::kTrySets};

// Each new key is read from where the entry before has it, without a copy in between.
template <typename K>
void fill(HmOptions options, Operation operation) {
  ModelKeys<K> keys;
  TestAllocator memory;  // which moves what grows, and overwrites what it leaves
  hm$(K, Link<K>) m = decltype(m)::create(memory, options);
  HmEntry<K, Link<K>> first{};
  put_key(&first.key, 0);
  put_key(&first.value.next, 1);
  HmEntry<K, Link<K>>* last = hm$sets(m, first);
  for (size_t n = 1; n < kCount; ++n) {
    HmEntry<K, Link<K>>* entry = nullptr;
    switch (operation) {
      case Operation::kSet:
        entry = hm$set(m, last->value.next, last->value);
        break;
      case Operation::kTrySet:
        entry = hm$try_set(m, last->value.next, last->value);
        break;
      case Operation::kSetp:
        static_cast<void>(hm$setp(m, last->value.next));
        break;
      case Operation::kTrySetp:
        ASSERT_NE(hm$try_setp(m, last->value.next), nullptr);
        break;
      case Operation::kSets:
      case Operation::kTrySets:
        if constexpr (!std::is_array_v<K>) {
          if (operation == Operation::kSets) {
            entry = hm$sets(m, last->value.next, last->value);
          } else {
            entry = hm$try_sets(m, last->value.next, last->value);
          }
        } else {
          entry = hm$set(m, last->value.next, last->value);
        }
        break;
    }
    ASSERT_EQ(hm$len(m), n + 1);
    if (entry == nullptr) entry = hm$gets(m, keys.get(n, true));
    ASSERT_NE(entry, nullptr) << n;
    ASSERT_TRUE(ModelKeys<K>::is(entry->key, n)) << n;
    if (operation != Operation::kSetp && operation != Operation::kTrySetp) {
      ASSERT_TRUE(ModelKeys<K>::is(entry->value.next, n)) << n;
    }
    put_key(&entry->value.next, n + 1);
    last = entry;
  }
  // All of them are found, by keys of their own as well.
  for$eachp (entry, m) ASSERT_EQ(hm$gets(m, entry->key), entry);
  const auto* entry = hm$gets(m, keys.get(0, true));
  for (size_t n = 0; n < kCount; ++n, entry = hm$gets(m, entry->value.next)) {
    ASSERT_NE(entry, nullptr) << n;
    ASSERT_TRUE(ModelKeys<K>::is(entry->key, n)) << n;
  }
  while (hm$len(m) > 1) ASSERT_TRUE(hm$del(m, nth(m, hm$len(m) / 2).key));
  hm$free(m);
}

class OwnKeys : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(, OwnKeys, testing::Range<size_t>(0, kModelKeyKinds));

TEST_P(OwnKeys, AtEveryFillLevel) {
  with_model_key(GetParam(), [&]<typename K>(const char* what) {
    SCOPED_TRACE(what);
    for (const Operation operation : kOperations) {
      for (size_t capacity = 0; capacity < 16; ++capacity) {
        // A byte has no more than 256 values.
        if (ModelKeys<K>::kCount <= kCount) return;
        fill<K>({.capacity = capacity}, operation);
        fill<K>({.capacity = capacity, .copy_keys = true}, operation);
        fill<K>({.capacity = capacity, .copy_keys_arena_pgsize = 512}, operation);
      }
    }
  });
}

// Text that lies in a map's own entries, and in its copies of keys.
template <typename K>
class OwnText : public testing::Test {};
using Texts = testing::Types<const char*, char*, std::string_view>;
TYPED_TEST_SUITE(OwnText, Texts);

struct Name {
  char text[24];
};

TYPED_TEST(OwnText, InValuesAndInOtherKeys) {
  for (const size_t page_size : {size_t{0}, size_t{512}}) {
    TestAllocator memory;
    hm$(TypeParam, Name) m =
        hm$new(m, memory, .copy_keys = true, .copy_keys_arena_pgsize = page_size);
    auto* last = hm$set(m, "a", Name{"10"});
    for (size_t n = 1; n < kCount; ++n) {
      last = hm$set(m, last->value.text, Name{});
      ASSERT_EQ(std::string_view(last->key), std::to_string(n + 9));
      snprintf(last->value.text, sizeof(last->value.text), "%zu", n + 10);
    }
    // The tail of a key is a key of its own.
    const auto* const tail = hm$set(m, &last->key[1], Name{});
    EXPECT_EQ(std::string_view(tail->key), std::to_string(kCount + 8).substr(1));
    for$eachp (entry, m) ASSERT_EQ(hm$gets(m, entry->key), entry);
    hm$free(m);
  }
}

TEST(OwnText, PartsOfCharArrays) {
  TestAllocator memory;
  hm$(char[12], int) m = hm$new(m, memory);
  hm$set(m, "12345678901", 0);
  size_t before = 0;
  for (int n = 0; hm$len(m) != before && hm$len(m) < kCount; ++n) {
    before = hm$len(m);
    // All parts of all keys that there are.
    std::vector<std::string> keys;
    for$eachp (entry, m) keys.emplace_back(entry->key);
    for (const std::string& key : keys) {
      for (size_t from = 0; from < key.size(); ++from) {
        for (size_t size = 1; size <= key.size() - from; ++size) {
          const char* const text = hm$gets(m, key)->key;
          const auto* const entry = hm$set(m, std::string_view(text + from, size), n);
          ASSERT_EQ(entry->key, key.substr(from, size));
        }
      }
    }
  }
  EXPECT_GE(hm$len(m), 50u);
  for$eachp (entry, m) ASSERT_EQ(hm$gets(m, entry->key), entry);
  hm$free(m);
}

}  // namespace
}  // namespace cex
