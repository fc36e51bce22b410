// arr$: making, filling, reading and freeing an array.
#include "cex/allocator.h"
#include "cex/arr.h"
#include "collections/tests/test_allocator.h"
#include "gtest/gtest.h"

namespace cex {
namespace {

struct Point {
  float x, y;
};

TEST(ArrBasic, IsNullUntilMade) {
  arr$(int) a;
  arr$(int) b = NULL;  // NOLINT(modernize-use-nullptr): as in C
  arr$(int) c = nullptr;
  EXPECT_TRUE(a == nullptr && b == NULL && !c);  // NOLINT(modernize-use-nullptr): as in C
  EXPECT_EQ(arr$len(a), 0u);
  EXPECT_EQ(arr$cap(a), 0u);
  EXPECT_EQ(a.begin(), a.end());
  arr$clear(a);
  arr$free(a);
  EXPECT_EQ(sizeof(a), sizeof(int*));
}

TEST(ArrBasic, NewWorksAsInitializerAndAsStatement) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory, .capacity = 100);
  EXPECT_EQ(arr$cap(a), 100u);
  EXPECT_EQ(arr$len(a), 0u);
  arr$(int) b;
  arr$new(b, memory);
  EXPECT_EQ(arr$cap(b), 16u);
  int n = 3;
  arr$(int) c = arr$new(c, memory, .capacity = n);
  EXPECT_EQ(arr$cap(c), 16u);
  EXPECT_EQ(memory.live_blocks, 3u);
  arr$free(a);
  arr$free(b);
  arr$free(c);
  EXPECT_TRUE(a == nullptr);
  arr$free(a);
}

TEST(ArrBasic, NewEvaluatesTheHandleOnce) {
  TestAllocator memory;
  arr$(arr$(int)) rows = arr$new(rows, memory);
  arr$new(*arr$push(rows), memory);
  arr$try_new(*arr$push(rows), memory);
  EXPECT_EQ(arr$len(rows), 2u);
  for (auto& row : rows) {
    arr$push(row, 1);
    arr$free(row);
  }
  arr$free(rows);
}

TEST(ArrBasic, PushReturnsTheSlot) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  int* const slot = arr$push(a, 7);
  EXPECT_EQ(slot, a.data());
  *slot = 8;
  EXPECT_EQ(a[0], 8);
  EXPECT_EQ(*a.push(9), 9);
  EXPECT_EQ(arr$len(a), 2u);
  arr$free(a);
}

TEST(ArrBasic, PushMakesAnElementOfSeveralValues) {
  TestAllocator memory;
  arr$(Point) a = arr$new(a, memory);
  int x = 1;
  arr$push(a, x, 2);
  arr$push(a, {3, 4});
  arr$push(a, {.x = 5, .y = 6});
  arr$push(a);
  arr$push(a, a[0]);
  const float want[][2] = {{1, 2}, {3, 4}, {5, 6}, {0, 0}, {1, 2}};
  ASSERT_EQ(arr$len(a), arr$len(want));
  for (size_t i = 0; i < arr$len(a); ++i) {
    EXPECT_EQ(a[i].x, want[i][0]);
    EXPECT_EQ(a[i].y, want[i][1]);
  }
  arr$free(a);
}

TEST(ArrBasic, PushesManyAtOnce) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  EXPECT_EQ(*arr$pushm(a, 1, 2, 3), 1);
  const int more[] = {4, 5};
  EXPECT_EQ(*arr$pusha(a, more), 4);
  arr$pusha(a, more + 1, 1);
  arr$pusha(a, nullptr, 0);
  const std::vector<short> others = {6, 7};
  arr$pusha(a, others);
  EXPECT_EQ(std::vector<int>(a.begin(), a.end()), (std::vector<int>{1, 2, 3, 4, 5, 5, 6, 7}));
  arr$free(a);
}

TEST(ArrBasic, PushesItself) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  std::vector<int> model;
  arr$pushm(a, 1, 2, 3);
  model = {1, 2, 3};
  for (int i = 0; i < 8; ++i) {
    arr$pusha(a, a);
    const std::vector<int> copy = model;
    model.insert(model.end(), copy.begin(), copy.end());
    arr$pusha(a, a + 1, 2);
    model.push_back(model[1]);
    model.push_back(model[2]);
    arr$push(a, a[1]);
    model.push_back(model[1]);
    arr$ins(a, 0, arr$last(a));
    model.insert(model.begin(), int{model.back()});
  }
  EXPECT_EQ(std::vector<int>(a.begin(), a.end()), model);
  arr$free(a);
}

TEST(ArrBasic, TakesEveryIndexType) {
  TestAllocator memory;
  arr$(int) a = arr$new(a, memory);
  arr$pushm(a, 10, 11, 12);
  enum Name { kSecond = 1 };
  EXPECT_EQ(a[0], 10);
  EXPECT_EQ(a[1u], 11);
  EXPECT_EQ(a[size_t{2}], 12);
  EXPECT_EQ(a[short{1}], 11);
  EXPECT_EQ(a[2L], 12);
  EXPECT_EQ(a[2ull], 12);
  EXPECT_EQ(a[kSecond], 11);
  EXPECT_EQ(arr$at(a, 2), 12);
  EXPECT_EQ(arr$last(a), 12);
  a[1] += 5;
  EXPECT_EQ(*(a + 1), 16);
  EXPECT_EQ(*a, 10);
  arr$free(a);
}

TEST(ArrBasic, LengthOfAnything) {
  const int c_array[5] = {};
  EXPECT_EQ(arr$len(c_array), 5u);
  EXPECT_EQ(arr$len("CEX"), 4u);  // the literal is a char[4]
  EXPECT_EQ(arr$len(std::vector<int>{1, 2}), 2u);
  EXPECT_EQ(arr$len(nullptr), 0u);
  static_assert(std::is_same_v<decltype(arr$len("")), size_t>);
  static_assert(arr$len("CEX") == 4);
}

TEST(ArrBasic, HoldsHandlesOfItsOwnKind) {
  struct Node {
    int id;
    arr$(Node) children;
  };
  TestAllocator memory;
  arr$(Node) root = arr$new(root, memory);
  arr$push(root, 1, nullptr);
  arr$new(root[0].children, memory);
  arr$push(root[0].children, {.id = 2, .children = nullptr});
  EXPECT_EQ(root[0].children[0].id, 2);
  arr$free(root->children);
  arr$free(root);
}

}  // namespace
}  // namespace cex
