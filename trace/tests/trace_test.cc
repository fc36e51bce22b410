// What a trace counts, call by call.
#include "cex/trace.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <optional>

#include "cex/arena.h"
#include "cex/failing_allocator.h"
#include "cex/tempmem.h"

namespace {

using cex::Trace;
using cex::TraceTotals;

// Not a bump allocator, to whose memory mem$malloc would help itself, past the trace.
TEST(TraceTest, IsNoBumpAllocatorAndMirrorsTheKind) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  EXPECT_NE(a, arena);
  EXPECT_NE(a->meta.magic_id, arena->meta.magic_id);
  EXPECT_TRUE(a->meta.is_arena);
  EXPECT_FALSE(a->meta.is_temp);
  EXPECT_TRUE(trace.wrap(tmem$, "temp")->meta.is_temp);
  EXPECT_FALSE(trace.wrap(mem$, "heap")->meta.is_arena);
  EXPECT_EQ(trace.wrap(nullptr, "none"), nullptr);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, CountsBlocksOfTheHeap) {
  Trace trace;
  const IAllocator a = trace.wrap(mem$, "heap");
  void* p = mem$malloc(a, 100);
  void* q = mem$calloc(a, 10, 20);
  TraceTotals t = trace.totals(a);
  EXPECT_EQ(t.allocations, 2u);
  EXPECT_EQ(t.live_bytes, 300u);
  EXPECT_EQ(t.live_blocks, 2u);
  EXPECT_EQ(t.sizes[6], 1u);  // 64 to 127
  EXPECT_EQ(t.sizes[7], 1u);  // 128 to 255
  p = mem$realloc(a, p, 1000);
  t = trace.totals(a);
  EXPECT_EQ(t.allocations, 2u);
  EXPECT_EQ(t.reallocations, 1u);
  EXPECT_EQ(t.live_bytes, 1200u);
  EXPECT_EQ(t.live_blocks, 2u);
  EXPECT_EQ(t.bytes_requested, 1300u);
  mem$free(a, p);
  mem$free(a, q);
  mem$free(a, q);  // null, and no call that counts
  t = trace.totals(a);
  EXPECT_EQ(t.frees, 2u);
  EXPECT_EQ(t.live_bytes, 0u);
  EXPECT_EQ(t.live_blocks, 0u);
  EXPECT_EQ(t.peak_bytes, 1200u);
  EXPECT_EQ(t.peak_blocks, 2u);
  EXPECT_TRUE(t.live_is_exact);
  EXPECT_TRUE(trace.is_complete());
  EXPECT_EQ(trace.events(), 6u);  // a resize is an end and a birth
}

TEST(TraceTest, BlocksEndWithTheirScope) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  [[maybe_unused]] void* outer = mem$malloc(a, 10);
  mem$scope(a, _) {
    EXPECT_NE(_, a);
    EXPECT_EQ(_->scope_depth(_), 1u);
    EXPECT_EQ(a->scope_depth(a), 1u);
    [[maybe_unused]] void* p = mem$malloc(_, 100);
    mem$scope(_, inner) {
      EXPECT_NE(inner, _);
      [[maybe_unused]] void* q = mem$malloc(inner, 10000);
      void* freed = mem$malloc(inner, 5);
      mem$free(inner, freed);
      EXPECT_EQ(trace.totals(a).live_bytes, 10110u);
      EXPECT_EQ(trace.totals(inner).live_bytes, 10110u);  // of all that was wrapped
    }
    EXPECT_EQ(trace.totals(a).live_bytes, 110u);
  }
  TraceTotals t = trace.totals(a);
  EXPECT_EQ(t.live_bytes, 10u);
  EXPECT_EQ(t.ended_by_scope, 2u);
  EXPECT_EQ(t.frees, 1u);
  EXPECT_EQ(t.scopes, 2u);
  EXPECT_EQ(t.max_depth, 2u);
  trace.end(a);
  t = trace.totals(a);
  EXPECT_EQ(t.live_bytes, 0u);
  EXPECT_EQ(t.ended_by_scope, 3u);
  AllocatorArena.destroy(arena);
}

