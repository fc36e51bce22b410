// for$each and for$eachp over everything that has elements.
#include "cex/for_each.h"

#include <array>
#include <initializer_list>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "cex/hm.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

TEST(ForEach, CopiesOrPointers) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  arr$pushm(a, 1, 2, 3);
  int seen = 0;
  for$each (x, a) {
    x += 10;
    seen += x;
  }
  EXPECT_EQ(seen, 36);
  EXPECT_EQ(a[0], 1);
  for$eachp (x, a) *x += 10;
  EXPECT_EQ(a[0], 11);
  int sum = 0;
  for$each (x, a, 2) sum += x;
  EXPECT_EQ(sum, 23);
  for$eachp (x, a, 1) *x = 0;
  EXPECT_EQ(a[0], 0);
  arr$free(a);
}

TEST(ForEach, CArraysAndPointers) {
  int c_array[] = {1, 2, 3, 4};
  int sum = 0;
  for$each (x, c_array) sum += x;
  EXPECT_EQ(sum, 10);
  for$each (x, c_array + 1, 2) sum += x;
  EXPECT_EQ(sum, 15);
  for$eachp (x, c_array) *x *= 2;
  for$eachp (x, &c_array[3], 1) *x = 0;
  EXPECT_EQ(c_array[2], 6);
  EXPECT_EQ(c_array[3], 0);
  size_t letters = 0;
  for$each (c, "CEX") letters += c != '\0';
  EXPECT_EQ(letters, 3u);
  const int* nothing = nullptr;
  for$each (x, nothing, 0) sum += x;
  EXPECT_EQ(sum, 15);
}

TEST(ForEach, Maps) {
  TestAllocator memory;
  hm$(int, int) m = hm$new(m, memory);
  for (int i = 0; i < 30; ++i) hm$set(m, i, i * i);
  int next = 0;
  for$each (e, m) {
    EXPECT_EQ(e.key, next);
    EXPECT_EQ(e.value, next * next);
    ++next;
  }
  EXPECT_EQ(next, 30);
  for$eachp (e, m) e->value = 1;
  EXPECT_EQ(hm$get(m, 29), 1);
  hm$free(m);
  for$each (e, m) next += e.value;
  EXPECT_EQ(next, 30);
}

TEST(ForEach, BreakContinueAndNesting) {
  const int rows[] = {1, 2, 3};
  const int columns[] = {1, 2, 3, 4};
  std::string seen;
  for$each (r, rows) {
    if (r == 2) continue;
    for$each (c, columns) {
      if (c == 3) break;
      seen += std::to_string(r * 10 + c) + " ";
    }
  }
  EXPECT_EQ(seen, "11 12 31 32 ");
}

TEST(ForEach, EvaluatesTheRangeOnce) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  arr$pushm(a, 1, 2, 3);
  int calls = 0;
  const auto get = [&]() {
    ++calls;
    return a;
  };
  int sum = 0;
  for$each (x, get()) sum += x;
  for$eachp (x, get()) sum += *x;
  EXPECT_EQ(sum, 12);
  EXPECT_EQ(calls, 2);
  arr$free(a);
}

TEST(ForEach, KeepsTemporariesAlive) {
  int sum = 0;
  for$each (x, std::vector<int>{1, 2, 3}) sum += x;
  for$eachp (x, std::vector<int>{1, 2, 3}) sum += *x;
  for$each (x, std::list<int>{4}) sum += x;
  EXPECT_EQ(sum, 16);
  using Three = int[3];
  using Texts = const std::string[2];
  for$each (x, Three{1, 2, 3}) sum += x;
  for$eachp (x, Three{1, 2, 3}) sum += *x;
  for$each (text, Texts{"one", "a text that no string keeps in itself"}) {
    sum += static_cast<int>(text.size());
  }
  EXPECT_EQ(sum, 68);
  const std::initializer_list<int> list = {1, 2, 3};
  for$each (x, list) sum += x;
  for$eachp (x, list) sum += *x;
  EXPECT_EQ(sum, 80);
}

constexpr int doubled_sum() {
  int numbers[] = {1, 2, 3, 4};
  for$eachp (x, numbers) *x *= 2;
  for$eachp (x, numbers, 1) *x = 0;
  int sum = 0;
  for$each (x, numbers) sum += x;
  for$each (x, numbers + 1, 2) sum += x;
  for$each (x, std::array<int, 2>{1, 2}) sum += x;
  for$eachp (x, std::array<int, 2>{1, 2}) sum += *x;
  const std::array<int, 2> array = {1, 2};
  for$each (x, array, 1) sum += x;
  for$each (c, std::string_view("ab")) sum += c == 'b';
  return sum;
}

TEST(ForEach, BeforeTheProgramRuns) {
  constexpr int kSum = doubled_sum();
  EXPECT_EQ(kSum, 18 + 10 + 3 + 3 + 1 + 1);
}

}  // namespace
}  // namespace cex
