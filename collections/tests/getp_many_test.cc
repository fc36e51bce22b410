// hm$getp_many and hf$getp_many: what as many hm$getp find, in small maps and in those where
// lookups overlap, for every number of keys around what overlaps.
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/collections.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

constexpr size_t kLarge = 70'000;  // more than map_find_many takes for a small map

uint64_t key(size_t i) { return i * 0x9e3779b97f4a7c15; }

// Two of three of the keys are there; some are asked for twice.
template <typename Map>
void expect_what_getp_finds(const Map& m, size_t entries, size_t count) {
  std::vector<uint64_t> keys(count);
  for (size_t i = 0; i < count; ++i) keys[i] = key(i * 7919 % (entries * 3 / 2 + 1));
  std::vector<uint64_t*> values(count + 1);
  uint64_t mine = 0;
  values[count] = &mine;
  m.getp_many(keys.data(), count, values.data());
  for (size_t i = 0; i < count; ++i) ASSERT_EQ(values[i], m.getp(keys[i])) << i << " of " << count;
  ASSERT_EQ(values[count], &mine);
}

template <typename Map>
class GetpMany : public testing::Test {};
using Maps = testing::Types<hm$(uint64_t, uint64_t), hf$(uint64_t, uint64_t)>;
TYPED_TEST_SUITE(GetpMany, Maps);

TYPED_TEST(GetpMany, FindsWhatGetpFinds) {
  for (const size_t entries : {size_t{0}, size_t{5}, size_t{1000}, kLarge}) {
    TypeParam m = TypeParam::create(mem$);
    for (size_t i = 0; i < entries; ++i) m.set(key(i), i);
    for (const size_t count : {0u, 1u, 2u, 15u, 63u, 64u, 65u, 127u, 128u, 129u, 1000u}) {
      expect_what_getp_finds(m, entries, count);
    }
    m.free();
  }
}

TYPED_TEST(GetpMany, AfterDeletions) {
  TypeParam m = TypeParam::create(mem$);
  for (size_t i = 0; i < 2 * kLarge; ++i) m.set(key(i), i);
  for (size_t i = 0; i < 2 * kLarge; i += 3) EXPECT_TRUE(m.del(key(i)));
  expect_what_getp_finds(m, kLarge, 5000);
  m.free();
}

// Keys that are converted to the map's.
struct Point {
  uint64_t x, y;
};
struct Diagonal {
  uint64_t x;
  operator Point() const { return {x, x}; }  // NOLINT(google-explicit-constructor)
};

template <typename Map>
void expect_converted_keys_found() {
  Map m = Map::create(mem$);
  for (uint64_t i = 0; i < kLarge; ++i) m.set({i, i}, static_cast<int>(i));
  Diagonal keys[100];
  int* values[100];
  for (uint64_t i = 0; i < 100; ++i) keys[i].x = 7 * i;
  m.getp_many(keys, 100, values);
  for (int i = 0; i < 100; ++i) {
    ASSERT_NE(values[i], nullptr) << i;
    ASSERT_EQ(*values[i], 7 * i);
  }
  m.free();
}

TEST(GetpManyOfStructs, ThatAreConverted) {
  expect_converted_keys_found<hm$(Point, int)>();
  expect_converted_keys_found<hf$(Point, int)>();
}

TEST(GetpManyOfText, OfALargeMap) {
  hm$(const char*, size_t) ordered = hm$new(ordered, mem$, .copy_keys_arena_pgsize = 1 << 16);
  hf$(const char*, size_t) flat = hf$new(flat, mem$, .copy_keys_arena_pgsize = 1 << 16);
  for (size_t i = 0; i < kLarge; ++i) {
    const std::string text = std::to_string(i);
    hm$set(ordered, text.c_str(), i);
    hf$set(flat, text.c_str(), i);
  }
  std::vector<std::string> texts;
  std::vector<const char*> keys;
  for (size_t i = 0; i < 500; ++i) texts.push_back(std::to_string(i * 997));
  for (const std::string& text : texts) keys.push_back(text.c_str());
  std::vector<size_t*> found(keys.size());
  hm$getp_many(ordered, keys.data(), keys.size(), found.data());
  for (size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(found[i], hm$getp(ordered, keys[i]));
  hf$getp_many(flat, keys.data(), keys.size(), found.data());
  for (size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(found[i], hf$getp(flat, keys[i]));
  ASSERT_EQ(*found[1], 997u);
  ASSERT_EQ(found[499], nullptr);
  hm$free(ordered);
  hf$free(flat);
}

}  // namespace
}  // namespace cex
