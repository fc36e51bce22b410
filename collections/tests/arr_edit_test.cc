// arr$: inserting, deleting and sorting.
#include <stdlib.h>
#include <string.h>

#include <compare>
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

class ArrEdit : public testing::Test {
 protected:
  void SetUp() override {
    arr$new(a_, memory_);
    arr$pushm(a_, 5, 3, 9, 1);
  }
  void TearDown() override { arr$free(a_); }
  std::vector<int> content() const { return {a_.begin(), a_.end()}; }

  TestAllocator memory_;
  arr$(int) a_;
};
using Ints = std::vector<int>;

TEST_F(ArrEdit, InsAtEveryPlace) {
  EXPECT_EQ(*arr$ins(a_, 0, 10), 10);
  arr$ins(a_, 2, 11);
  arr$ins(a_, arr$len(a_), 12);
  EXPECT_EQ(content(), (Ints{10, 5, 11, 3, 9, 1, 12}));
}

TEST_F(ArrEdit, InsIntoAnEmptyArray) {
  arr$clear(a_);
  arr$ins(a_, 0, 1);
  EXPECT_EQ(content(), Ints{1});
}

TEST_F(ArrEdit, DelKeepsTheOrder) {
  arr$del(a_, 1);
  EXPECT_EQ(content(), (Ints{5, 9, 1}));
  arr$del(a_, 2);
  arr$del(a_, 0);
  EXPECT_EQ(content(), Ints{9});
  arr$del(a_, 0);
  EXPECT_EQ(arr$len(a_), 0u);
}

TEST_F(ArrEdit, DelswapMovesTheLast) {
  arr$delswap(a_, 0);
  EXPECT_EQ(content(), (Ints{1, 3, 9}));
  arr$delswap(a_, 2);
  EXPECT_EQ(content(), (Ints{1, 3}));
}

TEST_F(ArrEdit, PopTakesTheLast) {
  EXPECT_EQ(arr$pop(a_), 1);
  EXPECT_EQ(arr$pop(a_), 9);
  arr$last(a_) = 4;
  EXPECT_EQ(content(), (Ints{5, 4}));
}

int by_qsort(const void* x, const void* y) {
  return *static_cast<const int*>(x) - *static_cast<const int*>(y);
}

TEST_F(ArrEdit, SortsByWhateverComparesTwo) {
  const Ints up = {1, 3, 5, 9};
  const Ints down = {9, 5, 3, 1};
  arr$sort(a_, std::greater<>());
  EXPECT_EQ(content(), down);
  arr$sort(a_);
  EXPECT_EQ(content(), up);
  arr$sort(a_, [](int x, int y) { return x > y; });
  EXPECT_EQ(content(), down);
  arr$sort(a_, by_qsort);
  EXPECT_EQ(content(), up);
  arr$sort(a_, [](const auto& x, const auto& y) { return y <=> x; });
  EXPECT_EQ(content(), down);
  arr$sort(a_, [](const int& x, const int& y) { return x - y; });
  EXPECT_EQ(content(), up);
  arr$sort(a_, [](const void* x, const void* y) { return by_qsort(y, x); });
  EXPECT_EQ(content(), down);
}

int by_text(const void* x, const void* y) {
  return strcmp(*static_cast<const char* const*>(x), *static_cast<const char* const*>(y));
}

TEST_F(ArrEdit, AQsortComparatorGetsPointersToElementsEvenIfTheyArePointers) {
  arr$(const char*) words = arr$new(words, memory_);
  arr$pushm(words, "pear", "apple", "fig");
  arr$sort(words, by_text);
  EXPECT_EQ(std::vector<std::string>(words.begin(), words.end()),
            (std::vector<std::string>{"apple", "fig", "pear"}));
  arr$sort(words, [](const char* x, const char* y) { return strcmp(y, x); });
  EXPECT_STREQ(words[0], "pear");
  arr$free(words);
}

TEST_F(ArrEdit, SortOfNothing) {
  arr$(int) none = nullptr;
  arr$sort(none);
  arr$clear(a_);
  arr$sort(a_, by_qsort);
  EXPECT_EQ(arr$len(a_), 0u);
}

}  // namespace
}  // namespace cex
