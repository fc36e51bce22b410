// Long random sequences of operations, on a container and on a std one beside it.
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// A collision of all keys makes each operation linear.
#ifdef CEX_DETAIL_DEGENERATE_HASH
constexpr int kSteps = 20000;
constexpr size_t kKeys = 150;
#else
constexpr int kSteps = 100000;
constexpr size_t kKeys = 3000;
#endif

struct Element {
  uint64_t a;
  uint32_t b;
  bool operator==(const Element&) const = default;
};

void run_arr(IAllocator allocator, uint64_t seed) {
  std::mt19937_64 random(seed);
  arr$(Element) a = arr$new(a, allocator);
  std::vector<Element> model;
  const auto element = [&] { return Element{random(), static_cast<uint32_t>(random())}; };
  for (int step = 0; step < kSteps; ++step) {
    const size_t n = model.size();
    const size_t at = n == 0 ? 0 : random() % n;
    const Element e = element();
    switch (random() % (n > 2000 ? 16 : 12)) {
      case 0:
      case 1:
      case 2:
        ASSERT_EQ(*arr$push(a, e), e);
        model.push_back(e);
        break;
      case 3:
        arr$pushm(a, e, {1, 2});
        model.insert(model.end(), {e, {1, 2}});
        break;
      case 4: {
        const size_t count = std::min<size_t>(n - at, random() % 9);
        arr$pusha(a, a + static_cast<ptrdiff_t>(at), count);
        const std::vector<Element> part(model.begin() + static_cast<ptrdiff_t>(at),
                                        model.begin() + static_cast<ptrdiff_t>(at + count));
        model.insert(model.end(), part.begin(), part.end());
        break;
      }
      case 5:
        ASSERT_EQ(*arr$ins(a, at, e), e);
        model.insert(model.begin() + static_cast<ptrdiff_t>(at), e);
        break;
      case 6:
      case 7:
        if (n == 0) break;
        arr$del(a, at);
        model.erase(model.begin() + static_cast<ptrdiff_t>(at));
        break;
      case 8:
      case 9:
        if (n == 0) break;
        arr$delswap(a, at);
        model[at] = model.back();
        model.pop_back();
        break;
      case 10:
        if (n == 0) break;
        ASSERT_EQ(arr$last(a), model.back());
        ASSERT_EQ(arr$pop(a), model.back());
        model.pop_back();
        break;
      case 11:
        if (n == 0) break;
        ASSERT_EQ(a[at], model[at]);
        a[at] = e;
        model[at] = e;
        break;
      case 12:
        arr$setcap(a, random() % 5000);
        break;
      case 13:
        if (random() % 20 != 0) break;
        arr$clear(a);
        model.clear();
        break;
      default: {
        const size_t keep = n - n / 16;
        while (arr$len(a) > keep) arr$pop(a);
        model.resize(keep);
      }
    }
    ASSERT_EQ(arr$len(a), model.size());
    ASSERT_GE(arr$cap(a), arr$len(a));
    if (step % 500 == 0) {
      const auto less = [](const Element& x, const Element& y) { return x.a < y.a; };
      ASSERT_TRUE(std::equal(a.begin(), a.end(), model.begin(), model.end())) << step;
      if (step % 20000 == 0) {
        arr$sort(a, less);
        std::sort(model.begin(), model.end(), less);
      }
    }
  }
  arr$free(a);
}

TEST(Model, ArrOnEveryAllocator) {
  TestAllocator memory;
  run_arr(memory, 1);
  run_arr(mem$, 2);
  mem$arena(4096, arena) run_arr(arena, 3);
}

struct Cell {
  uint32_t x, y;
};
struct Own {
  double x;
  char c;
  bool operator==(const Own& o) const { return x == o.x && c == o.c; }
  template <typename H>
  friend H AbslHashValue(H h, const Own& o) {
    return H::combine(std::move(h), o.x, o.c);
  }
};