// A block belongs to the scope whose allocator was named, not to the innermost one.
TEST(TraceTest, BlocksOfOuterScopesOutliveInnerOnes) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  mem$scope(a, outer) {
    void* grown = mem$malloc(outer, 10);
    mem$scope(outer, inner) {
      [[maybe_unused]] void* p = mem$malloc(inner, 100);
      [[maybe_unused]] void* q = mem$malloc(outer, 1000);
      [[maybe_unused]] void* r = mem$malloc(a, 10000);
      grown = mem$realloc(outer, grown, 500);
      EXPECT_NE(grown, nullptr);
      void* freed = mem$malloc(outer, 7);
      mem$free(outer, freed);
      EXPECT_EQ(trace.totals(a).live_bytes, 11600u);
    }
    EXPECT_EQ(trace.totals(a).live_bytes, 11500u);
    EXPECT_EQ(trace.totals(a).ended_by_scope, 1u);
  }
  const TraceTotals t = trace.totals(a);
  EXPECT_EQ(t.live_bytes, 10000u);
  EXPECT_EQ(t.live_blocks, 1u);
  EXPECT_EQ(t.ended_by_scope, 3u);
  EXPECT_EQ(t.peak_bytes, 11607u);  // with what was freed
  trace.end(a);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, AScopeEndsThoseInside) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  const IAllocator one = a->scope_enter(a);
  const IAllocator two = one->scope_enter(one);
  const IAllocator three = a->scope_enter(a);  // inside `two`, whoever is asked
  for (const IAllocator scope : {a, one, two, three}) {
    EXPECT_EQ(scope->scope_depth(scope), 3u);
    [[maybe_unused]] void* p = mem$malloc(scope, 100);
  }
  two->scope_exit(two);  // and three
  EXPECT_EQ(a->scope_depth(a), 1u);
  EXPECT_EQ(trace.totals(a).live_bytes, 200u);
  EXPECT_EQ(trace.totals(a).ended_by_scope, 2u);
  const IAllocator again = one->scope_enter(one);
  [[maybe_unused]] void* p = mem$malloc(again, 50);
  a->scope_exit(a);  // of the outermost: the innermost
  EXPECT_EQ(a->scope_depth(a), 1u);
  EXPECT_EQ(trace.totals(a).live_bytes, 200u);
  a->scope_exit(a);
  EXPECT_EQ(a->scope_depth(a), 0u);
  const TraceTotals t = trace.totals(a);
  EXPECT_EQ(t.live_bytes, 100u);
  EXPECT_EQ(t.ended_by_scope, 4u);
  EXPECT_EQ(t.scopes, 4u);
  EXPECT_EQ(t.max_depth, 3u);
  EXPECT_EQ(trace.events(), 17u);  // each scope has its end
  trace.end(a);
  AllocatorArena.destroy(arena);
}

// `Trace::end` ends the blocks of scopes that are open, too.
TEST(TraceTest, EndingInsideAScope) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  mem$scope(a, _) {
    [[maybe_unused]] void* p = mem$malloc(a, 10);
    [[maybe_unused]] void* q = mem$malloc(_, 20);
    trace.end(_);
    EXPECT_EQ(trace.totals(a).live_blocks, 0u);
  }
  EXPECT_EQ(trace.totals(a).ended_by_scope, 2u);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, TracesTheThreadsTemporaryMemory) {
  Trace trace;
  const IAllocator temp = trace.wrap(tmem$, "tmem$");
  mem$scope(temp, _) {
    void* p = mem$malloc(_, 300000);
    EXPECT_NE(p, nullptr);
  }
  EXPECT_EQ(trace.totals(temp).ended_by_scope, 1u);
  mem$scope(temp, _) {
    [[maybe_unused]] void* p = mem$malloc(_, 10);
    EXPECT_EQ(cex::temp_stats().scope_depth, 1u);
  }
  EXPECT_EQ(trace.totals(temp).ended_by_scope, 2u);
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
}

