// hm$ with .copy_keys and .copy_keys_arena_pgsize: whose the keys are, and that each
// copy is freed once. (TestAllocator's destructor counts what is left.)
#include <string.h>

#include <string>
#include <string_view>

#include "cex/allocator.h"
#include "cex/hm.h"
#include "collections/tests/nth.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

struct Case {
  bool copy;
  size_t page_size;
};
// Not by its bytes, of which some are padding.
void PrintTo(const Case& c, std::ostream* out) { *out << "pages of " << c.page_size; }

class HmCopyKeys : public testing::TestWithParam<Case> {
 protected:
  hm$(const char*, int) make() {
    hm$(const char*, int) m = hm$new(m, memory_, .copy_keys = GetParam().copy,
                                     .copy_keys_arena_pgsize = GetParam().page_size);
    return m;
  }
  // Of lengths 1 … 400, so that some have a block of their own.
  static std::string key(int i) {
    return std::to_string(i) + std::string(static_cast<size_t>(i + 400) % 400, 'x');
  }

  TestAllocator memory_;
};
INSTANTIATE_TEST_SUITE_P(, HmCopyKeys,
                         testing::Values(Case{true, 0}, Case{false, 1}, Case{false, 1000},
                                         Case{true, 65536}));

TEST_P(HmCopyKeys, OutliveTheCallersText) {
  hm$(const char*, int) m = make();
  for (int i = 0; i < 1000; ++i) {
    std::string text = key(i);
    hm$set(m, text.c_str(), i);
    text.assign(text.size(), '?');
  }
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(hm$get(m, key(i).c_str(), -1), i);
    ASSERT_STREQ(hm$gets(m, key(i).c_str())->key, key(i).c_str());
  }
  hm$free(m);
  EXPECT_EQ(memory_.live_blocks, 0u);
}

TEST_P(HmCopyKeys, OverwritingKeepsTheFirstCopy) {
  hm$(const char*, int) m = make();
  hm$set(m, "key", 1);
  const char* const copy = nth(m, 0).key;
  const size_t blocks = memory_.live_blocks;
  hm$set(m, "key", 2);
  *hm$setp(m, "key") += 1;
  const char other[] = "key";
  hm$sets(m, other, 4);
  EXPECT_EQ(nth(m, 0).key, copy);
  EXPECT_NE(nth(m, 0).key, other);
  EXPECT_EQ(hm$get(m, "key"), 4);
  EXPECT_EQ(memory_.live_blocks, blocks);
  hm$free(m);
}

TEST_P(HmCopyKeys, SetsCopiesToo) {
  hm$(const char*, int) m = make();
  char text[] = "key";
  hm$sets(m, {.key = text, .value = 1});
  text[0] = '?';
  EXPECT_EQ(hm$get(m, "key"), 1);
  hm$free(m);
}

TEST_P(HmCopyKeys, DeletingByTheStoredKeyItself) {
  hm$(const char*, int) m = make();
  for (int i = 0; i < 100; ++i) hm$set(m, key(i).c_str(), i);
  while (hm$len(m) > 0) EXPECT_TRUE(hm$del(m, nth(m, hm$len(m) / 2).key));
  hm$free(m);
}

TEST_P(HmCopyKeys, ClearFreesThem) {
  hm$(const char*, int) m = make();
  hm$set(m, "x", 1);
  hm$clear(m);
  const size_t blocks = memory_.live_blocks;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) hm$set(m, key(i + 398).c_str(), i);
    hm$clear(m);
    EXPECT_EQ(memory_.live_blocks, blocks);
  }
  hm$free(m);
}

TEST_P(HmCopyKeys, ChurnTakesNoMoreMemory) {
  hm$(const char*, int) m = make();
  size_t peak = 0;
  for (int i = 0; i < 20000; ++i) {
    hm$set(m, key(i).c_str(), i);
    ASSERT_EQ(hm$del(m, key(i - 400).c_str()), i >= 400);
    if (i == 2000) peak = memory_.live_bytes + memory_.live_bytes / 10;
    ASSERT_TRUE(i <= 2000 || memory_.live_bytes <= peak) << memory_.live_bytes;
  }
  hm$free(m);
}

TEST(HmCopyKeysPages, PackKeysWithoutABlockEach) {
  TestAllocator memory;
  hm$(std::string_view, int) m =
      hm$new(m, memory, .capacity = 1000, .copy_keys_arena_pgsize = 4096);
  const size_t blocks = memory.live_blocks;
  for (int i = 0; i < 1000; ++i) hm$set(m, std::to_string(i), i);
  // 1000 keys of 8 bytes, or of 48 with the records and guards of CEX_TEST.
  EXPECT_LE(memory.live_blocks, blocks + (kChecked ? 12 : 2));
  EXPECT_EQ(hm$get(m, "999"), 999);
  EXPECT_EQ(hm$gets(m, "999")->key.data()[3], '\0');  // copies end in a NUL
  hm$free(m);
}

TEST(HmCopyKeysPages, MeanNothingForOtherKeys) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory, .copy_keys = true, .copy_keys_arena_pgsize = 4096);
  hm$set(m, 1, 2);
  EXPECT_TRUE(hm$del(m, 1));
  hm$free(m);
}

}  // namespace
}  // namespace cex
