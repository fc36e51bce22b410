// hm$: the seed, and keys made to collide. What is counted is probes, not time.
#include <stdint.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// Chunks looked at and keys compared to find every entry of `m`.
template <typename E>
double probes_per_entry(const HmOf<E>& m) {
  using Key = detail::HmKeyOf<E>;
  const detail::HmHeader* const h = detail::HmAccess::header(m);
  size_t probes = 0;
  for (size_t i = 0; i < h->length; ++i) {
    const uint64_t hash = Key::hash(Key::probe_stored(m[i].key), h->seed);
    const uint8_t tag = detail::hm_tag(hash);
    bool found = false;
    for (size_t at = static_cast<size_t>(hash); !found; at += detail::hm_step(tag)) {
      const detail::HmChunk& chunk = h->chunks[at & h->mask];
      ++probes;
      for (unsigned match = detail::hm_match(chunk, tag); match != 0 && !found;
           match &= match - 1) {
        ++probes;
        found = chunk.positions[__builtin_ctz(match)] == i;
      }
    }
  }
  return static_cast<double>(probes) / static_cast<double>(h->length);
}

constexpr size_t kMany = 20000;

double cost_of(const std::vector<uint64_t>& keys, uint64_t seed) {
  TestAllocator memory;
  hm$(uint64_t, char) m = hm$new(m, memory, .seed = seed);
  for (uint64_t key : keys) hm$set(m, key, 0);
  const double cost = probes_per_entry(m);
  hm$free(m);
  return cost;
}

std::vector<uint64_t> random_keys() {
  std::mt19937_64 random(1);
  std::vector<uint64_t> keys(kMany);
  for (uint64_t& key : keys) key = random();
  return keys;
}

TEST(HmSeed, NoPatternOfIntegersFloods) {
  const double fair = cost_of(random_keys(), 0);
  EXPECT_LT(fair, 2.5);
  for (unsigned shift = 0; shift <= 47; ++shift) {
    std::vector<uint64_t> keys(kMany);
    for (size_t i = 0; i < kMany; ++i) keys[i] = uint64_t{i} << shift;
    for (uint64_t seed : {uint64_t{0}, uint64_t{1}, uint64_t{0xffffffff}}) {
      EXPECT_LT(cost_of(keys, seed), 1.5 * fair) << "i << " << shift << ", seed " << seed;
    }
  }
  for (uint64_t step : {uint64_t{3}, uint64_t{1000}, uint64_t{0x9e3779b97f4a7c15},
                        uint64_t{0x100000001}, uint64_t{0x0101010101010101}}) {
    std::vector<uint64_t> keys(kMany);
    for (size_t i = 0; i < kMany; ++i) keys[i] = i * step;
    EXPECT_LT(cost_of(keys, 0), 1.5 * fair) << "i * " << step;
  }
}

TEST(HmSeed, EqualHalvesDoNotFlood) {
  const double fair = cost_of(random_keys(), 0);
  std::vector<uint64_t> high = random_keys();
  std::vector<uint64_t> low = high;
  for (size_t i = 0; i < kMany; ++i) {
    high[i] |= 0xffffffff;  // all low bits equal
    low[i] &= 0xffffffff;   // all high bits equal
  }
  EXPECT_LT(cost_of(high, 0), 1.5 * fair);
  EXPECT_LT(cost_of(low, 0), 1.5 * fair);
}

TEST(HmSeed, ManySeedsAreFair) {
  std::vector<uint64_t> keys(kMany / 2);
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = i * 4096;
  for (uint64_t seed = 1; seed <= 300; ++seed) EXPECT_LT(cost_of(keys, seed), 3.0) << seed;
}

// Keys that fall into one chunk for one seed lie apart under another.
TEST(HmSeed, KeysCraftedForOneSeedDoNotFloodAnother) {
  constexpr uint64_t kKnown = 42;
  const detail::HmSeed known = detail::hm_seed_from(kKnown);
  std::vector<uint64_t> keys;
  for (uint64_t i = 0; keys.size() < 2000; ++i) {
    if ((detail::hm_hash_word(i, known) & 0x1ff) == 7) keys.push_back(i);
  }
  EXPECT_GT(cost_of(keys, kKnown), 5.0);
  EXPECT_LT(cost_of(keys, 0), 3.0);
}

TEST(HmSeed, StringsCraftedForOneSeedDoNotFloodAnother) {
  const detail::HmSeed known = detail::hm_seed_from(42);
  std::vector<std::string> keys;
  for (uint64_t i = 0; keys.size() < 2000; ++i) {
    std::string key = std::to_string(i) + (i % 3 == 0 ? "" : "/a/longer/path/name.h");
    if ((detail::hm_hash_bytes(key.data(), key.size(), known) & 0xff) == 7) keys.push_back(key);
  }
  TestAllocator memory;
  hm$(std::string_view, char) m = hm$new(m, memory);
  for (const std::string& key : keys) hm$set(m, key, 0);
  EXPECT_LT(probes_per_entry(m), 3.0);
  hm$free(m);
}

TEST(HmSeed, SimilarStringsLieApart) {
  TestAllocator memory;
  hm$(std::string_view, char) m = hm$new(m, memory, .copy_keys = true);
  for (size_t i = 0; i < 20000; ++i) {
    hm$set(m, std::string(i % 70, 'a') + std::to_string(i), 0);
    hm$set(m, std::string(i % 70, '\0') + std::to_string(i), 0);
    hm$set(m, std::to_string(i) + std::string(i % 70, '\xff'), 0);
  }
  EXPECT_LT(probes_per_entry(m), 2.5);
  hm$free(m);
}

TEST(HmSeed, DiffersBetweenMapsUnlessGiven) {
  TestAllocator memory;
  hm$(int, int) a = hm$new(a, memory);
  hm$(int, int) b = hm$new(b, memory);
  hm$(int, int) c = hm$new(c, memory, .seed = 5);
  hm$(int, int) d = hm$new(d, memory, .seed = 5);
  const auto seed = [](const auto& m) { return detail::HmAccess::header(m)->seed.a; };
  EXPECT_NE(seed(a), seed(b));
  EXPECT_EQ(seed(c), seed(d));
  for (int i = 0; i < 100; ++i) {
    hm$set(a, i * 3, i);
    hm$set(c, i * 3, i);
  }
  // What one sees does not depend on it.
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a[i].key, c[i].key);
  hm$free(a);
  hm$free(b);
  hm$free(c);
  hm$free(d);
}

TEST(HmSeed, EveryByteOfAStringCounts) {
  const detail::HmSeed seed = detail::hm_seed_from(3);
  for (size_t size = 0; size <= 130; ++size) {
    std::string text(size, 'x');
    std::vector<uint64_t> hashes = {detail::hm_hash_bytes(text.data(), size, seed)};
    for (char& c : text) {
      for (int bit = 0; bit < 8; ++bit) {
        c = static_cast<char>(c ^ (1 << bit));
        hashes.push_back(detail::hm_hash_bytes(text.data(), size, seed));
        c = static_cast<char>(c ^ (1 << bit));
      }
    }
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end()) << size;
  }
}

}  // namespace
}  // namespace cex
