// What the checks cost: blocks that the registry looks at, which grow with the logarithm of
// the blocks that there are, or not at all.
#include <vector>

#include <gtest/gtest.h>

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/sanitizer/internal/block_registry.h"
#include "cex/tempmem.h"

namespace {

using cex::testing::LeakCheck;

uint64_t steps() { return cex::detail::registry().steps; }

class StepsTest : public testing::TestWithParam<size_t> {
 protected:
  // Allocates, resizes and frees blocks of `a` in this order; steps per block.
  static double steps_of_blocks(IAllocator a) {
    const uint64_t before = steps();
    std::vector<char*> blocks(GetParam());
    for (char*& p : blocks) p = mem$malloc(a, 100);
    for (char*& p : blocks) p = mem$realloc(a, p, 200);
    for (char*& p : blocks) mem$free(a, p);
    return static_cast<double>(steps() - before) / static_cast<double>(GetParam());
  }
};

INSTANTIATE_TEST_SUITE_P(, StepsTest, testing::Values(1'000, 10'000, 40'000));

TEST_P(StepsTest, OfABlockAreFew) {
  const IAllocator arena = AllocatorArena.create(4096);
  EXPECT_LT(steps_of_blocks(mem$), 10);
  EXPECT_LT(steps_of_blocks(arena), 10);
  const IAllocator above = AllocatorArena.create(4096, {.backing = arena});
  EXPECT_LT(steps_of_blocks(above), 20);
  AllocatorArena.destroy(above);
  mem$scope(tmem$, scope) {
    EXPECT_LT(steps_of_blocks(scope), 10);
  }
  AllocatorArena.destroy(arena);
}

TEST_P(StepsTest, OfTheEndOfAScopeAreFew) {
  const uint64_t before = steps();
  mem$scope(tmem$, scope) {
    for (size_t i = 0; i < GetParam(); ++i) (void)mem$malloc(scope, 100);
  }
  EXPECT_LT(steps() - before, 10 * GetParam());
}

TEST_P(StepsTest, OfTheQuestionWhoOwnsABlockAreFew) {
  const IAllocator arena = AllocatorArena.create(4096);
  void* large = mem$malloc(arena, 10'000'000);
  std::vector<char*> others(GetParam());
  for (char*& p : others) p = mem$malloc(mem$, 100);
  const uint64_t before = steps();
  for (char* p : others) EXPECT_FALSE(AllocatorArena.owns(arena, p));
  EXPECT_TRUE(AllocatorArena.owns(arena, large));
  EXPECT_LT(steps() - before, 2 * GetParam() + 10);
  for (char*& p : others) mem$free(mem$, p);
  AllocatorArena.destroy(arena);
}

// One that begins when much was freed before looks at what is quarantined, once.
TEST_P(StepsTest, OfALeakCheckDoNotGrowWithWhatWasFreed) {
  LeakCheck().check();
  const uint64_t before = steps();
  LeakCheck().check();
  const uint64_t few = steps() - before;
  (void)steps_of_blocks(mem$);
  LeakCheck().check();
  const uint64_t after = steps();
  LeakCheck().check();
  EXPECT_LT(steps() - after, few + 10'000) << "what stays in quarantine is bounded";
}

// Negative control: what has to look at each block is counted.
TEST_P(StepsTest, OfALeakCheckGrowWithTheBlocksThatAreLive) {
  LeakCheck around;
  std::vector<char*> blocks(GetParam());
  for (char*& p : blocks) p = mem$malloc(mem$, 100);
  const auto steps_of = [](auto look) {
    const uint64_t before = steps();
    look();
    return steps() - before;
  };
  EXPECT_GE(steps_of([] { LeakCheck().check(); }), GetParam());
  EXPECT_GE(steps_of([&] { (void)around.leaks(); }), GetParam());
  EXPECT_GE(steps_of([] { (void)cex::testing::take_damage(); }), GetParam());
  for (char*& p : blocks) mem$free(mem$, p);
}

}  // namespace
