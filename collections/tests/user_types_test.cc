// Elements and values whose constructors and assignments take anything, or are explicit: a copy
// inside a container is a copy of theirs.
#include <list>
#include <span>
#include <type_traits>
#include <utility>

#include "cex/collections.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

// A name of theirs that cex must not find.
template <typename T>
[[maybe_unused]] void as_const(T&) {}

// kSize bytes, so that each way of sorting and of pushing is taken.
template <int kSize>
struct TakesAll {
  int number = 0;
  char rest[kSize - sizeof(int)] = {};

  TakesAll() = default;
  TakesAll(int n, char) : number(n) {}
  template <typename T>
  TakesAll(T&&) : number(-1) {}  // NOLINT: takes a TakesAll&, too
  TakesAll(const TakesAll&) = default;
  TakesAll(TakesAll&&) = default;
  TakesAll& operator=(const TakesAll&) = default;
  TakesAll& operator=(TakesAll&&) = default;
  template <typename T>
  TakesAll& operator=(T&&) {  // NOLINT: takes a TakesAll&, too
    number = -2;
    return *this;
  }
  bool operator<(const TakesAll& other) const { return number < other.number; }
};

template <int kSize>
struct Explicit {
  int number = 0;
  char rest[kSize - sizeof(int)] = {};

  Explicit() = default;
  Explicit(int n, char) : number(n) {}
  explicit Explicit(const Explicit&) = default;
  Explicit& operator=(const Explicit&) = default;
  bool operator<(const Explicit& other) const { return number < other.number; }
};

template <typename T>
class UserTypesTest : public ::testing::Test {};
using Types = ::testing::Types<TakesAll<8>, TakesAll<24>, TakesAll<100>, Explicit<8>, Explicit<24>,
                               Explicit<100>>;
TYPED_TEST_SUITE(UserTypesTest, Types);

TYPED_TEST(UserTypesTest, Arrays) {
  using T = TypeParam;
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_copy_constructible_v<T>);
  TestAllocator allocator;
  arr$(T) a = arr$new(a, allocator);
  constexpr int kMany = 1000;
  for (int i = 0; i < kMany; ++i) arr$push(a, T(i * 7 % kMany, ' '));
  arr$push(a, a[3]);
  arr$ins(a, 0, a[4]);
  EXPECT_EQ(arr$last(a).number, 21);
  EXPECT_EQ(a[0].number, 28);
  EXPECT_EQ(arr$pop(a).number, 21);
  arr$del(a, 0);
  arr$sort(a);
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(a[i].number, i);
  // Neither in order nor the other way round, for the heap.
  arr$sort(a, [](const T& x, const T& y) { return x.number % 10 < y.number % 10; });
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(a[i].number % 10, i / (kMany / 10));
  arr$free(a);
}

TYPED_TEST(UserTypesTest, ElementsOfARange) {
  using T = TypeParam;
  if constexpr (std::is_convertible_v<T&, T>) {
    TestAllocator allocator;
    arr$(T) a = arr$new(a, allocator);
    std::list<T> list;
    for (int i = 0; i < 50; ++i) list.emplace_back(i, ' ');
    arr$pusha(a, list);
    for (int i = 0; i < 50; ++i) ASSERT_EQ(a[i].number, i);
    arr$free(a);
  }
}

TEST(UserTypes, VolatileSources) {
  TestAllocator allocator;
  volatile int registers[3] = {1, 2, 3};
  arr$(int) a = arr$new(a, allocator);
  arr$pusha(a, registers);
  arr$pusha(a, std::span<volatile int>(registers));
  ASSERT_EQ(arr$len(a), 6u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(a[i], i % 3 + 1);
  arr$free(a);
}

template <typename Map, typename T>
void test_map() {
  TestAllocator allocator;
  Map m = Map::create(allocator);
  constexpr int kMany = 1000;
  for (int i = 0; i < kMany; ++i) m.set(i, T(i, ' '));
  for (int i = 0; i < kMany; i += 2) m.set(i, *m.getp(i + 1));
  for (int i = 0; i < kMany; ++i) {
    ASSERT_EQ(m.getp(i)->number, i | 1);
    ASSERT_EQ(m.get(i).number, i | 1);
    ASSERT_EQ(m.get_or(i, T()).number, i | 1);
  }
  m.sets(*m.find(5));
  m.sets_at(Site{}, *m.find(7));
  EXPECT_EQ(m.getp(5)->number, 5);
  EXPECT_EQ(m.getp(7)->number, 7);
  EXPECT_EQ(m.setp(kMany)->number, 0);
  m.free();
}

TYPED_TEST(UserTypesTest, Maps) {
  test_map<Hm<int, TypeParam>, TypeParam>();
  test_map<Hf<int, TypeParam>, TypeParam>();
}

// hm$set can't assign them; hm$sets and hm$setp make them.
template <typename Map>
void test_const_values() {
  TestAllocator allocator;
  Map m = Map::create(allocator);
  for (int i = 0; i < 100; ++i) m.sets({i, i + 1});
  const int* const added = m.setp(100);
  EXPECT_EQ(*added, 0);
  const int keys[] = {7, 1000};
  const int* found[2];
  m.getp_many(keys, 2, found);
  EXPECT_EQ(*found[0], 8);
  EXPECT_EQ(found[1], nullptr);
  EXPECT_EQ(*m.getp(9), 10);
  EXPECT_EQ(m.get(9), 10);
  EXPECT_EQ(m.get_or(1000, -1), -1);
  EXPECT_EQ(*m.try_setp(9), 10);
  EXPECT_TRUE(m.del(9));
  m.free();
}

TEST(UserTypes, ConstValues) {
  test_const_values<Hm<int, const int>>();
  test_const_values<Hf<int, const int>>();
}

}  // namespace
}  // namespace cex
