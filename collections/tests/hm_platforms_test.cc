// What a map does for a given seed is the same on every machine: these numbers are x86-64's.
#include <stdint.h>
#include <string.h>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/collections/internal/hm_chunk.h"
#include "cex/collections/internal/hm_hash.h"
#include "cex/for_each.h"
#include "cex/hf.h"
#include "cex/hm.h"

namespace {

using namespace cex::detail;

struct Four {
  uint8_t bytes[4];
  [[maybe_unused]] friend bool operator==(const Four&, const Four&) = default;
};
struct Twelve {
  uint8_t bytes[12];
  [[maybe_unused]] friend bool operator==(const Twelve&, const Twelve&) = default;
};

// A number for a sequence of numbers, in their order.
class Digest {
 public:
  void add(uint64_t x) { sum_ = (sum_ ^ x) * 0x9e37'79b9'7f4a'7c15 + (sum_ >> 29); }
  uint64_t sum() const { return sum_; }

 private:
  uint64_t sum_ = 1;
};

std::string text_of(size_t length) {
  std::string text;
  for (size_t i = 0; i < length; ++i) text += static_cast<char>('!' + (i * 7 + length) % 94);
  return text;
}

TEST(HmPlatforms, HashesOfWordsAndBytes) {
  Digest words;
  Digest bytes;
  for (const uint64_t seed : {uint64_t{1}, uint64_t{42}, UINT64_MAX}) {
    const HmSeed s = hm_seed_from(seed);
    for (uint64_t i = 0; i < 1000; ++i) words.add(hm_hash_word(i * i * 0x1'0001'0001, s));
    for (size_t length = 0; length <= 200; ++length) {
      bytes.add(hm_hash_bytes(text_of(length).data(), length, s));
    }
  }
  EXPECT_EQ(words.sum(), 6703105007295968389u);
  EXPECT_EQ(bytes.sum(), 17559818029982551660u);
}

TEST(HmPlatforms, ProductsOfHalvesAreThoseOfWords) {
  uint64_t x = 1;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t y = hm_spread(x);
    EXPECT_EQ(hm_fold_by_halves(x, y), hm_fold(x, y)) << x << " " << y;
    x = hm_spread(y + kHmGolden);
  }
  EXPECT_EQ(hm_fold_by_halves(UINT64_MAX, UINT64_MAX), UINT64_MAX);
}

// The slots of a tag are found wherever it is, also beside bytes that differ in one bit.
TEST(HmPlatforms, TagsAreFoundInTheirSlots) {
  uint64_t random = 1;
  for (int round = 0; round < 20'000; ++round) {
    HmChunk chunk = {};
    random = hm_spread(random + kHmGolden);
    const uint8_t base = static_cast<uint8_t>(random);
    for (unsigned slot = 0; slot < kHmSlots; ++slot) {
      const unsigned kind = random >> (8 + 4 * slot) & 15;
      chunk.tags[slot] = static_cast<uint8_t>(kind < 8 ? base ^ (1u << kind) : base * (kind != 8));
    }
    chunk.state = static_cast<uint32_t>(random >> 20) & (kHmAllSlots | kHmOverflowStuck);
    unsigned expected = 0;
    for (unsigned slot = 0; slot < kHmSlots; ++slot) {
      if (chunk.tags[slot] == base && (chunk.state >> slot & 1) != 0) expected |= 1u << slot;
    }
    const uint64_t hash = uint64_t{base} << 56 | random >> 8;
    ASSERT_EQ(hm_match(chunk, repeat_tag(hash)), expected) << round;
  }
}

// A flat map finds the same; its order is that of the hashes.
TEST(HmPlatforms, FlatMapsHaveTheSameOrder) {
  hf$(uint32_t, uint32_t) m = hf$new(m, mem$, .seed = 7);
  for (uint32_t i = 0; i < 1000; ++i) hf$set(m, i * 77, i);
  for (uint32_t i = 0; i < 1000; i += 3) EXPECT_TRUE(hf$del(m, i * 77));
  for (uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(hf$getp(m, i * 77) != nullptr, i % 3 != 0) << i;
  Digest order;
  for$each (entry, m) order.add(entry.value);
  hf$free(m);
  EXPECT_EQ(order.sum(), 6435520971091946673u);
}

// Inserts, deletes and finds keys; the order of entries at the end.
template <typename K, typename Key>
uint64_t order_of(const Key& key) {
  hm$(K, uint32_t) m = hm$new(m, mem$, .seed = 7);
  for (uint32_t i = 0; i < 1000; ++i) hm$set(m, key(i), i);
  for (uint32_t i = 0; i < 1000; i += 3) EXPECT_TRUE(hm$del(m, key(i)));
  for (uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(hm$getp(m, key(i)) != nullptr, i % 3 != 0) << i;
  Digest order;
  for$each (entry, m) order.add(entry.value);
  hm$free(m);
  return order.sum();
}

TEST(HmPlatforms, KeysOfEveryKindAreFoundAndInTheSameOrder) {
  const auto text = [](uint32_t i) { return text_of(1 + i % 60) + std::to_string(i); };
  std::string texts[1000];
  for (uint32_t i = 0; i < 1000; ++i) texts[i] = text(i);
  const uint64_t order = order_of<uint32_t>([](uint32_t i) { return i * 77; });
  EXPECT_EQ(order, 13622849304330010535u);
  EXPECT_EQ(order_of<uint64_t>([](uint64_t i) { return i << 33; }), order);
  EXPECT_EQ(order_of<int16_t>([](uint32_t i) { return static_cast<int16_t>(500 - i); }), order);
  EXPECT_EQ(order_of<std::string_view>([&](uint32_t i) { return std::string_view(texts[i]); }),
            order);
  EXPECT_EQ(order_of<const char*>([&](uint32_t i) { return texts[i].c_str(); }), order);
  EXPECT_EQ(order_of<Four>([](uint32_t i) {
              return Four{{uint8_t(i), uint8_t(i >> 8), uint8_t(i * 3), 1}};
            }),
            order);
  EXPECT_EQ(order_of<Twelve>([](uint32_t i) {
              return Twelve{{uint8_t(i), 1, 2, uint8_t(i >> 8), 5, 6, uint8_t(i * 3), 1}};
            }),
            order);
}

// A small struct of bytes is a number for the hash, and a larger one bytes.
TEST(HmPlatforms, HashesOfStructs) {
  const HmSeed s = hm_seed_from(3);
  EXPECT_EQ(HmKey<Four>::hash(Four{{1, 2, 3, 4}}, s), hm_hash_word(0x04030201, s));
  const Twelve twelve = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  EXPECT_EQ(HmKey<Twelve>::hash(twelve, s),
            hm_hash_bytes(reinterpret_cast<const char*>(&twelve), 12, s));
}

#if SIZE_MAX == UINT32_MAX
// More than a size can say is refused, and not made smaller.
TEST(HmPlatforms, CapacitiesBeyondTheAddressSpace) {
  struct Sixteen {
    uint64_t key;
    uint64_t value;
  };
  for (const uint64_t capacity : {(uint64_t{1} << 28) + 4, uint64_t{1} << 28, uint64_t{1} << 31,
                                  (uint64_t{1} << 32) + 4, UINT64_MAX}) {
    hm$s(Sixteen) m = nullptr;
    EXPECT_FALSE(hm$try_new(m, mem$, .capacity = capacity)) << capacity;
    hf$s(Sixteen) flat = nullptr;
    EXPECT_FALSE(hf$try_new(flat, mem$, .capacity = capacity)) << capacity;
  }
}
#endif

}  // namespace