// A resize that fails leaves the block in its scope.
TEST(TraceTest, FailuresAreCountedAndChangeNothing) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096, {.limit = 8192});
  const IAllocator a = trace.wrap(arena, "arena");
  void* outer = mem$malloc(a, 100);
  mem$scope(a, _) {
    [[maybe_unused]] void* p = mem$malloc(_, 50);
    void* inner = mem$malloc(_, 60);
    [[maybe_unused]] void* q = mem$malloc(_, 70);
    EXPECT_EQ(static_cast<void*>(mem$realloc(_, inner, 1000000)), nullptr);
    EXPECT_EQ(static_cast<void*>(mem$malloc(_, 1000000)), nullptr);
    EXPECT_EQ(trace.totals(a).failures, 2u);
    EXPECT_EQ(trace.totals(a).live_bytes, 280u);
    EXPECT_EQ(trace.totals(a).peak_bytes, 280u);
  }
  EXPECT_EQ(trace.totals(a).live_bytes, 100u);
  EXPECT_EQ(trace.totals(a).ended_by_scope, 3u);
  mem$free(a, outer);
  trace.end(a);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, ResizingInPlaceKeepsTheScope) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  mem$scope(a, _) {
    void* p = mem$malloc(_, 100);
    void* const q = mem$realloc(_, p, 80);
    EXPECT_EQ(p, q);
    EXPECT_EQ(trace.totals(a).moves, 0u);
  }
  EXPECT_EQ(trace.totals(a).live_bytes, 0u);
  trace.end(a);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, PagesOfAnArenaAreTracedToo) {
  Trace trace;
  const IAllocator pages = trace.wrap_pages(mem$, "pages");
  const IAllocator arena = AllocatorArena.create(4096, {.backing = pages, .retain_bytes = 0});
  const uint64_t record = trace.totals(pages).live_bytes;
  const IAllocator a = trace.wrap(arena, "arena");
  mem$scope(a, _) {
    for (int i = 0; i < 100; ++i) {
      [[maybe_unused]] void* p = mem$malloc(_, 1000);
    }
    EXPECT_GE(trace.totals(pages).live_bytes, 100000u + record);
  }
  EXPECT_LE(trace.totals(pages).live_blocks, 2u);
  trace.end(a);
  AllocatorArena.destroy(arena);
  EXPECT_EQ(trace.totals(pages).live_bytes, 0u);
}

