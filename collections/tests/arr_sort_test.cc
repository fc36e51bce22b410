// arr$sort with comparisons that are none: whatever they answer, the elements are those that
// there were, and nothing else is touched. Under CEX_TEST those of C++ are reported.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <compare>
#include <functional>
#include <string>
#include <vector>

#include "cex/allocator.h"
#include "cex/arr.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

constexpr size_t kSizes[] = {0,  1,  2,  3,  7,   8,   11,  12,  13,  23,   24,  25,
                             26, 31, 50, 99, 100, 101, 127, 200, 500, 1000, 3000};

struct Pair {
  uint64_t a, b;
};
struct Wide {
  uint32_t a;
  char rest[60];
};
struct alignas(64) Line {
  int64_t a;
  char rest[56];  // no padding, whose bytes would be compared
};
// Can't be assigned to.
struct Fixed {
  const int16_t a;
  const int16_t b;
};

template <typename T>
T element(uint64_t x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(x);
  } else {
    return T{static_cast<decltype(T::a)>(x), {}};
  }
}
template <typename T>
auto number(const T& x) {
  if constexpr (std::is_integral_v<T>) {
    return x;
  } else {
    return x.a;
  }
}

uint64_t next_random() {
  static uint64_t state = 1;
  uint64_t x = state += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Numbers of some pattern.
uint64_t drawn(int pattern, size_t i, size_t n) {
  switch (pattern) {
    case 0:
      return next_random();
    case 1:
      return next_random() % 5;
    case 2:
      return i;
    case 3:
      return n - i;
    case 4:
      return 7;
    default:
      return i % 2 == 0 ? i : n - i;
  }
}

template <typename T>
std::vector<std::string> bytes_of(const Arr<T>& a) {
  std::vector<std::string> all;
  for (const T& x : a) all.emplace_back(reinterpret_cast<const char*>(&x), sizeof(T));
  std::sort(all.begin(), all.end());
  return all;
}

// Sorts full arrays, whose block ends where they do.
template <typename T, typename Compare>
void sort_all(Compare compare, bool is_order) {
  for (size_t n : kSizes) {
    for (int pattern = 0; pattern < 6; ++pattern) {
      TestAllocator memory;
      arr$(T) a = arr$new(a, memory, .capacity = n);
      for (size_t i = 0; i < n; ++i) arr$push(a, element<T>(drawn(pattern, i, n)));
      const auto before = bytes_of(a);
      arr$sort(a, compare);
      ASSERT_EQ(bytes_of(a), before) << n;
      if (is_order) {
        for (size_t i = 1; i < n; ++i) ASSERT_LE(number(a[i - 1]), number(a[i])) << n;
      }
      arr$free(a);
    }
  }
}

template <typename T>
class Sort : public testing::Test {};
using Elements = testing::Types<uint8_t, int, uint64_t, Pair, Wide, Line, Fixed>;
TYPED_TEST_SUITE(Sort, Elements);

// An element, and not memory beyond the array's.
template <typename T>
const T& get(const void* p) {
  return *static_cast<const T*>(p);
}

TYPED_TEST(Sort, InOrder) {
  using T = TypeParam;
  sort_all<T>([](const T& x, const T& y) { return number(x) < number(y); }, true);
  sort_all<T>([](const T& x, const T& y) { return number(x) <=> number(y); }, true);
  bool is_less = false;
  sort_all<T>(
      [&](const T& x, const T& y) -> const bool& { return is_less = number(x) < number(y); }, true);
  sort_all<T>(
      [](const void* x, const void* y) {
        return number(get<T>(x)) < number(get<T>(y))   ? -1
               : number(get<T>(y)) < number(get<T>(x)) ? 1
                                                       : 0;
      },
      true);
}

// C comparators that people write: they are no strict weak orderings, and qsort() sorts.
TYPED_TEST(Sort, ByComparatorsThatNeverSayEqual) {
  using T = TypeParam;
  sort_all<T>(
      [](const void* x, const void* y) { return number(get<T>(x)) < number(get<T>(y)) ? -1 : 1; },
      true);
  sort_all<T>(
      [](const void* x, const void* y) { return number(get<T>(x)) > number(get<T>(y)) ? 1 : -1; },
      true);
}

// Those whose answers have no sense.
TYPED_TEST(Sort, ByComparatorsThatAnswerAnything) {
  using T = TypeParam;
  sort_all<T>([](const void*, const void*) { return -1; }, false);
  sort_all<T>([](const void*, const void*) { return 1; }, false);
  sort_all<T>([](const void*, const void*) { return 0; }, false);
  sort_all<T>([](const void*, const void*) { return static_cast<int>(next_random()); }, false);
  sort_all<T>(
      [](const void* x, const void* y) {  // as `*x - *y`, which overflows
        return static_cast<int>(static_cast<uint32_t>(number(get<T>(x))) -
                                static_cast<uint32_t>(number(get<T>(y))));
      },
      false);
}

int by_never_equal(const void* x, const void* y) { return get<int>(x) > get<int>(y) ? 1 : -1; }

TEST(SortByFunction, OfC) {
  arr$(int) a = arr$new(a, mem$);
  for (int i = 0; i < 1000; ++i) arr$push(a, i * 37 % 10);
  arr$sort(a, by_never_equal);
  EXPECT_TRUE(std::is_sorted(a.begin(), a.end()));
  arr$sort(
      a, +[](const void* x, const void* y) { return by_never_equal(y, x); });
  EXPECT_TRUE(std::is_sorted(a.begin(), a.end(), std::greater<>()));
  arr$free(a);
}

// On pointers to elements too where the elements are pointers themselves.
TEST(SortByFunction, OfCWithAState) {
  arr$(const char*) a = arr$new(a, mem$);
  arr$pushm(a, "b", "a", "c");
  int compared = 0;
  const auto sort_as = [&](auto compare) {
    arr$sort(a, compare);
    return std::string(a[0]) + a[1] + a[2];
  };
  EXPECT_EQ(sort_as([&, n = 0](const void* x, const void* y) mutable {
              compared = ++n;
              return strcmp(get<const char*>(x), get<const char*>(y));
            }),
            "abc");
  EXPECT_GE(compared, 2);
  EXPECT_EQ(sort_as([n = 0](const void* x, const void* y) mutable noexcept {
              return ++n, strcmp(get<const char*>(y), get<const char*>(x));
            }),
            "cba");
  arr$free(a);
}

// At most so many, whatever the order and the answers.
TEST(Sort, ComparesNLogNTimes) {
  for (int pattern = 0; pattern < 6; ++pattern) {
    for (int answer = 0; answer < 4; ++answer) {
      size_t compared = 0;
      arr$(uint64_t) a = arr$new(a, mem$);
      constexpr size_t kMany = 20'000;
      for (size_t i = 0; i < kMany; ++i) arr$push(a, drawn(pattern, i, kMany));
      arr$sort(a, [&](const void* x, const void* y) {
        ++compared;
        switch (answer) {
          case 0:
            return -1;
          case 1:
            return 1;
          case 2:
            return static_cast<int>(next_random());
          default:
            return get<uint64_t>(x) < get<uint64_t>(y) ? -1 : 1;
        }
      });
      EXPECT_LE(compared, kMany * 15 * 5) << pattern << " " << answer;
      arr$free(a);
    }
  }
}

// What is sorted already, and what is sorted the other way round.
TEST(Sort, ComparesOnceWhereThereIsOneRun) {
  for (const int pattern : {2, 3, 4}) {
    for (const size_t n : {2u, 3u, 30u, 1000u}) {
      size_t compared = 0;
      arr$(uint64_t) a = arr$new(a, mem$);
      for (size_t i = 0; i < n; ++i) arr$push(a, drawn(pattern, i, n));
      arr$sort(a, [&](const void* x, const void* y) {
        ++compared;
        return get<uint64_t>(x) < get<uint64_t>(y) ? -1 : get<uint64_t>(x) > get<uint64_t>(y);
      });
      EXPECT_EQ(compared, n - 1) << pattern;
      for (size_t i = 1; i < n; ++i) EXPECT_LE(a[i - 1], a[i]);
      arr$free(a);
    }
  }
}

#ifndef CEX_TEST
TYPED_TEST(Sort, ByLambdasThatAnswerAnything) {
  using T = TypeParam;
  sort_all<T>([](const T&, const T&) { return true; }, false);
  sort_all<T>([](const T&, const T&) { return false; }, false);
  sort_all<T>([](const T&, const T&) { return next_random() % 2 == 0; }, false);
  sort_all<T>([](const T& x, const T& y) { return number(x) <= number(y); }, true);
  sort_all<T>(
      [](const T& x, const T& y) {
        return static_cast<int>(static_cast<uint32_t>(number(x)) -
                                static_cast<uint32_t>(number(y)));
      },
      false);
}
#else

// The line that this stands on, as a message names it.
#define HERE(message) "cex: .*arr_sort_test\\.cc:" + std::to_string(__LINE__) + ": " message
#define NO_ORDER "arr.sort: the comparison is no strict weak ordering\n  "

class SortDeathTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    arr$new(a_, mem$);
    for (size_t i = 0; i < GetParam(); ++i) arr$push(a_, static_cast<int>(i * 7919 % 101));
  }
  void TearDown() override { arr$free(a_); }

  arr$(int) a_;
};
INSTANTIATE_TEST_SUITE_P(, SortDeathTest, testing::Values(3, 10, 30, 300));

