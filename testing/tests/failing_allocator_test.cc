#include "cex/failing_allocator.h"

#include <stddef.h>
#include <string.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "allocator/tests/c_user.h"
#include "allocator/tests/one_handle_allocator.h"
#include "cex/arena.h"
#include "cex/tempmem.h"

namespace {

// The default alignment, as messages have it.
const std::string kAlign = std::to_string(alignof(max_align_t));

using ::cex::testing::AllocationRequest;
using ::cex::testing::FailingAllocator;
using ::cex::testing::FailurePlan;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The line of a block, where the build knows it.
#ifdef CEX_TEST
constexpr char kHere[] = "at testing/tests/failing_allocator_test.cc:[0-9]+";
#else
constexpr char kHere[] = "(at an unknown line|here)";
#endif

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

TEST(FailingAllocatorTest, FailsWhatAnyPartOfThePlanNames) {
  EXPECT_EQ(pattern({}, 5), ".....");
  EXPECT_EQ(pattern({.nth = 3}, 5), "..F..");
  EXPECT_EQ(pattern({.from = 3}, 5), "..FFF");
  EXPECT_EQ(pattern({.every = 2}, 5), ".F.F.");
  EXPECT_EQ(pattern({.byte_budget = 30}, 5), "...FF");
  EXPECT_EQ(pattern({.byte_budget = 9}, 2), "FF");
  EXPECT_EQ(pattern({.nth = 1, .every = 3, .byte_budget = 30}, 6), "F.F..F");
}

TEST(FailingAllocatorTest, FailsByChance) {
  const std::string one = pattern({.probability = 0.5, .seed = 7}, 1000);
  EXPECT_EQ(one, pattern({.probability = 0.5, .seed = 7}, 1000));
  EXPECT_NE(one, pattern({.probability = 0.5, .seed = 8}, 1000));
  EXPECT_NEAR(static_cast<double>(std::count(one.begin(), one.end(), 'F')), 500, 60);
  EXPECT_EQ(pattern({.probability = 0}, 10), "..........");
  EXPECT_EQ(pattern({.probability = 1}, 10), "FFFFFFFFFF");
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

TEST(FailingAllocatorTest, AShrinkIsNeverAboveTheBudget) {
  FailingAllocator failing(mem$);
  const IAllocator a = failing.allocator();
  char* p = mem$malloc(a, 100);
  failing.set_plan({.byte_budget = 50});
  char* shrunk = mem$realloc(a, p, 60);
  ASSERT_NE(shrunk, nullptr);
  EXPECT_EQ(failing.live_bytes(), 60u);
  EXPECT_EQ(mem$realloc(a, shrunk, 61), nullptr);
  mem$free(a, shrunk);
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
  EXPECT_EQ(a->calloc(a, SIZE_MAX, 2, 16), nullptr) << "overflow";
  mem$free(a, p);
  mem$free(a, q);
  EXPECT_EQ(failing.allocations(), 3u) << "requests that no allocator grants are not counted";
  EXPECT_EQ(failing.failures(), 0u);
  EXPECT_THAT(failing.requests(),
              ElementsAre(AllocationRequest{10, 32}, AllocationRequest{15, alignof(max_align_t)},
                          AllocationRequest{20, 32}));
}

TEST(FailingAllocatorTest, RecordsFromStartToStop) {
  FailingAllocator failing(mem$, {});
  const IAllocator a = failing.allocator();
  const auto allocate = [a](size_t size) {
    char* p = mem$malloc(a, size);
    mem$free(a, p);
  };
  allocate(1);
  EXPECT_THAT(failing.requests(), IsEmpty()) << "off at first";
  for (const size_t size : {10u, 20u}) {
    failing.record_requests(true);
    allocate(size);
    failing.record_requests(false);
    allocate(2);
    EXPECT_THAT(failing.requests(), ElementsAre(AllocationRequest{size, alignof(max_align_t)}));
  }
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

class FailingOverArenaTest : public testing::Test {
 protected:
  ~FailingOverArenaTest() override { AllocatorArena.destroy(arena_); }
  const IAllocator arena_ = AllocatorArena.create(4096);
};

TEST_F(FailingOverArenaTest, HasTheScopesOfAnArena) {
  FailingAllocator failing(arena_, {.nth = 3});
  const IAllocator a = failing.allocator();
  EXPECT_TRUE(a->meta.is_arena);
  EXPECT_FALSE(a->meta.is_temp);
  char* outside = mem$malloc(a, 10);
  EXPECT_NE(outside, nullptr);
  mem$scope(a, inside) {
    EXPECT_EQ(a->scope_depth(a), 1u);
    EXPECT_EQ(arena_->scope_depth(arena_), 1u);
    char* p = mem$malloc(inside, 20);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(AllocatorArena.owns(arena_, p));
    EXPECT_EQ(failing.live_bytes(), 30u);
    EXPECT_EQ(mem$malloc(inside, 10), nullptr) << "the third";
    mem$scope(inside, _) {
      EXPECT_NE(mem$malloc(_, 10), nullptr);
    }
    EXPECT_EQ(failing.live_blocks(), 2u);
  }
  EXPECT_EQ(failing.live_blocks(), 1u);
  EXPECT_EQ(arena_->scope_depth(arena_), 0u);
}

TEST_F(FailingOverArenaTest, AScopesEndForgetsTheBlocksMadeInIt) {
  FailingAllocator failing(arena_);
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
}

// A string that stays what it was.
char* make_text(IAllocator a, const char* text) {
  char* p = mem$malloc(a, strlen(text) + 1);
  if (p != nullptr) strcpy(p, text);
  return p;
}

TEST_F(FailingOverArenaTest, BlocksBelongToTheScopeThatWasNamed) {
  FailingAllocator failing(arena_);
  const IAllocator a = failing.allocator();
  char* of_arena = nullptr;
  mem$scope(a, outer) {
    EXPECT_NE(outer, a);
    char* of_outer = nullptr;
    mem$scope(outer, inner) {
      EXPECT_NE(inner, outer);
      for (int i = 0; i < 1000; ++i) EXPECT_NE(make_text(inner, "inner"), nullptr);
      of_outer = make_text(outer, "outer");
      of_arena = make_text(a, "arena");
      ASSERT_NE(of_outer, nullptr);
      ASSERT_NE(of_arena, nullptr);
      of_outer = mem$realloc(outer, of_outer, 5000);
      ASSERT_NE(of_outer, nullptr);
      EXPECT_EQ(failing.live_bytes(), 1000u * 6 + 5000 + 6);
    }
    EXPECT_EQ(failing.live_bytes(), 5000u + 6);
    mem$scope(outer, again) {
      EXPECT_NE(mem$calloc(again, 1, 3000), nullptr);
    }
    EXPECT_STREQ(of_outer, "outer");
    EXPECT_STREQ(of_arena, "arena");
  }
  EXPECT_EQ(failing.live_blocks(), 1u);
  EXPECT_STREQ(of_arena, "arena");
  EXPECT_TRUE(AllocatorArena.owns(arena_, of_arena));
  mem$free(a, of_arena);
  EXPECT_EQ(failing.live_blocks(), 0u);
}

TEST_F(FailingOverArenaTest, AScopeThatEndsEndsThoseInsideIt) {
  FailingAllocator failing(arena_);
  const IAllocator a = failing.allocator();
  EXPECT_NE(mem$malloc(a, 1), nullptr);
  const IAllocator first = a->scope_enter(a);
  EXPECT_NE(mem$malloc(first, 2), nullptr);
  const IAllocator second = first->scope_enter(first);
  EXPECT_NE(mem$malloc(second, 4), nullptr);
  const IAllocator third = a->scope_enter(a);
  EXPECT_NE(mem$malloc(third, 8), nullptr);
  EXPECT_EQ(first->scope_depth(first), 3u);
  second->scope_exit(second);
  EXPECT_EQ(a->scope_depth(a), 1u);
  EXPECT_EQ(arena_->scope_depth(arena_), 1u);
  EXPECT_EQ(failing.live_bytes(), 1u + 2u);
  EXPECT_NE(mem$malloc(first, 16), nullptr);
  EXPECT_EQ(failing.live_bytes(), 1u + 2u + 16u);
  a->scope_exit(a);
  EXPECT_EQ(arena_->scope_depth(arena_), 0u);
  EXPECT_EQ(failing.live_bytes(), 1u);
}

// Also when there are many other blocks, and when handles are used again.
TEST_F(FailingOverArenaTest, TheEndOfAScopeCostsWhatTheScopeMade) {
  FailingAllocator failing(arena_);
  const IAllocator a = failing.allocator();
  constexpr size_t kMany = 20'000;
  for (size_t i = 0; i < kMany; ++i) EXPECT_NE(mem$malloc(a, 1), nullptr);
  for (size_t i = 0; i < kMany; ++i) {
    mem$scope(a, _) {
      EXPECT_NE(mem$malloc(_, 1), nullptr);
    }
  }
  EXPECT_EQ(failing.live_blocks(), kMany);
}

TEST_F(FailingOverArenaTest, StandsBeforeAnother) {
  FailingAllocator below(arena_, {.nth = 3});
  FailingAllocator failing(below.allocator(), {.nth = 2});
  const IAllocator a = failing.allocator();
  char* kept = nullptr;
  mem$scope(a, outer) {
    mem$scope(outer, inner) {
      EXPECT_NE(mem$malloc(inner, 10), nullptr);
      EXPECT_EQ(mem$malloc(outer, 10), nullptr) << "the upper one's";
      kept = make_text(a, "kept");
      EXPECT_EQ(mem$malloc(inner, 10), nullptr) << "the lower one's";
      EXPECT_NE(mem$malloc(outer, 10), nullptr);
      EXPECT_EQ(below.live_blocks(), 3u);
    }
    EXPECT_EQ(below.live_blocks(), 2u);
    EXPECT_EQ(failing.live_blocks(), 2u);
  }
  EXPECT_EQ(failing.inner_failures(), 1u);
  EXPECT_EQ(below.live_bytes(), 5u);
  EXPECT_EQ(failing.live_bytes(), 5u);
  EXPECT_STREQ(kept, "kept");
}

TEST(FailingAllocatorTest, StandsBeforeTemporaryMemory) {
  FailingAllocator failing(tmem$, {.nth = 3});
  EXPECT_TRUE(failing.allocator()->meta.is_temp);
  mem$scope(failing.allocator(), outer) {
    EXPECT_TRUE(outer->meta.is_temp);
    char* kept = nullptr;
    mem$scope(outer, inner) {
      EXPECT_NE(mem$malloc(inner, 10), nullptr);
      EXPECT_NE(mem$malloc(tmem$, 10), nullptr) << "past the allocator that fails";
      kept = make_text(outer, "kept");
      EXPECT_EQ(mem$malloc(inner, 10), nullptr);
      EXPECT_EQ(cex::temp_stats().scope_depth, 2u);
    }
    EXPECT_EQ(failing.live_blocks(), 1u);
    EXPECT_STREQ(kept, "kept");
  }
  EXPECT_EQ(failing.live_blocks(), 0u);
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
}

// One for all scopes: blocks go with the innermost.
TEST(FailingAllocatorTest, StandsBeforeAnAllocatorWithOneHandle) {
  alignas(64) static char buffer[8192];
  const IAllocator stack = c_user_stack(buffer, sizeof(buffer));
  FailingAllocator failing(stack);
  const IAllocator a = failing.allocator();
  EXPECT_NE(mem$malloc(a, 1), nullptr);
  mem$scope(a, outer) {
    EXPECT_EQ(a->scope_depth(a), 1u);
    EXPECT_NE(mem$malloc(outer, 2), nullptr);
    mem$scope(outer, inner) {
      EXPECT_NE(mem$malloc(inner, 4), nullptr);
      EXPECT_NE(mem$malloc(outer, 8), nullptr) << "the innermost scope's";
      EXPECT_NE(mem$malloc(a, 16), nullptr) << "the innermost scope's";
      EXPECT_EQ(failing.live_bytes(), 31u);
    }
    EXPECT_EQ(failing.live_bytes(), 3u);
    const IAllocator left_open = a->scope_enter(a);
    EXPECT_NE(mem$malloc(left_open, 32), nullptr);
    left_open->scope_exit(left_open);
  }
  EXPECT_EQ(failing.live_bytes(), 1u);
  EXPECT_EQ(stack->scope_depth(stack), 0u);
}

// What it does not do may be null, as MemScope has it.
TEST(FailingAllocatorTest, StandsBeforeAnAllocatorThatLeavesFunctionsOut) {
  const FailingAllocator failing(&cex::testing::one_handle_allocator);
  cex::testing::expect_scopes_of_one_handle(failing.allocator());
}

TEST(FailingAllocatorTest, StandsBeforeAnAllocatorWithoutScopes) {
  const FailingAllocator failing(&cex::testing::no_scopes_allocator);
  cex::testing::expect_no_scopes(failing.allocator());
}

TEST(FailingAllocatorTest, AScopeThatCannotBeOpenedRefuses) {
  const Allocator_i closed = {mem$->malloc,
                              mem$->calloc,
                              mem$->realloc,
                              mem$->free,
                              [](IAllocator) -> IAllocator { return nullptr; },
                              mem$->scope_exit,
                              nullptr,
                              {0xf1aa, true, false}};
  const FailingAllocator failing(&closed);
  mem$scope(failing.allocator(), _) EXPECT_EQ(mem$malloc(_, 10), nullptr);
  EXPECT_EQ(failing.allocations(), 0u);
}

TEST(FailingAllocatorTest, DescribesWhatIsLive) {
  FailingAllocator failing(mem$);
  EXPECT_EQ(failing.describe_live(), "");
  char* p = mem$malloc(failing.allocator(), 10);
  EXPECT_THAT(failing.describe_live(),
              ContainsRegex("^    10 bytes, block 1, allocated " + std::string(kHere) + "\n$"));
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
  EXPECT_THAT(text, ContainsRegex("^allocation 1, 123 bytes at alignment " + kAlign +
                                  ", asked for " + std::string(kHere) + ":\n"));
  EXPECT_THAT(text, ContainsRegex("\n    #[0-9]+ 0x[0-9a-f]+ .*asks_for_memory"));
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

using FailingOverArenaDeathTest = FailingOverArenaTest;

TEST_F(FailingOverArenaDeathTest, ReportsTheUseOfAScopeThatHasEnded) {
  FailingAllocator failing(arena_);
  IAllocator ended = nullptr;
  char* p = nullptr;
  mem$scope(failing.allocator(), _) {
    p = mem$malloc(_, 10);
    ended = _;
  }
  const std::string here = "failing_allocator_test.cc:[0-9]+";
  const std::string report = "cex: testing/tests/" + here +
                             ": the allocator of a scope that has ended is used\n"
                             "    the scope: opened at testing/tests/" +
                             here + ", ended at testing/tests/" + here;
  EXPECT_DEATH(static_cast<void>(mem$malloc(ended, 1)), report);
  EXPECT_DEATH(static_cast<void>(mem$calloc(ended, 1, 1)), report);
  EXPECT_DEATH(static_cast<void>(mem$realloc(ended, p, 20)), report);
  EXPECT_DEATH(mem$free(ended, p), report);
  EXPECT_DEATH(cex::MemScope{ended}, report);
  EXPECT_DEATH(ended->scope_exit(ended), "the allocator of a scope that has ended is used");
}

TEST_F(FailingOverArenaDeathTest, ReportsAReallocAcrossScopes) {
  FailingAllocator failing(arena_);
  mem$scope(failing.allocator(), _) {
    char* p = mem$malloc(failing.allocator(), 10);
    EXPECT_DEATH(static_cast<void>(mem$realloc(_, p, 20)),
                 "failing_allocator_test.cc:[0-9]+: realloc across scopes");
  }
}

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

TEST(FailingAllocatorDeathTest, ReportsAnAllocatorBelowThatIsGone) {
  if (cex::kChecker == cex::Checker::kMsan) GTEST_SKIP() << "MemorySanitizer itself reports it";
  std::optional<cex::ArenaBlock> below(4096);
  FailingAllocator failing(below->allocator());
  below.reset();
  EXPECT_DEATH(static_cast<void>(mem$malloc(failing.allocator(), 10)),
               "failing_allocator_test.cc:[0-9]+: the allocator at .* is no longer there");
}

// As long as its memory has no other use.
TEST(FailingAllocatorDeathTest, ReportsItsUseAfterItsEnd) {
  if (cex::kChecker != cex::Checker::kPattern) GTEST_SKIP() << "the tool itself reports it";
  auto failing = std::make_unique<FailingAllocator>(mem$);
  const IAllocator gone = failing->allocator();
  EXPECT_DEATH(
      {
        failing.reset();
        static_cast<void>(mem$malloc(gone, 10));
      },
      "failing_allocator_test.cc:[0-9]+: the allocator at .* is no longer there");
}

#else

TEST_F(FailingOverArenaTest, AScopeThatHasEndedGivesNothing) {
  FailingAllocator failing(arena_);
  const IAllocator a = failing.allocator();
  IAllocator ended = nullptr;
  char* stale = nullptr;
  mem$scope(a, _) {
    stale = mem$malloc(_, 10);
    ended = _;
  }
  mem$scope(a, other) {
    EXPECT_NE(mem$malloc(other, 10), nullptr);
    EXPECT_EQ(mem$malloc(ended, 1), nullptr);
    EXPECT_EQ(mem$calloc(ended, 1, 1), nullptr);
    EXPECT_EQ(mem$realloc(ended, stale, 20), nullptr);
    EXPECT_EQ(ended->scope_enter(ended), nullptr);
    mem$free(ended, stale);
    ended->scope_exit(ended);
    EXPECT_EQ(a->scope_depth(a), 1u);
    EXPECT_EQ(failing.live_blocks(), 1u);
  }
  EXPECT_EQ(failing.allocations(), 2u) << "of handles whose scopes are open";
}

#endif

}  // namespace