// All that it had ends, and what comes next is traced again.
TEST(TraceTest, AnArenaThatIsReset) {
  Trace trace;
  const IAllocator pages = trace.wrap_pages(mem$, "pages");
  const IAllocator arena =
      AllocatorArena.create(4096, {.backing = pages, .retain_bytes = size_t{1} << 20});
  IAllocator a = trace.wrap(arena, "arena");
  for (int frame = 0; frame < 3; ++frame) {
    EXPECT_NE(mem$malloc(a, 100), nullptr);
    EXPECT_NE(mem$malloc(a, 10'000), nullptr);
    EXPECT_EQ(trace.totals(a).live_bytes, 10'100u);
    trace.end(a);
    AllocatorArena.reset(arena);
    EXPECT_EQ(trace.totals(a).live_bytes, 0u);
    a = trace.wrap(arena, "arena");
    EXPECT_EQ(trace.totals(a).live_bytes, 0u);
  }
  trace.end(a);
  AllocatorArena.destroy(arena);
  EXPECT_EQ(trace.totals(pages).live_bytes, 0u);
}

// Blocks that went unseen end when their address comes back.
TEST(TraceTest, FreesThatPassByTheTrace) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  void* first = mem$malloc(a, 64);
  void* const was = first;
  mem$free(arena, first);
  EXPECT_EQ(trace.totals(a).live_blocks, 1u);
  void* const again = mem$malloc(a, 32);
  if (was == again) {  // not under CEX_TEST, where a freed block is quarantined
    EXPECT_EQ(trace.totals(a).live_bytes, 32u);
  }
  trace.end(a);
  EXPECT_EQ(trace.totals(a).live_blocks, 0u);
  AllocatorArena.destroy(arena);
}

// A scope that was opened past the trace ends by the same rule.
TEST(TraceTest, ScopesThatWereOpenedPastTheTrace) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  const IAllocator seen = a->scope_enter(a);
  [[maybe_unused]] void* p = mem$malloc(seen, 10);
  const IAllocator unseen = arena->scope_enter(arena);
  [[maybe_unused]] void* q = mem$malloc(unseen, 20);
  [[maybe_unused]] void* r = mem$malloc(seen, 40);
  a->scope_exit(a);  // the innermost
  EXPECT_EQ(a->scope_depth(a), 1u);
  EXPECT_EQ(trace.totals(a).live_bytes, 50u);
  a->scope_exit(a);
  EXPECT_EQ(a->scope_depth(a), 0u);
  EXPECT_EQ(trace.totals(a).live_bytes, 0u);
  trace.end(a);
  AllocatorArena.destroy(arena);
}

TEST(TraceTest, BlocksFromBeforeTheTrace) {
  Trace trace;
  void* p = mem$malloc(mem$, 100);
  void* q = mem$malloc(mem$, 100);
  const IAllocator a = trace.wrap(mem$, "heap");
  p = mem$realloc(a, p, 200);
  EXPECT_EQ(trace.totals(a).live_bytes, 200u);
  mem$free(a, p);
  mem$free(a, q);
  EXPECT_EQ(trace.totals(a).frees, 2u);
  EXPECT_EQ(trace.totals(a).live_bytes, 0u);
}

TEST(TraceTest, TheLimitEndsTheEventsAndNotTheTotals) {
  Trace trace({.limit = 40000});
  const IAllocator a = trace.wrap(mem$, "heap");
  for (int i = 0; i < 5000; ++i) {
    void* p = mem$malloc(a, 8);
    mem$free(a, p);
  }
  void* p = mem$malloc(a, 4000);
  EXPECT_FALSE(trace.is_complete());
  EXPECT_LE(trace.events() * 32, 40000u);
  EXPECT_GT(trace.events(), 0u);
  EXPECT_EQ(trace.events() + trace.events_lost(), 10001u);
  const TraceTotals t = trace.totals(a);
  EXPECT_EQ(t.allocations, 5001u);
  EXPECT_EQ(t.frees, 5000u);
  EXPECT_EQ(t.peak_bytes, 4000u);
  EXPECT_EQ(t.live_bytes, 4000u);
  EXPECT_TRUE(t.live_is_exact);
  mem$free(a, p);
}

// A trace without memory of its own is no hindrance.
TEST(TraceTest, WithoutMemoryNothingIsTracedAndAllWorks) {
  cex::testing::FailingAllocator none(mem$, {.from = 1});
  Trace trace({.memory = none.allocator()});
  const IAllocator a = trace.wrap(mem$, "heap");
  EXPECT_EQ(a, mem$);
  void* p = mem$malloc(a, 10);
  mem$free(a, p);
  trace.end(a);
  EXPECT_FALSE(trace.is_complete());
  EXPECT_EQ(trace.totals(a).allocations, 0u);
  EXPECT_EQ(trace.events(), 0u);
  errno = 0;
  EXPECT_FALSE(trace.write_html(stdout));
  EXPECT_EQ(errno, ENOMEM);
}

// It runs dry at each point of its life in turn.
TEST(TraceTest, RunningOutOfItsOwnMemoryKeepsTheCounts) {
  bool was_exact = false;
  bool was_inexact = false;
  for (uint64_t from = 1; from < 40; ++from) {
    cex::testing::FailingAllocator dry(mem$, {.from = from});
    {
      Trace trace({.memory = dry.allocator()});
      const IAllocator a = trace.wrap(mem$, "heap");
      const bool is_traced = a != mem$;
      void* blocks[600];
      for (void*& p : blocks) p = mem$malloc(a, 16);
      for (void*& p : blocks) {
        ASSERT_NE(p, nullptr);
        p = mem$realloc(a, p, 32);
        ASSERT_NE(p, nullptr);
        mem$free(a, p);
      }
      const TraceTotals t = trace.totals(a);
      if (is_traced) {
        EXPECT_EQ(t.allocations, 600u) << from;
        EXPECT_EQ(t.reallocations, 600u) << from;
        EXPECT_EQ(t.frees, 600u) << from;
        EXPECT_EQ(t.bytes_requested, 28800u) << from;
        EXPECT_EQ(t.live_bytes, 0u) << from;
        if (t.live_is_exact) {
          EXPECT_EQ(t.peak_blocks, 600u) << from;
        } else {
          EXPECT_FALSE(trace.is_complete()) << from;
        }
        (t.live_is_exact ? was_exact : was_inexact) = true;
      }
    }
    EXPECT_EQ(dry.live_blocks(), 0u) << dry.describe_live();
  }
  EXPECT_TRUE(was_exact);
  EXPECT_TRUE(was_inexact);
}

// Neither the beginning of such a block nor its end is drawn.
TEST(TraceTest, ABlockThatTheTraceHasNoMemoryForIsNotComplete) {
  int without_one = 0;
  for (uint64_t nth = 1; nth < 20; ++nth) {
    cex::testing::FailingAllocator dry(mem$, {.nth = nth});
    Trace trace({.memory = dry.allocator()});
    const IAllocator a = trace.wrap(mem$, "heap");
    void* blocks[100];
    for (void*& p : blocks) p = mem$malloc(a, 16);
    for (void*& p : blocks) mem$free(a, p);
    if (trace.totals(a).live_is_exact) continue;
    ++without_one;
    EXPECT_FALSE(trace.is_complete()) << nth;
    EXPECT_EQ(trace.events_lost(), 1u) << nth;
    EXPECT_EQ(trace.events(), 198u) << nth;
  }
  EXPECT_GT(without_one, 0);
}

TEST(TraceTest, WrapsNoMoreThan65535Allocators) {
  Trace trace;
  for (int i = 0; i < 65535; ++i) ASSERT_NE(trace.wrap(mem$, "heap"), mem$) << i;
  EXPECT_TRUE(trace.is_complete());
  EXPECT_EQ(trace.wrap(mem$, "heap"), mem$);
  EXPECT_FALSE(trace.is_complete());
}

TEST(TraceTest, TotalsOfAStrangerAreZero) {
  Trace trace;
  Trace other;
  const IAllocator a = other.wrap(mem$, "heap");
  void* p = mem$malloc(a, 10);
  EXPECT_EQ(trace.totals(a).allocations, 0u);
  EXPECT_EQ(trace.totals(mem$).allocations, 0u);
  EXPECT_EQ(trace.totals(nullptr).allocations, 0u);
  trace.end(a);
  EXPECT_EQ(other.totals(a).live_bytes, 10u);
  mem$free(a, p);
}

// Two traces, one upon the other, see the same.
TEST(TraceTest, ATracedAllocatorCanBeTraced) {
  Trace below;
  Trace above;
  const IAllocator inner = below.wrap(mem$, "inner");
  const IAllocator a = above.wrap(inner, "outer");
  void* p = mem$malloc(a, 10);
  mem$free(a, p);
  EXPECT_EQ(below.totals(inner).allocations, 1u);
  EXPECT_EQ(above.totals(a).allocations, 1u);
}

// An allocator whose scopes are its own affair: scope_enter() gives `inside`.
struct Scoped {
  static Scoped* of(IAllocator self) {
    return reinterpret_cast<Scoped*>(const_cast<Allocator_i*>(self));
  }

  Allocator_i base = {mem$->malloc,
                      mem$->calloc,
                      mem$->realloc,
                      mem$->free,
                      [](IAllocator self) {
                        ++of(self)->open;
                        return of(self)->inside;
                      },
                      [](IAllocator self) { --of(self)->open; },
                      [](IAllocator self) { return of(self)->open; },
                      {1, true, false}};
  IAllocator inside = nullptr;
  uint32_t open = 0;
};

TEST(TraceTest, ScopesWhoseAllocatorIsAnother) {
  Trace trace;
  Scoped chain[40];
  for (int i = 0; i < 39; ++i) chain[i].inside = &chain[i + 1].base;
  const IAllocator a = trace.wrap(&chain[0].base, "nested");
  IAllocator at[40];
  at[0] = a;
  for (int i = 1; i < 40; ++i) {
    at[i] = at[i - 1]->scope_enter(at[i - 1]);
    ASSERT_NE(at[i], nullptr);
    EXPECT_NE(at[i], &chain[i].base);
  }
  EXPECT_EQ(at[39]->scope_enter(at[39]), nullptr);
  EXPECT_EQ(trace.totals(a).scopes, 39u);
  EXPECT_EQ(trace.totals(a).max_depth, 39u);
  EXPECT_EQ(trace.totals(a).failures, 1u);
}

// One without levels: a block belongs to the innermost scope, as it always did there.
TEST(TraceTest, ScopesWhoseAllocatorIsTheSame) {
  Trace trace;
  Scoped flat;
  flat.inside = &flat.base;
  const IAllocator a = trace.wrap(&flat.base, "flat");
  void* blocks[4] = {};
  blocks[0] = mem$malloc(a, 10);
  const IAllocator one = a->scope_enter(a);
  blocks[1] = mem$malloc(a, 100);
  blocks[2] = mem$malloc(one, 100);
  const IAllocator two = one->scope_enter(one);
  blocks[3] = mem$malloc(one, 1000);
  EXPECT_EQ(two->scope_depth(two), 2u);
  two->scope_exit(two);
  EXPECT_EQ(flat.open, 1u);
  EXPECT_EQ(trace.totals(a).live_bytes, 210u);
  one->scope_enter(one);
  a->scope_enter(a);
  EXPECT_EQ(flat.open, 3u);
  one->scope_exit(one);  // and those inside
  EXPECT_EQ(flat.open, 0u);
  EXPECT_EQ(trace.totals(a).live_bytes, 10u);
  EXPECT_EQ(trace.totals(a).ended_by_scope, 3u);
  for (void*& p : blocks) mem$free(mem$, p);
}

// The allocator of a scope that has ended has nothing to give, also when others are open.
TEST(TraceDeathTest, AllocatorsOfScopesThatHaveEnded) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  IAllocator ended = nullptr;
  mem$scope(a, _) ended = _;
#ifndef CEX_TEST
  EXPECT_EQ(static_cast<void*>(mem$malloc(ended, 10)), nullptr);
  EXPECT_EQ(trace.totals(a).failures, 1u);
#else
  mem$scope(a, _) {
    EXPECT_DEATH((void)mem$malloc(ended, 10), "the allocator of a scope that has ended is used");
  }
#endif
  trace.end(a);
  AllocatorArena.destroy(arena);
}