TEST_P(SortDeathTest, OfTwoElementsEachComesFirst) {
#define EACH NO_ORDER "each of two elements comes before the other"
  EXPECT_DEATH(arr$sort(a_, [](int, int) { return true; }), HERE(EACH));
  EXPECT_DEATH(arr$sort(a_, [](int x, int y) { return x % 2 <= y % 2; }), HERE(EACH));
  arr$push(a_, a_[0]);
  EXPECT_DEATH(arr$sort(a_, [](int x, int y) { return x > y ? 1 : -1; }), HERE(EACH));
#undef EACH
}

TEST_P(SortDeathTest, AnOrderThatGoesRound) {
  arr$clear(a_);
  for (size_t i = 0; i < GetParam(); ++i) arr$push(a_, static_cast<int>(i));
  // Scissors cut paper, paper wraps stone, stone grinds scissors.
  EXPECT_DEATH(arr$sort(a_, [](int x, int y) { return (x + 1) % 3 == y % 3; }), HERE(NO_ORDER));
}

TEST_P(SortDeathTest, ElementsThatAreAboutTheSame) {
  arr$(double) few = arr$new(few, mem$);
  for (size_t i = 0; i < GetParam(); ++i) arr$push(few, static_cast<double>(i * 7 % GetParam()));
  EXPECT_DEATH(arr$sort(few, [](double x, double y) { return x < y - 1.5; }), HERE(NO_ORDER));
  few[GetParam() / 2] = NAN;
  EXPECT_DEATH(arr$sort(few), HERE(NO_ORDER));
  arr$free(few);
}
#endif

