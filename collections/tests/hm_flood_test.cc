// hm$ with keys made to collide. What is counted is the work that finding them takes
// (chunks visited and keys compared), beside that of random keys; never time.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/model_source.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// What is promised, as a ratio to random keys, and what is asked here: closer, so that
// a hash that has become worse is seen before the promise is broken.
constexpr double kPromised = 4;
constexpr double kAsked = 1.5;
// Of keys hashed by their bytes, of which one word counts up and all others stay: about
// one seed in a hundred spreads those up to 2.8 times worse than random keys, and a
// single one of them then up to ten times worse.
constexpr double kAskedOfWords = kPromised;
static_assert(kAsked < kPromised);

// What shows that keys crafted for a seed do collide under it. No more, since a step
// that depends on the tag leads keys of one chunk apart.
constexpr double kCollides = 2;

// Work per key: on average and at worst for keys that are there, and on average for
// keys of the same kind that are not.
struct Cost {
  double hit;
  size_t worst;
  double miss;
};

// Enters the first half of `keys` and looks for both halves.
template <typename K>
Cost cost_of(const std::vector<K>& keys, uint64_t seed) {
  TestAllocator memory;
  hm$(K, char) m = hm$new(m, memory, .seed = seed);
  const size_t half = keys.size() / 2;
  for (size_t i = 0; i < half; ++i) hm$set(m, keys[i], 0);
  EXPECT_EQ(hm$len(m), half);
  Cost cost{0, 0, 0};
  for (size_t i = 0; i < half; ++i) {
    const size_t probes = hm_probes(m, hm_hash_of(m, m[i]), i).sum();
    cost.hit += static_cast<double>(probes);
    cost.worst = std::max(cost.worst, probes);
  }
  for (size_t i = half; i < keys.size(); ++i) {
    EXPECT_EQ(hm$gets(m, keys[i]), nullptr);
    const HmEntry<K, char> entry{keys[i], 0};
    cost.miss += static_cast<double>(hm_probes(m, hm_hash_of(m, entry), SIZE_MAX).sum());
  }
  cost.hit /= static_cast<double>(half);
  cost.miss /= static_cast<double>(keys.size() - half);
  hm$free(m);
  return cost;
}

constexpr size_t kMany = 20000;  // in the map; as many are looked for in vain

std::vector<uint64_t> random_keys(size_t count) {
  RandomSource random(1, 0);
  std::vector<uint64_t> keys(2 * count);
  for (uint64_t& key : keys) key = random.word();
  return keys;
}

// Where a map is half as full its misses cost less, so keys are compared with as many.
Cost fair_cost(size_t count) { return cost_of(random_keys(count), 1); }

template <typename K>
void expect_fair(const std::vector<K>& keys, uint64_t seed, const Cost& fair,
                 const std::string& what, double asked = kAsked) {
  const Cost cost = cost_of(keys, seed);
  EXPECT_LT(cost.hit, asked * fair.hit) << what;
  EXPECT_LT(cost.miss, asked * fair.miss) << what;
  if (asked > kAsked) return;
  EXPECT_LT(static_cast<double>(cost.worst), kPromised * static_cast<double>(fair.worst)) << what;
}

// Keys 0 … 2 * count - 1, as `make` has them, under several seeds.
template <typename Make>
void expect_pattern_fair(size_t count, const Cost& fair, const std::string& what, Make make,
                         double asked = kAsked) {
  std::vector<decltype(make(uint64_t{}))> keys;
  for (uint64_t i = 0; i < 2 * count; ++i) keys.push_back(make(i));
  for (uint64_t seed : {uint64_t{0}, uint64_t{1}, uint64_t{0xffffffff}}) {
    expect_fair(keys, seed, fair, what + ", seed " + std::to_string(seed), asked);
  }
}

TEST(HmFlood, RandomKeysAreCheap) {
  const Cost fair = fair_cost(kMany);
  EXPECT_LT(fair.hit, 2.5);
  EXPECT_LT(fair.miss, 1.5);
  EXPECT_LT(fair.worst, 20u);
}

