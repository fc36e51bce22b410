// arr$ where C++ or C code wants an array, a range or a span.
#include <string.h>

#include <algorithm>
#include <list>
#include <numeric>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include "absl/types/span.h"
#include "cex/allocator.h"
#include "cex/arr.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

// Clang before 16 can't compile the views of libstdc++.
#if defined(__clang__) && __clang_major__ < 16
#define CEX_TEST_HAS_VIEWS 0
#else
#define CEX_TEST_HAS_VIEWS 1
#endif

namespace cex {
namespace {

static_assert(std::is_trivially_copyable_v<arr$(int)>);
static_assert(std::ranges::contiguous_range<arr$(int)>);
static_assert(std::ranges::sized_range<arr$(int)>);
static_assert(std::ranges::common_range<arr$(int)>);
static_assert(std::ranges::borrowed_range<arr$(int)>);
static_assert(std::is_convertible_v<arr$(int), int*>);
static_assert(std::is_convertible_v<arr$(int), const int*>);
static_assert(std::is_convertible_v<arr$(int), void*>);
static_assert(!std::is_convertible_v<arr$(int), long*>);
static_assert(!std::is_convertible_v<arr$(int), bool>);
static_assert(!std::is_convertible_v<int*, arr$(int)>);

int c_sum(const int* p, size_t n) { return std::accumulate(p, p + n, 0); }
int span_sum(std::span<const int> s) { return c_sum(s.data(), s.size()); }
int absl_sum(absl::Span<const int> s) { return c_sum(s.data(), s.size()); }
void absl_double(absl::Span<int> s) {
  for (int& x : s) x *= 2;
}

class ArrInterop : public testing::Test {
 protected:
  void SetUp() override {
    arr$new(a_, memory_);
    arr$pushm(a_, 3, 1, 2);
  }
  void TearDown() override { arr$free(a_); }

  TestAllocator memory_;
  arr$(int) a_;
};

TEST_F(ArrInterop, CCalls) {
  EXPECT_EQ(c_sum(a_, arr$len(a_)), 6);
  int copy[3];
  memcpy(copy, a_, sizeof(copy));
  EXPECT_EQ(copy[0], 3);
  const int* p = a_;
  EXPECT_TRUE(p == a_ && a_ == p);
}

TEST_F(ArrInterop, Spans) {
  EXPECT_EQ(span_sum(a_), 6);
  EXPECT_EQ(absl_sum(a_), 6);
  absl_double(absl::MakeSpan(a_));
  EXPECT_EQ(span_sum(a_), 12);
  const std::span<int> writable = a_;
  writable[0] = 0;
  EXPECT_EQ(a_[0], 0);
  EXPECT_EQ(span_sum(arr$(int)()), 0);
}

TEST_F(ArrInterop, RangesAndLoops) {
#ifdef __cpp_lib_ranges
  std::ranges::sort(a_);
  EXPECT_TRUE(std::ranges::is_sorted(a_));
  EXPECT_EQ(*std::ranges::find(a_, 2), 2);
  EXPECT_EQ(std::ranges::distance(a_), 3);
#endif
  int sum = 0;
  for (int x : a_) sum += x;
  EXPECT_EQ(sum, 6);
  std::sort(a_.begin(), a_.end(), std::greater<>());
  EXPECT_EQ(a_[0], 3);
#if CEX_TEST_HAS_VIEWS
  for (int& x : a_ | std::views::take(2)) x = 0;
  EXPECT_EQ(a_[1], 0);
#endif
  EXPECT_EQ(std::size(a_), 3u);
  EXPECT_FALSE(std::empty(a_));
}

TEST_F(ArrInterop, PushaTakesRangesOfEveryKind) {
  const std::list<int> list = {4, 5};
  arr$pusha(a_, list);
  EXPECT_EQ(std::vector<int>(a_.begin(), a_.end()), (std::vector<int>{3, 1, 2, 4, 5}));
#if CEX_TEST_HAS_VIEWS
  arr$pusha(a_, std::views::iota(6, 8));
  arr$pusha(a_, list | std::views::filter([](int x) { return x == 5; }));
  EXPECT_TRUE(std::ranges::equal(a_, std::vector<int>{3, 1, 2, 4, 5, 6, 7, 5}));
#endif
  arr$(char) text = arr$new(text, memory_);
  arr$pusha(text, std::string_view("ab"));
  arr$pusha(text, "cd");  // with its NUL
  EXPECT_STREQ(text.data(), "abcd");
  arr$free(text);
}

TEST_F(ArrInterop, FunctionsTakeTheHandleByReference) {
  const auto fill = [](arr$(int) & to) { arr$push(to, 7); };
  for (int i = 0; i < 100; ++i) fill(a_);
  EXPECT_EQ(arr$len(a_), 103u);
  EXPECT_EQ(arr$last(a_), 7);
}

TEST_F(ArrInterop, StructuredElements) {
  struct Pair {
    int x;
    const char* name;
  };
  arr$(Pair) pairs = arr$new(pairs, memory_);
  arr$push(pairs, 1, "one");
  for (auto& [x, name] : pairs) {
    EXPECT_EQ(x, 1);
    EXPECT_STREQ(name, "one");
  }
  EXPECT_EQ(pairs->x, 1);
  arr$free(pairs);
}

}  // namespace
}  // namespace cex
