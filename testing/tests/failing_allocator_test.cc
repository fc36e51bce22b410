#include "cex/failing_allocator.h"

#include <string.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/leak_check.h"
#include "cex/tempmem.h"

namespace {

using ::cex::testing::AllocationRequest;
using ::cex::testing::FailingAllocator;
using ::cex::testing::FailurePlan;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Which of `count` allocations of 10 bytes fail, as a string of '.' and 'F'.
std::string pattern(const FailurePlan& plan, int count) {
  FailingAllocator failing(mem$, plan);
  std::string result;
  std::vector<char*> blocks;
  for (int i = 0; i < count; ++i) {
    char* p = mem$malloc(failing.allocator(), 10);
    result += p != nullptr ? '.' : 'F';
    if (p != nullptr) blocks.push_back(p);
  }
  for (char* p : blocks) mem$free(failing.allocator(), p);
  EXPECT_EQ(failing.allocations(), static_cast<uint64_t>(count));
  EXPECT_EQ(failing.live_blocks(), 0u);
  return result;
}

TEST(FailingAllocatorTest, FailsNothingByDefault) { EXPECT_EQ(pattern({}, 5), "....."); }

TEST(FailingAllocatorTest, FailsTheNth) { EXPECT_EQ(pattern({.nth = 3}, 5), "..F.."); }

TEST(FailingAllocatorTest, FailsFromTheNthOn) { EXPECT_EQ(pattern({.from = 3}, 5), "..FFF"); }

TEST(FailingAllocatorTest, FailsEveryNth) { EXPECT_EQ(pattern({.every = 2}, 5), ".F.F."); }

TEST(FailingAllocatorTest, FailsAboveAByteBudget) {
  EXPECT_EQ(pattern({.byte_budget = 30}, 5), "...FF");
  EXPECT_EQ(pattern({.byte_budget = 9}, 2), "FF");
}

TEST(FailingAllocatorTest, FailsByChance) {
  const std::string one = pattern({.probability = 0.5, .seed = 7}, 1000);
  EXPECT_EQ(one, pattern({.probability = 0.5, .seed = 7}, 1000));
  EXPECT_NE(one, pattern({.probability = 0.5, .seed = 8}, 1000));
  EXPECT_NEAR(static_cast<double>(std::count(one.begin(), one.end(), 'F')), 500, 60);
  EXPECT_EQ(pattern({.probability = 0}, 10), "..........");
  EXPECT_EQ(pattern({.probability = 1}, 10), "FFFFFFFFFF");
}

TEST(FailingAllocatorTest, FailsWhatAnyPartOfThePlanNames) {
  EXPECT_EQ(pattern({.nth = 1, .every = 3, .byte_budget = 30}, 6), "F.F..F");
}

TEST(FailingAllocatorTest, FreeingMakesRoomInTheBudget) {
  FailingAllocator failing(mem$, {.byte_budget = 100});
  const IAllocator a = failing.allocator();
  char* p = mem$malloc(a, 60);
  char* q = mem$malloc(a, 60);
  EXPECT_EQ(q, nullptr);
  char* grown = mem$realloc(a, p, 100);
  ASSERT_NE(grown, nullptr) << "its old bytes don't count against it";
  EXPECT_EQ(failing.live_bytes(), 100u);
  EXPECT_EQ(mem$realloc(a, grown, 101), nullptr);
  mem$free(a, grown);
  q = mem$malloc(a, 60);
  EXPECT_NE(q, nullptr);
  mem$free(a, q);
  EXPECT_EQ(failing.live_bytes(), 0u);
}

TEST(FailingAllocatorTest, AFailedReallocLeavesTheBlock) {
  FailingAllocator failing(mem$, {.nth = 2});
  const IAllocator a = failing.allocator();
  char* p = mem$malloc(a, 10);
  ASSERT_NE(p, nullptr);
  memcpy(p, "unharmed", 9);
  EXPECT_EQ(mem$realloc(a, p, 1000), nullptr);
  EXPECT_STREQ(p, "unharmed");
  EXPECT_EQ(failing.live_blocks(), 1u);
  p = mem$realloc(a, p, 1000);
  ASSERT_NE(p, nullptr);
  EXPECT_STREQ(p, "unharmed");
  mem$free(a, p);
}

TEST(FailingAllocatorTest, CountsMallocCallocRealloc) {
  FailingAllocator failing(mem$, {});
  const IAllocator a = failing.allocator();
  failing.record_requests(true);
  char* p = mem$malloc(a, 10, 32);
  char* q = mem$calloc(a, 3, 5);
  p = mem$realloc(a, p, 20, 32);
  EXPECT_EQ(mem$malloc(a, 0), nullptr);
  EXPECT_EQ(a->malloc(a, 10, 3), nullptr) << "bad alignment";
  EXPECT_EQ(a->calloc(a, SIZE_MAX, 2, 16), nullptr) << "overflow";
  mem$free(a, p);
  mem$free(a, q);
  EXPECT_EQ(failing.allocations(), 3u) << "requests that no allocator grants are not counted";
  EXPECT_EQ(failing.failures(), 0u);
  EXPECT_THAT(failing.requests(), ElementsAre(AllocationRequest{10, 32}, AllocationRequest{15, 16},
                                              AllocationRequest{20, 32}));
}

TEST(FailingAllocatorTest, ANewPlanCountsAnew) {
  FailingAllocator failing(mem$, {.nth = 1});
  const IAllocator a = failing.allocator();
  EXPECT_EQ(mem$malloc(a, 10), nullptr);
  EXPECT_EQ(failing.failures(), 1u);
  failing.set_plan({.nth = 2});
  EXPECT_EQ(failing.failures(), 0u);
  char* p = mem$malloc(a, 10);
  EXPECT_NE(p, nullptr);
  EXPECT_EQ(mem$malloc(a, 10), nullptr);
  failing.set_plan({});
  EXPECT_EQ(failing.live_blocks(), 1u);
  mem$free(a, p);
}

TEST(FailingAllocatorTest, TellsInnerFailuresFromItsOwn) {
  IAllocator arena = AllocatorArena.create(4096, {.limit = 8192});
  ASSERT_NE(arena, nullptr);
  FailingAllocator failing(arena);
  EXPECT_EQ(mem$malloc(failing.allocator(), 100000), nullptr);
  EXPECT_EQ(failing.failures(), 0u);
  EXPECT_EQ(failing.inner_failures(), 1u);
  char* p = mem$malloc(failing.allocator(), 100);
  EXPECT_EQ(mem$realloc(failing.allocator(), p, 100000), nullptr);
  EXPECT_EQ(failing.live_bytes(), 100u) << "it is still there";
  EXPECT_EQ(failing.live_blocks(), 1u);
  AllocatorArena.destroy(arena);
}

TEST(FailingAllocatorTest, HasTheScopesOfAnArena) {
  IAllocator arena = AllocatorArena.create(4096);
  ASSERT_NE(arena, nullptr);
  FailingAllocator failing(arena, {.nth = 3});
  const IAllocator a = failing.allocator();
  EXPECT_TRUE(a->meta.is_arena);
  EXPECT_FALSE(a->meta.is_temp);
  char* outside = mem$malloc(a, 10);
  EXPECT_NE(outside, nullptr);
  mem$scope(a, inside) {
    EXPECT_EQ(a->scope_depth(a), 1u);
    EXPECT_EQ(arena->scope_depth(arena), 1u);
    char* p = mem$malloc(inside, 20);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(AllocatorArena.owns(arena, p));
    EXPECT_EQ(failing.live_bytes(), 30u);
    EXPECT_EQ(mem$malloc(inside, 10), nullptr) << "the third";
    mem$scope(inside, _) {
      EXPECT_NE(mem$malloc(_, 10), nullptr);
    }
    EXPECT_EQ(failing.live_blocks(), 2u);
  }
  EXPECT_EQ(failing.live_blocks(), 1u);
  EXPECT_EQ(arena->scope_depth(arena), 0u);
  AllocatorArena.destroy(arena);
}

TEST(FailingAllocatorTest, AScopesEndForgetsTheBlocksMadeInIt) {
  IAllocator arena = AllocatorArena.create(4096);
  ASSERT_NE(arena, nullptr);
  FailingAllocator failing(arena);
  const IAllocator a = failing.allocator();
  char* outside = mem$malloc(a, 1);
  char* freed_inside = mem$malloc(a, 2);
  mem$scope(a, outer) {
    char* kept = mem$malloc(outer, 4);
    for (int i = 0; i < 3; ++i) {
      mem$scope(outer, inner) {
        char* freed = mem$malloc(inner, 8);
        char* grown = mem$malloc(inner, 16);
        mem$free(inner, freed);
        grown = mem$realloc(inner, grown, 32);
        EXPECT_NE(grown, nullptr);
        if (i == 0) mem$free(inner, freed_inside);
        EXPECT_EQ(failing.live_bytes(), 1u + 4u + 32u);
      }
      EXPECT_EQ(failing.live_bytes(), 1u + 4u);
    }
    EXPECT_NE(kept, nullptr);
  }
  EXPECT_EQ(failing.live_blocks(), 1u);
  EXPECT_EQ(failing.live_bytes(), 1u);
  mem$free(a, outside);
  EXPECT_EQ(failing.live_blocks(), 0u);
  AllocatorArena.destroy(arena);
}

TEST(FailingAllocatorTest, StandsBeforeTemporaryMemory) {
  FailingAllocator failing(tmem$, {.nth = 2});
  EXPECT_TRUE(failing.allocator()->meta.is_temp);
  mem$scope(failing.allocator(), _) {
    EXPECT_NE(mem$malloc(_, 10), nullptr);
    EXPECT_EQ(mem$malloc(_, 10), nullptr);
  }
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
}

TEST(FailingAllocatorTest, StandsBehindAnArena) {
  FailingAllocator failing(mem$, {.nth = 3});
  IAllocator arena = AllocatorArena.create(4096, {.backing = failing.allocator()});
  ASSERT_NE(arena, nullptr);
  EXPECT_NE(mem$malloc(arena, 3000), nullptr);
  EXPECT_EQ(mem$malloc(arena, 30000), nullptr) << "no page for it";
  EXPECT_NE(mem$malloc(arena, 30000), nullptr);
  AllocatorArena.destroy(arena);
  EXPECT_EQ(failing.live_blocks(), 0u);
}

TEST(FailingAllocatorTest, DescribesWhatIsLive) {
  FailingAllocator failing(mem$);
  EXPECT_EQ(failing.describe_live(), "");
  char* p = mem$malloc(failing.allocator(), 10);
  EXPECT_THAT(failing.describe_live(), HasSubstr("    10 bytes, block 1, allocated at "));
#ifdef CEX_TEST
  EXPECT_THAT(failing.describe_live(),
              ContainsRegex("at testing/tests/failing_allocator_test.cc:[0-9]+\n"));
#endif
  mem$free(failing.allocator(), p);
  std::vector<char*> many;
  for (int i = 0; i < 20; ++i) many.push_back(mem$malloc(failing.allocator(), 10));
  mem$free(failing.allocator(), many[0]);
  EXPECT_THAT(failing.describe_live(), StartsWith("    10 bytes, block 3, allocated at "));
  EXPECT_THAT(failing.describe_live(), HasSubstr("    10 bytes, block 14, allocated at "));
  EXPECT_THAT(failing.describe_live(), EndsWith("    and 7 more\n"));
  for (char*& each : many) mem$free(failing.allocator(), each);
}

// Not in the anonymous namespace's way: its name has to appear in the trace.
[[gnu::noinline]] bool asks_for_memory(IAllocator a) {
  char* p = mem$malloc(a, 123);
  asm volatile("" : : : "memory");  // a tail call would leave no frame
  if (p == nullptr) return false;
  mem$free(a, p);
  return true;
}

TEST(FailingAllocatorTest, DescribesTheFailure) {
  FailingAllocator failing(mem$, {.nth = 1});
  EXPECT_EQ(failing.describe_failure(), "");
  EXPECT_FALSE(asks_for_memory(failing.allocator()));
  const std::string text = failing.describe_failure();
  EXPECT_THAT(text, HasSubstr("allocation 1, 123 bytes at alignment 16, asked for "));
  EXPECT_THAT(text, ContainsRegex("\n    #[0-9]+ 0x[0-9a-f]+ .*asks_for_memory"));
#ifdef CEX_TEST
  EXPECT_THAT(text, ContainsRegex("asked for at testing/tests/failing_allocator_test.cc:[0-9]+:"));
#endif
}

TEST(FailingAllocatorTest, ManyThreadsMayUseIt) {
  FailingAllocator failing(mem$, {.every = 10});
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        char* p = mem$malloc(failing.allocator(), 10);
        if (p == nullptr) ++failed;
        mem$free(failing.allocator(), p);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failing.allocations(), 2000u);
  EXPECT_EQ(failed, 200);
  EXPECT_EQ(failing.failures(), 200u);
  EXPECT_EQ(failing.live_blocks(), 0u);
}

#ifdef CEX_TEST
TEST(FailingAllocatorDeathTest, LeavesMisuseToTheAllocatorBelow) {
  FailingAllocator failing(mem$);
  EXPECT_DEATH(
      {
        char* p = mem$malloc(failing.allocator(), 10);
        char* q = p;
        mem$free(failing.allocator(), p);
        mem$free(failing.allocator(), q);
      },
      "failing_allocator_test.cc:[0-9]+: double free");
}
#endif

}  // namespace