#ifdef CEX_TEST
TEST(TraceDeathTest, OverAnAllocatorThatIsGone) {
  if (cex::kChecker == cex::Checker::kMsan) GTEST_SKIP() << "MemorySanitizer itself reports it";
  Trace trace;
  std::optional<cex::ArenaBlock> below(4096);
  const IAllocator a = trace.wrap(below->allocator(), "gone");
  char* p = mem$malloc(a, 10);
  below.reset();
  const char* const report = "trace_test.cc:[0-9]+: the allocator at .* is no longer there";
  EXPECT_DEATH((void)mem$malloc(a, 10), report);
  EXPECT_DEATH((void)mem$calloc(a, 1, 10), report);
  EXPECT_DEATH((void)mem$realloc(a, p, 20), report);
  EXPECT_DEATH(mem$free(a, p), report);
  EXPECT_DEATH(mem$scope(a, _){}, report);
  EXPECT_EQ(trace.totals(a).allocations, 1u) << "which needs no allocator";
}
#endif

// Each end counts once, in any order.
TEST(TraceTest, ScopesThatHaveEndedStayEnded) {
  Trace trace;
  Scoped flat;
  flat.inside = &flat.base;
  const IAllocator a = trace.wrap(&flat.base, "flat");
  const IAllocator outermost = a->scope_enter(a);
  const IAllocator one = outermost->scope_enter(outermost);
  const IAllocator two = one->scope_enter(one);
  one->scope_exit(one);
  two->scope_exit(two);
  EXPECT_EQ(flat.open, 1u);
  outermost->scope_exit(outermost);
  EXPECT_EQ(flat.open, 0u);
}

