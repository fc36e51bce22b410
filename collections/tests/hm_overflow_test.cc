// The counts of a hm$'s index that say whether a search may end, and the slot that it
// remembers: what only their limits and leftovers could get wrong.
#include <stddef.h>
#include <stdint.h>

#include <vector>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/hm_inspect.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

using Map = hm$(uint64_t, uint64_t);

detail::MapHeader* header_of(const Map& m) { return detail::MapAccess::header(m); }
uint32_t& state_of(const Map& m) { return header_of(m)->chunks[0].state; }
uint32_t overflow_of(const Map& m) { return state_of(m) / detail::kHmOverflowOne; }

// A map of two chunks, and 15 keys that all begin in the first of them.
class HmOverflow : public testing::Test {
 protected:
  HmOverflow() {
    EXPECT_EQ(detail::hm_chunk_count(header_of(m)->mask), 2u);
    for (uint64_t key = 0; keys.size() < 15; ++key) {
      const uint64_t hash = hm_hash_of(m, HmEntry<uint64_t, uint64_t>{key, 0});
      if ((hash & header_of(m)->mask) == 0) keys.push_back(key);
    }
  }
  ~HmOverflow() override { hm$free(m); }

  void insert(size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) hm$set(m, keys[i], i);
  }

  Map m = hm$new(m, mem$, .capacity = 14, .seed = 1);
  std::vector<uint64_t> keys;
};

TEST_F(HmOverflow, CountsUpAndDown) {
  insert(0, 12);
  EXPECT_EQ(overflow_of(m), 0u);
  insert(12, 14);
  EXPECT_EQ(overflow_of(m), 2u);
  EXPECT_EQ(hm$getp(m, keys[14]), nullptr);
  for (size_t i = 0; i < 14; ++i) EXPECT_EQ(hm$get(m, keys[i], 99), i);
  EXPECT_TRUE(hm$del(m, keys[12]));
  EXPECT_EQ(overflow_of(m), 1u);
  EXPECT_TRUE(hm$del(m, keys[0]));  // makes room in the first chunk, for the next
  EXPECT_EQ(overflow_of(m), 1u);
  insert(14, 15);
  EXPECT_EQ(overflow_of(m), 1u);
  EXPECT_TRUE(hm$del(m, keys[13]));
  EXPECT_EQ(overflow_of(m), 0u);
  check_index(m);
}

TEST_F(HmOverflow, AFullCountStaysAndSearchesEnd) {
  insert(0, 13);
  state_of(m) |= 0xfffeu << 16;  // as if that many had passed through
  insert(13, 14);
  EXPECT_EQ(overflow_of(m), 0xffffu);
  for (size_t i = 0; i < 14; ++i) EXPECT_EQ(hm$get(m, keys[i], 99), i);
  // Neither one more nor any less changes it: how many there are is no longer known.
  EXPECT_TRUE(hm$del(m, keys[13]));
  EXPECT_EQ(overflow_of(m), 0xffffu);
  insert(13, 14);
  EXPECT_EQ(overflow_of(m), 0xffffu);
  for (size_t i = 0; i < 14; ++i) EXPECT_TRUE(hm$del(m, keys[i]));
  EXPECT_EQ(overflow_of(m), 0xffffu);
  EXPECT_EQ(hm$getp(m, keys[0]), nullptr);
  EXPECT_FALSE(hm$del(m, keys[0]));
  insert(0, 14);
  for (size_t i = 0; i < 14; ++i) EXPECT_EQ(hm$get(m, keys[i], 99), i);
  check_index(m);

  hm$clear(m);
  EXPECT_EQ(overflow_of(m), 0u);
}

// The bits behind those of the twelve slots lie under the count's own bytes, which the
// comparison of tags reads, too.
TEST_F(HmOverflow, ACountThatLooksLikeATagIsNone) {
  insert(0, 13);
  for (uint32_t count = 1; count < 0xffff; count += 0x0101) {
    state_of(m) = (state_of(m) & 0xffffu) | count << 16;
    for (size_t i = 0; i < 13; ++i) ASSERT_EQ(hm$get(m, keys[i], 99), i);
    ASSERT_EQ(hm$getp(m, keys[14]), nullptr);
  }
}

TEST_F(HmOverflow, TheNewestSlotIsForgottenInTime) {
  // What an insertion left behind is no longer true: of an entry that has moved since …
  insert(0, 12);
  EXPECT_TRUE(hm$del(m, keys[3]));
  EXPECT_TRUE(hm$del(m, keys[4]));
  check_index(m);
  // … of one that is gone …
  insert(12, 13);
  EXPECT_TRUE(hm$del(m, keys[12]));
  EXPECT_TRUE(hm$del(m, keys[0]));
  check_index(m);
  // … and of an index that was cleared, or made anew.
  insert(12, 13);
  hm$clear(m);
  insert(0, 1);
  EXPECT_TRUE(hm$del(m, keys[0]));
  insert(0, 15);
  EXPECT_GT(detail::hm_chunk_count(header_of(m)->mask), 2u);
  EXPECT_TRUE(hm$del(m, keys[5]));
  check_index(m);
  for (size_t i = 0; i < 15; ++i) EXPECT_EQ(hm$get(m, keys[i], 99), i == 5 ? 99 : i);
}

}  // namespace
}  // namespace cex
