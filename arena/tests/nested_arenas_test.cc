// An arena whose pages come from another one: what it frees is used again there.
#include <string.h>

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "allocator/tests/counting_allocator.h"
#include "allocator/tests/seed.h"
#include "cex/arena.h"

namespace {

using cex::testing::CountingAllocator;

// With checks each block is one of the heap's, and rounds cost more.
constexpr int kRounds = cex::kChecked ? 1000 : 10'000;

// A scope with blocks of many sizes, on pages and on their own, that grow and are freed.
void round_in(IAllocator inner, std::mt19937_64& random) {
  mem$scope(inner, _) {
    char* growing = nullptr;
    for (size_t i = 0; i < 20; ++i) {
      const size_t size = 1 + random() % (i % 5 == 0 ? 20'000 : 600);
      char* p = mem$malloc(_, size);
      ASSERT_NE(p, nullptr);
      memset(p, static_cast<int>(i), size);
      growing = mem$realloc(_, growing, 100 * (i + 1));
      ASSERT_NE(growing, nullptr);
      growing[100 * i] = 'x';
      if (i % 3 == 0) mem$free(_, p);
    }
  }
}

class NestedArenasTest : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(, NestedArenasTest, testing::Values(256, 4096, 20'000));

TEST_P(NestedArenasTest, TheOuterOneStaysAsLargeAsItIs) {
  std::mt19937_64 random(cex::testing::random_seed());
  CountingAllocator heap;
  const IAllocator outer = AllocatorArena.create(size_t{64} << 10, {.backing = heap.allocator()});
  const IAllocator inner = AllocatorArena.create(GetParam(), {.backing = outer});
  size_t most = 0;
  for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
    round_in(inner, random);
    if (round == kRounds / 10) most = heap.peak_bytes;
  }
  EXPECT_LE(heap.peak_bytes, std::max(2 * most, size_t{512} << 10));
  EXPECT_LE(heap.peak_bytes, size_t{2} << 20);
  AllocatorArena.destroy(inner);
  AllocatorArena.destroy(outer);
  EXPECT_EQ(heap.live_blocks(), 0u);
}

// An arena of a function's own in the memory of its caller, over and over.
TEST_P(NestedArenasTest, ArenasThatComeAndGo) {
  std::mt19937_64 random(cex::testing::random_seed());
  CountingAllocator heap;
  const IAllocator outer = AllocatorArena.create(size_t{64} << 10, {.backing = heap.allocator()});
  for (int round = 0; round < kRounds && !HasFatalFailure(); ++round) {
    const IAllocator inner = AllocatorArena.create(GetParam(), {.backing = outer});
    ASSERT_NE(mem$malloc(inner, 100), nullptr);
    round_in(inner, random);
    AllocatorArena.destroy(inner);
  }
  EXPECT_LE(heap.peak_bytes, size_t{2} << 20);
  AllocatorArena.destroy(outer);
}

// The pages of the inner one belong to the outer one's scope, and go with it.
TEST_P(NestedArenasTest, InAScopeOfTheOuterOne) {
  std::mt19937_64 random(cex::testing::random_seed());
  const IAllocator outer = AllocatorArena.create(4096);
  for (int round = 0; round < kRounds / 10 && !HasFatalFailure(); ++round) {
    mem$scope(outer, scope) {
      const IAllocator inner = AllocatorArena.create(GetParam(), {.backing = scope});
      for (int i = 0; i < 3; ++i) round_in(inner, random);
      char* beside = mem$malloc(scope, 500);
      ASSERT_NE(beside, nullptr);
      memset(beside, 1, 500);
      round_in(inner, random);
      AllocatorArena.destroy(inner);
    }
    ASSERT_EQ(AllocatorArena.stats(outer).bytes_in_use, 0u);
  }
  AllocatorArena.destroy(outer);
}

}  // namespace
