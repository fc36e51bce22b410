// hm$: the seed: random per map, fixed on request, and without influence on what one
// sees.
#include <stdint.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/hm_inspect.h"
#include "collections/tests/model_source.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

TEST(HmSeed, DiffersBetweenMapsUnlessGiven) {
  TestAllocator memory;
  hm$(int, int) a = hm$new(a, memory);
  hm$(int, int) b = hm$new(b, memory);
  hm$(int, int) c = hm$new(c, memory, .seed = 5);
  hm$(int, int) d = hm$new(d, memory, .seed = 5);
  hm$(int, int) e = hm$new(e, memory, .seed = 6);
  EXPECT_NE(hm_seed_word(a), hm_seed_word(b));
  EXPECT_EQ(hm_seed_word(c), hm_seed_word(d));
  EXPECT_NE(hm_seed_word(c), hm_seed_word(e));
  // Growing, clearing and emptying keep it.
  const uint64_t word = hm_seed_word(a);
  for (int i = 0; i < 1000; ++i) hm$set(a, i, i);
  EXPECT_EQ(hm_seed_word(a), word);
  hm$clear(a);
  EXPECT_EQ(hm_seed_word(a), word);
  hm$free(a);
  hm$free(b);
  hm$free(c);
  hm$free(d);
  hm$free(e);
}

// What a map does, as one sees it: the entries after each of many operations.
template <typename K, typename MakeKey>
std::vector<std::pair<uint64_t, uint64_t>> outcome(uint64_t seed, MakeKey make_key) {
  TestAllocator memory;
  hm$(K, uint64_t) m = hm$new(m, memory, .seed = seed, .copy_keys = true);
  RandomSource random(7, 0);
  std::vector<std::pair<uint64_t, uint64_t>> seen;
  for (uint64_t step = 0; step < 4000; ++step) {
    const uint64_t n = random.below(500);
    switch (random.below(3)) {
      case 0:
        seen.emplace_back(n, hm$del(m, make_key(n)));
        break;
      case 1:
        seen.emplace_back(n, hm$get(m, make_key(n), 1234567));
        break;
      default:
        seen.emplace_back(hm$set(m, make_key(n), step) - m.data(), hm$len(m));
    }
    if (step % 500 != 499) continue;
    for (size_t i = 0; i < hm$len(m); ++i) {
      EXPECT_TRUE(m[i].key == make_key(m[i].value) || hm$gets(m, m[i].key) == &m[i]);
      seen.emplace_back(i, m[i].value);
    }
  }
  hm$free(m);
  return seen;
}

TEST(HmSeed, DoesNotShowInResultsOrOrder) {
  const auto integer = [](uint64_t n) { return n * n; };
  std::vector<std::string> texts;
  for (int i = 0; i < 4000; ++i) texts.push_back(std::to_string(i));
  const auto text = [&](uint64_t n) { return std::string_view(texts[static_cast<size_t>(n)]); };
  const auto integers = outcome<uint64_t>(1, integer);
  const auto views = outcome<std::string_view>(1, text);
  for (uint64_t seed = 2; seed < 40; ++seed) {
    ASSERT_EQ(outcome<uint64_t>(seed, integer), integers) << seed;
    ASSERT_EQ(outcome<std::string_view>(seed, text), views) << seed;
  }
  ASSERT_EQ(outcome<uint64_t>(0, integer), integers);  // a random one
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
