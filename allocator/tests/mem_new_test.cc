// mem$new: constructing in an allocator's memory.
#include <stdint.h>

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "cex/allocator.h"

namespace {

using cex::testing::CountingAllocator;

struct Point {
  int x;
  int y = 7;
};

class Counter {
 public:
  explicit Counter(int start, std::string_view name) : value_(start), name_(name) {}
  int value() const { return value_; }
  std::string_view name() const { return name_; }

 private:
  int value_;
  std::string_view name_;
};

struct alignas(64) Line {
  uint64_t words[8];
};

class MemNewTest : public testing::Test {
 protected:
  ~MemNewTest() override { EXPECT_EQ(counting_.live_blocks(), 0u); }
  CountingAllocator counting_;
  const IAllocator a_ = counting_.allocator();
};

TEST_F(MemNewTest, WithoutArgumentsInitializes) {
  int* n = mem$new(a_, int);
  ASSERT_NE(n, nullptr);
  EXPECT_EQ(*n, 0);
  Point* p = mem$new(a_, Point);
  EXPECT_EQ(p->x, 0);
  EXPECT_EQ(p->y, 7);
  mem$free(a_, n);
  mem$free(a_, p);
}

TEST_F(MemNewTest, ArgumentsReachTheConstructor) {
  Counter* c = mem$new(a_, Counter, 5, "five");
  EXPECT_EQ(c->value(), 5);
  EXPECT_EQ(c->name(), "five");
  mem$free(a_, c);
}

TEST_F(MemNewTest, AggregatesTakeTheirFields) {
  Point* one = mem$new(a_, Point, 1);
  EXPECT_EQ(one->x, 1);
  EXPECT_EQ(one->y, 7);
  Point* both = mem$new(a_, Point, 1, 2);
  EXPECT_EQ(both->y, 2);
  Point* copy = mem$new(a_, Point, *both);
  EXPECT_EQ(copy->y, 2);
  mem$free(a_, one);
  mem$free(a_, both);
  mem$free(a_, copy);
}

TEST_F(MemNewTest, KeepsTheTypesAlignment) {
  for (int i = 0; i < 10; ++i) {
    Line* line = mem$new(a_, Line);
    EXPECT_TRUE(mem$aligned_pointer(line, 64));
    mem$free(a_, line);
  }
}

TEST_F(MemNewTest, HandsArgumentsOnAsTheyAre) {
  struct Taker {
    explicit Taker(int& n) : seen(&n) {}
    int* seen;
  };
  int n = 0;
  Taker* taker = mem$new(a_, Taker, n);
  EXPECT_EQ(taker->seen, &n);
  mem$free(a_, taker);
}

TEST_F(MemNewTest, RunsNoConstructorWithoutMemory) {
  static int made = 0;
  struct Noisy {
    explicit Noisy(int) { ++made; }
  };
  counting_.fail(0, 1);
  EXPECT_EQ(mem$new(a_, Noisy, 1), nullptr);
  EXPECT_EQ(made, 0);
}

#ifdef __cpp_exceptions
TEST_F(MemNewTest, GivesTheMemoryBackWhenTheConstructorThrows) {
  struct Thrower {
    explicit Thrower(int n) { throw n; }
  };
  EXPECT_THROW(mem$new(a_, Thrower, 42), int);
  EXPECT_EQ(counting_.live_blocks(), 0u);
}

// One without a constructor of its own may throw, too: a field's.
TEST_F(MemNewTest, GivesTheMemoryBackWhenAFieldThrows) {
  struct Thrower {
    Thrower(int n) { throw n; }  // NOLINT(google-explicit-constructor): the field of an aggregate
  };
  struct Pair {
    int first;
    Thrower second;
  };
  EXPECT_THROW(mem$new(a_, Pair, 1, 42), int);
  EXPECT_EQ(counting_.live_blocks(), 0u);
}
#endif

TEST_F(MemNewTest, ConstTypes) {
  const Point* p = mem$new(a_, const Point, 3, 4);
  EXPECT_EQ(p->x, 3);
  mem$free(a_, p);
  EXPECT_EQ(p, nullptr);
}

}  // namespace