// The n-th key of each kind; `text` holds text keys' bytes.
template <typename K>
auto make_key(size_t n, std::string& text) {
  if constexpr (std::is_integral_v<K>) {
    return static_cast<K>(n * 0x9e37);
  } else if constexpr (std::is_same_v<K, Cell>) {
    return Cell{static_cast<uint32_t>(n % 7), static_cast<uint32_t>(n / 7)};
  } else if constexpr (std::is_same_v<K, Own>) {
    const size_t fifth = n / 5;
    return Own{static_cast<double>(fifth), static_cast<char>(n % 5)};
  } else if constexpr (std::is_same_v<K, void*>) {
    return reinterpret_cast<void*>(n << 6);
  } else {
    text = "k" + std::to_string(n * 31);
    if (!std::is_array_v<K>) text += std::string(n % 40, '.');
    return text.c_str();
  }
}

template <typename K>
void run_hm(IAllocator allocator, uint64_t seed, HmOptions options) {
  std::mt19937_64 random(seed);
  hm$(K, uint64_t) m = hm_new(m, allocator, options);
  // The order of the entries as numbers of keys, and each one's place.
  std::vector<std::pair<size_t, uint64_t>> order;
  std::unordered_map<size_t, size_t> model;
  std::vector<std::string> texts(kKeys);  // for maps that borrow their keys
  const auto erase = [&](size_t n) {
    const size_t at = model.at(n);
    order[at] = order.back();
    model[order[at].first] = at;
    order.pop_back();
    model.erase(n);
  };
  size_t range = 4;
  for (int step = 0; step < kSteps; ++step) {
    if (step % 1000 == 0) range = step % 3000 == 0 ? kKeys : 1 + random() % kKeys;
    const size_t n = random() % range;
    const auto key = make_key<K>(n, texts[n]);
    const auto found = model.find(n);
    const bool has = found != model.end();
    const uint64_t value = random();
    switch (random() % 8) {
      case 0:
      case 1:
        ASSERT_EQ(hm$set(m, key, value)->value, value);
        if (has) {
          order[found->second].second = value;
        } else {
          model[n] = order.size();
          order.emplace_back(n, value);
        }
        break;
      case 2: {
        uint64_t* const p = hm$setp(m, key);
        ASSERT_EQ(*p, has ? order[found->second].second : 0);
        *p = value;
        if (has) {
          order[found->second].second = value;
        } else {
          model[n] = order.size();
          order.emplace_back(n, value);
        }
        break;
      }
      case 3:
      case 4:
        ASSERT_EQ(hm$del(m, key), has);
        if (has) erase(n);
        break;
      case 5:
        ASSERT_EQ(hm$get(m, key, 77), has ? order[found->second].second : 77);
        break;
      case 6:
        ASSERT_EQ(hm$gets(m, key), has ? &m[found->second] : nullptr);
        break;
      default:
        if (random() % 3000 == 0) {
          hm$clear(m);
          order.clear();
          model.clear();
        }
    }
    ASSERT_EQ(hm$len(m), order.size());
    if (step % 997 == 0) {
      for (size_t i = 0; i < order.size(); ++i) {
        std::string text;
        const auto entry_key = make_key<K>(order[i].first, text);
        ASSERT_EQ(hm$getp(m, entry_key), &m[i].value);
        ASSERT_EQ(m[i].value, order[i].second);
      }
    }
  }
  hm$free(m);
}

template <typename K>
class ModelHm : public testing::Test {};
using KeyKinds = testing::Types<uint64_t, int16_t, const char*, char*, std::string_view, char[16],
                                void*, Cell, Own>;
TYPED_TEST_SUITE(ModelHm, KeyKinds);

TYPED_TEST(ModelHm, OnItsOwnAllocator) {
  TestAllocator memory;
  run_hm<TypeParam>(memory, 1, {});
  run_hm<TypeParam>(memory, 2, {.capacity = 100, .copy_keys = true});
}

TYPED_TEST(ModelHm, OnTheHeap) {
  run_hm<TypeParam>(mem$, 3, {.seed = 9, .copy_keys_arena_pgsize = 2048});
}

TYPED_TEST(ModelHm, InAnArena) {
  mem$arena(4096, arena) run_hm<TypeParam>(arena, 4, {.copy_keys = true});
}

}  // namespace
}  // namespace cex