// Such a scope is ended through the allocator that opened it.
TEST(TraceTest, ScopesWhoseAllocatorHasNoScopes) {
  Trace trace;
  Scoped over_heap;
  over_heap.inside = mem$;
  const IAllocator a = trace.wrap(&over_heap.base, "over heap");
  mem$scope(a, _) {
    void* p = mem$malloc(_, 10);
    mem$free(_, p);
    EXPECT_EQ(over_heap.open, 1u);
  }
  EXPECT_EQ(over_heap.open, 0u);
  EXPECT_EQ(trace.totals(a).frees, 1u);
}

TEST(TraceTest, AScopeThatCannotBeOpenedIsAFailure) {
  Trace trace;
  Scoped none;
  const IAllocator a = trace.wrap(&none.base, "none");
  EXPECT_EQ(a->scope_enter(a), nullptr);
  EXPECT_EQ(trace.totals(a).failures, 1u);
  mem$scope(a, _) EXPECT_EQ(static_cast<void*>(mem$malloc(_, 10)), nullptr);
  EXPECT_EQ(trace.totals(a).failures, 2u);
  EXPECT_EQ(trace.totals(a).scopes, 0u);
}

// A scope that the trace has no memory for is the allocator's own, and ends like any other.
TEST(TraceTest, AScopeThatCannotBeTracedWorks) {
  bool was_untraced = false;
  for (uint64_t nth = 3; nth < 12; ++nth) {
    cex::testing::FailingAllocator dry(mem$, {.nth = nth});
    const IAllocator arena = AllocatorArena.create(4096);
    Trace trace({.memory = dry.allocator()});
    const IAllocator a = trace.wrap(arena, "arena");
    const IAllocator one = a->scope_enter(a);
    const IAllocator two = a->scope_enter(a);
    void* p = mem$malloc(two, 10);
    EXPECT_NE(p, nullptr);
    EXPECT_EQ(a->scope_depth(a), 2u);
    a->scope_exit(a);
    EXPECT_EQ(arena->scope_depth(arena), 1u);
    one->scope_exit(one);
    EXPECT_EQ(arena->scope_depth(arena), 0u);
    EXPECT_EQ(trace.totals(a).live_blocks, 0u);
    was_untraced = was_untraced || (a != arena && trace.totals(a).allocations == 0);
    trace.end(a);
    AllocatorArena.destroy(arena);
  }
  EXPECT_TRUE(was_untraced);
}

}  // namespace