// Answers that are no bool, but convert to it or to a number.
TEST(ArrSort, AnswersOfEveryKind) {
  TestAllocator memory;
  std::vector<bool> comes_before(100);
  for (size_t x = 0; x < 10; ++x) {
    for (size_t y = 0; y < 10; ++y) comes_before[10 * x + y] = x > y;
  }
  struct Yes {
    bool yes;
    explicit operator bool() const { return yes; }
  };
  struct Number {
    int number;
    operator int() const { return number; }  // NOLINT(google-explicit-constructor)
  };
  arr$(size_t) a = arr$new(a, memory);
  const auto test = [&](auto compare) {
    arr$clear(a);
    for (size_t i = 0; i < 50; ++i) arr$push(a, i * 7 % 10);
    arr$sort(a, compare);
    for (size_t i = 0; i < 50; ++i) ASSERT_EQ(a[i], 9 - i / 5);
  };
  test([&](size_t x, size_t y) { return comes_before[10 * x + y]; });
  test([](size_t x, size_t y) { return Yes{x > y}; });
  test([](size_t x, size_t y) { return Number{static_cast<int>(y) - static_cast<int>(x)}; });
  test([](size_t x, size_t y) { return y <=> x; });
  test([](size_t x, size_t y) { return static_cast<double>(y) - static_cast<double>(x); });
  arr$free(a);
}

}  // namespace
}  // namespace cex
