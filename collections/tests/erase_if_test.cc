// arr$erase_if, hm$erase_if, hf$erase_if and hm$del_ordered; the models have random ones.
#include <stddef.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/collections.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

template <typename Map>
std::vector<int> keys_of(const Map& m) {
  std::vector<int> keys;
  for$each (entry, m) keys.push_back(entry.key);
  return keys;
}

TEST(EraseIf, KeepsTheOrderAndTakesNoMemory) {
  for (const int count : {0, 1, 5, 8, 9, 500}) {
    for (const int modulus : {1, 2, 3, 1000}) {
      TestAllocator memory;
      hm$(int, int) m = hm$new(m, memory);
      arr$(int) a = arr$new(a, memory);
      for (int i = 1; i <= count; ++i) hm$set(m, i, i);
      for (int i = 1; i <= count; ++i) arr$push(a, i);
      const auto goes = [modulus](int i) { return i % modulus == 0; };
      std::vector<int> expected;
      for (int i = 1; i <= count; ++i) {
        if (!goes(i)) expected.push_back(i);
      }
      const size_t calls = memory.calls;
      const size_t gone = static_cast<size_t>(count) - expected.size();
      EXPECT_EQ(hm$erase_if(m, [&](const auto& entry) { return goes(entry.value); }), gone);
      EXPECT_EQ(arr$erase_if(a, goes), gone);
      EXPECT_EQ(memory.calls, calls);
      EXPECT_EQ(keys_of(m), expected);
      EXPECT_EQ(std::vector<int>(a.begin(), a.end()), expected);
      for (int i = 1; i <= count; ++i) ASSERT_EQ(hm$getp(m, i) == nullptr, goes(i));
      hm$set(m, -1, 7);  // both can be used as before
      arr$push(a, 7);
      EXPECT_EQ(hm$get(m, -1), 7);
      EXPECT_EQ(arr$last(a), 7);
      hm$free(m);
      arr$free(a);
    }
  }
}

TEST(EraseIf, FreesTheCopiesOfKeys) {
  TestAllocator memory;
  hm$(const char*, int) m = hm$new(m, memory, .copy_keys = true);
  hf$(const char*, int) f = hf$new(f, memory, .copy_keys = true);
  for (int i = 0; i < 100; ++i) hm$set(m, std::to_string(i).c_str(), i);
  for (int i = 0; i < 100; ++i) hf$set(f, std::to_string(i).c_str(), i);
  const size_t before = memory.live_blocks;
  const auto goes = [](const auto& entry) { return entry.key[0] == '4'; };
  EXPECT_EQ(hm$erase_if(m, goes), 11u);
  EXPECT_EQ(hf$erase_if(f, goes), 11u);
  EXPECT_EQ(memory.live_blocks, before - 22);
  EXPECT_EQ(hm$get(m, "40", -1), -1);
  EXPECT_EQ(hf$get(f, "50", -1), 50);
  hm$free(m);
  hf$free(f);
}

#ifdef __cpp_exceptions
TEST(EraseIf, WhatItWasNotAskedAboutStaysAfterAnException) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  hf$(int, int) f = hf$new(f, memory);
  arr$(int) a = arr$new(a, memory);
  for (int i = 0; i < 100; ++i) hm$set(m, i, i);
  for (int i = 0; i < 100; ++i) hf$set(f, i, i);
  for (int i = 0; i < 100; ++i) arr$push(a, i);
  int asked = 0;
  const auto goes = [&asked](int i) {
    if (asked++ == 50) throw std::runtime_error("enough");
    return i % 2 == 0;
  };
  EXPECT_THROW(hm$erase_if(m, [&](const auto& entry) { return goes(entry.key); }),
               std::runtime_error);
  EXPECT_EQ(hm$len(m), 75u);
  EXPECT_EQ(hm$get(m, 98), 98);
  asked = 0;
  EXPECT_THROW(arr$erase_if(a, goes), std::runtime_error);
  ASSERT_EQ(arr$len(a), 75u);
  for (int i = 0; i < 75; ++i) EXPECT_EQ(a[i], i < 25 ? 2 * i + 1 : i + 25);
  asked = 0;
  EXPECT_THROW(hf$erase_if(f, [&](const auto& entry) { return goes(entry.key); }),
               std::runtime_error);
  size_t left = 0;
  for (int i = 0; i < 100; ++i) left += hf$getp(f, i) != nullptr;
  EXPECT_EQ(left, hf$len(f));
  EXPECT_LT(left, 100u);
  hm$free(m);
  hf$free(f);
  arr$free(a);
}
#endif

TEST(DelOrdered, KeepsTheOrder) {
  for (const int count : {1, 8, 300}) {
    TestAllocator memory;
    hm$(int, int) m = hm$new(m, memory);
    std::vector<int> expected;
    for (int i = 0; i < count; ++i) {
      hm$set(m, i, i);
      expected.push_back(i);
    }
    EXPECT_FALSE(hm$del_ordered(m, count));
    for (size_t at = 0; !expected.empty(); at = at * 7 + 3) {
      const size_t i = at % expected.size();
      EXPECT_TRUE(hm$del_ordered(m, expected[i]));
      expected.erase(expected.begin() + static_cast<ptrdiff_t>(i));
      ASSERT_EQ(keys_of(m), expected);
      for (size_t k = 0; k < expected.size(); ++k) ASSERT_EQ(hm$gets(m, expected[k]), &m[k]);
    }
    hm$free(m);
  }
}

}  // namespace
}  // namespace cex