TEST(HmFlood, MultiplesOfAnyPowerOfTwo) {
  const Cost fair = fair_cost(kMany);
  for (unsigned shift = 0; shift <= 48; ++shift) {
    expect_pattern_fair(kMany, fair, "i << " + std::to_string(shift),
                        [&](uint64_t i) { return i << shift; });
  }
}

TEST(HmFlood, ShiftedKeysInMapsOfEverySize) {
  for (unsigned count : {100u, 1000u, 5000u, 100000u}) {
    const Cost fair = fair_cost(count);
    // Of so few one seed in a thousand makes half as many probes again.
    const double asked = count < 1000 ? 2 : kAsked;
    for (unsigned shift : {12u, 32u}) {
      expect_pattern_fair(
          count, fair, std::to_string(count) + " keys i << " + std::to_string(shift),
          [&](uint64_t i) { return i << shift; }, asked);
    }
  }
}

TEST(HmFlood, EqualLowOrHighBits) {
  const Cost fair = fair_cost(kMany);
  const std::vector<uint64_t> random = random_keys(kMany);
  // 24 bits differ at most, and so a few random keys would be the same.
  for (unsigned bits = 8; bits <= 40; bits += 4) {
    std::vector<uint64_t> low = random;
    std::vector<uint64_t> high = random;
    for (size_t i = 0; i < random.size(); ++i) {
      low[i] |= (uint64_t{1} << bits) - 1;
      high[i] |= ~(UINT64_MAX >> bits);
    }
    for (std::vector<uint64_t>* keys : {&low, &high}) {
      std::sort(keys->begin(), keys->end());
      keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
      expect_fair(*keys, 0, fair, std::to_string(bits) + " equal bits");
    }
  }
  // The extremes, as numbers: all bits equal but the 16 at one end.
  for (uint64_t rest : {uint64_t{0}, uint64_t{0xffffffffffff}, uint64_t{0x123456789abc}}) {
    expect_pattern_fair(kMany, fair, "low bits equal", [&](uint64_t i) { return i << 48 | rest; });
    expect_pattern_fair(kMany, fair, "high bits equal", [&](uint64_t i) { return rest << 16 | i; });
  }
}

TEST(HmFlood, Progressions) {
  const Cost fair = fair_cost(kMany);
  for (uint64_t step :
       {uint64_t{3}, uint64_t{10}, uint64_t{1000}, uint64_t{4095}, uint64_t{0x9e3779b97f4a7c15},
        uint64_t{0x100000001}, uint64_t{0x0101010101010101}, UINT64_MAX}) {
    expect_pattern_fair(kMany, fair, "i * " + std::to_string(step),
                        [&](uint64_t i) { return i * step; });
  }
}

struct Cell {
  uint32_t x, y;
};
struct Wide {
  uint64_t parts[4];
};

TEST(HmFlood, OtherKindsOfKeys) {
  const Cost fair = fair_cost(kMany);
  expect_pattern_fair(kMany, fair, "32 bits",
                      [](uint64_t i) { return static_cast<uint32_t>(i << 16); });
  expect_pattern_fair(kMany, fair, "pointers",
                      [](uint64_t i) { return reinterpret_cast<int*>(i * 4096); });
  expect_pattern_fair(kMany, fair, "x of a struct", [](uint64_t i) {
    return Cell{static_cast<uint32_t>(i), 0};
  });
  expect_pattern_fair(kMany, fair, "y of a struct", [](uint64_t i) {
    return Cell{0, static_cast<uint32_t>(i)};
  });
  expect_pattern_fair(kMany, fair, "a grid", [](uint64_t i) {
    return Cell{static_cast<uint32_t>(i % 200), static_cast<uint32_t>(i / 200)};
  });
  for (size_t part = 0; part < 4; ++part) {
    expect_pattern_fair(
        kMany, fair, "part " + std::to_string(part) + " of a struct",
        [&](uint64_t i) {
          Wide wide{};
          wide.parts[part] = i << 20;
          return wide;
        },
        kAskedOfWords);
  }
}

