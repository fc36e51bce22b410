// hm$: how many allocations setting so many entries takes, and that each byte of a long key
// counts in its hash.
#include <stdint.h>

#include <string>

#include "allocator/tests/counting_allocator.h"
#include "cex/hm.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

size_t allocations_of(uint64_t entries) {
  testing::CountingAllocator counting;
  hm$(uint64_t, uint64_t) map = hm$new(map, counting.allocator());
  for (uint64_t i = 0; i < entries; ++i) hm$set(map, i, i);
  hm$free(map);
  EXPECT_EQ(counting.live_blocks(), 0u);
  return counting.requests;
}

TEST(HmAllocations, OfSoManyEntries) {
  EXPECT_EQ(allocations_of(1), 2u) << "the map, and its first entries with their index";
  EXPECT_EQ(allocations_of(8), 2u);
  EXPECT_LE(allocations_of(100), 12u);
  EXPECT_LE(allocations_of(1000), 23u);
}

TEST(HmLongKeys, EachByteCounts) {
  const detail::HmSeed seed = detail::hm_seed_from(7);
  for (size_t size = 17; size <= 300; ++size) {
    std::string text(size, 'x');
    for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7);
    const uint64_t whole = detail::hm_hash_bytes(text.data(), size, seed);
    for (char& c : text) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        c = static_cast<char>(c ^ flip);
        ASSERT_NE(detail::hm_hash_bytes(text.data(), size, seed), whole) << size;
        c = static_cast<char>(c ^ flip);
      }
    }
  }
}

}  // namespace
}  // namespace cex