TEST(HmFlood, ManySeedsAreFair) {
  const Cost fair = fair_cost(kMany / 4);
  std::vector<uint64_t> keys(kMany / 2);
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = i * 4096;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    expect_fair(keys, seed, fair, "seed " + std::to_string(seed));
  }
}

TEST(HmFlood, SimilarStrings) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < kMany / 3; ++i) {
    texts.push_back(std::string(i % 70, 'a') + std::to_string(i));
    texts.push_back(std::string(i % 70, '\0') + std::to_string(i) + "!");
    texts.push_back(std::to_string(i) + std::string(i % 70, '\xff') + "?");
  }
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  expect_fair(keys, 0, fair_cost(keys.size() / 2), "similar strings");
}

// Where a key goes in an index of 256 chunks.
size_t chunk_of(uint64_t hash) { return hash / sizeof(detail::HmChunk) % 256; }

// Integers that fall into few chunks for one seed lie apart under another.
TEST(HmFlood, IntegersCraftedForAnotherSeed) {
  constexpr uint64_t kKnown = 42;
  const detail::HmSeed known = detail::hm_seed_from(kKnown);
  std::vector<uint64_t> keys;
  for (uint64_t i = 0; keys.size() < 4000; ++i) {
    if (chunk_of(detail::hm_hash_word(i, known)) == 7) keys.push_back(i);
  }
  const Cost fair = fair_cost(keys.size() / 2);
  EXPECT_GT(cost_of(keys, kKnown).hit, kCollides * fair.hit);
  for (uint64_t seed : {uint64_t{0}, uint64_t{0}, kKnown + 1, uint64_t{1}}) {
    expect_fair(keys, seed, fair, "another seed");
  }
}

constexpr size_t kCrafted = 100'000;

TEST(HmFlood, ManyStringsCraftedForAnotherSeed) {
  constexpr uint64_t kKnown = 42;
  const detail::HmSeed known = detail::hm_seed_from(kKnown);
  // In 1 of 256 chunks. Of three lengths, which are hashed in different ways.
  std::vector<std::string> texts;
  const char* const ends[] = {"", "-name", "/a/longer/path/name.h"};
  for (uint64_t i = 0; texts.size() < 2 * kCrafted; ++i) {
    char text[60];
    const int size =
        snprintf(text, sizeof(text), "%llu%s", static_cast<unsigned long long>(i), ends[i % 3]);
    const auto length = static_cast<size_t>(size);
    if (chunk_of(detail::hm_hash_bytes(text, length, known)) == 7) {
      texts.emplace_back(text, length);
    }
  }
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  const Cost fair = fair_cost(kCrafted);
  EXPECT_GT(cost_of(keys, kKnown).hit, kCollides * fair.hit);
  expect_fair(keys, 0, fair, "a random seed");
  expect_fair(keys, kKnown + 1, fair, "another seed");
}

// The worst that someone can do who knows the seed, and the formula of the hash: a
// first word that cancels out one factor of the product, so that it is zero whatever
// comes behind. That these keys have one and the same hash is not asked for here, only
// that it helps against no other seed.
TEST(HmFlood, ManyStringsOfOneHashUnderAnotherSeed) {
  const detail::HmSeed known = detail::hm_seed_from(42);
  std::vector<std::string> texts;
  for (uint64_t i = 0; i < 2 * kCrafted; ++i) {
    std::string text(16, '\0');
    const uint64_t first = known.a + 16 * detail::kHmGolden;
    memcpy(text.data(), &first, 8);
    memcpy(text.data() + 8, &i, 8);
    texts.push_back(text);
  }
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  const Cost fair = fair_cost(kCrafted);
  expect_fair(keys, 0, fair, "a random seed", kAskedOfWords);
  expect_fair(keys, 43, fair, "another seed", kAskedOfWords);
}

}  // namespace
}  // namespace cex
