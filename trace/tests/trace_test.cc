// What a trace counts, call by call.
#include "cex/trace.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <new>

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
    EXPECT_EQ(_, a);
    EXPECT_EQ(a->scope_depth(a), 1u);
    [[maybe_unused]] void* p = mem$malloc(_, 100);
    mem$scope(_, inner) {
      [[maybe_unused]] void* q = mem$malloc(inner, 10000);
      void* freed = mem$malloc(inner, 5);
      mem$free(inner, freed);
      EXPECT_EQ(trace.totals(a).live_bytes, 10110u);
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

TEST(TraceTest, TracesTheThreadsTemporaryMemory) {
  Trace trace;
  const IAllocator temp = trace.wrap(tmem$, "tmem$");
  mem$scope(temp, _) {
    void* p = mem$malloc(_, 300000);
    EXPECT_NE(p, nullptr);
  }
  EXPECT_EQ(trace.totals(temp).ended_by_scope, 1u);
  EXPECT_EQ(cex::temp_stats().scope_depth, 0u);
}

// A resize that fails leaves the block in its place among the blocks of its scope.
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
  const IAllocator arena = AllocatorArena.create(4096, {.backing = pages, .reserve_pages = 0});
  const size_t record = trace.totals(pages).live_bytes;
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

// Blocks that went unseen end when their address comes back.
TEST(TraceTest, ScopesThatWereOpenedPastTheTrace) {
  Trace trace;
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator a = trace.wrap(arena, "arena");
  void* first = nullptr;
  void* again = nullptr;
  mem$scope(arena, _) {
    first = mem$malloc(a, 64);
  }
  EXPECT_EQ(trace.totals(a).live_blocks, 1u);
  mem$scope(arena, _) {
    again = mem$malloc(a, 32);
  }
  if (first == again) {  // not under CEX_TEST, where memory rests before it is used again
    EXPECT_EQ(trace.totals(a).live_bytes, 32u);
  }
  trace.end(a);
  EXPECT_EQ(trace.totals(a).live_blocks, 0u);
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
        }
        (t.live_is_exact ? was_exact : was_inexact) = true;
      }
    }
    EXPECT_EQ(dry.live_blocks(), 0u) << dry.describe_live();
  }
  EXPECT_TRUE(was_exact);
  EXPECT_TRUE(was_inexact);
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

// An allocator whose scope_enter gives another allocator.
struct Nested {
  Allocator_i base;
  IAllocator inside;
  int open = 0;
};

IAllocator enter_nested(IAllocator self) {
  auto* const nested = reinterpret_cast<Nested*>(const_cast<Allocator_i*>(self));
  ++nested->open;
  return nested->inside;
}
void exit_nested(IAllocator self) {
  --reinterpret_cast<Nested*>(const_cast<Allocator_i*>(self))->open;
}

TEST(TraceTest, ScopesWhoseAllocatorIsAnother) {
  Trace trace;
  Nested chain[40] = {};
  for (int i = 39; i >= 0; --i) {
    new (&chain[i]) Nested{{mem$->malloc,
                            mem$->calloc,
                            mem$->realloc,
                            mem$->free,
                            enter_nested,
                            exit_nested,
                            mem$->scope_depth,
                            {1, true, false}},
                           i < 39 ? &chain[i + 1].base : nullptr};
  }
  const IAllocator a = trace.wrap(&chain[0].base, "nested");
  IAllocator at[39];
  IAllocator now = a;
  for (IAllocator& outside : at) {
    outside = now;
    now = now->scope_enter(now);
    ASSERT_NE(now, nullptr);
  }
  // Beyond the 32nd it is the inner one itself, untraced.
  EXPECT_EQ(at[32], a);
  EXPECT_EQ(now, &chain[39].base);
  EXPECT_EQ(now->scope_enter(now), nullptr);
  now->scope_exit(now);
  for (int i = 38; i >= 0; --i) at[i]->scope_exit(at[i]);
  for (const Nested& nested : chain) EXPECT_EQ(nested.open, 0);
  EXPECT_EQ(trace.totals(a).scopes, 33u);
}

TEST(TraceTest, AScopeThatCannotBeOpenedIsAFailure) {
  Trace trace;
  Nested nested = {};
  new (&nested) Nested{{mem$->malloc,
                        mem$->calloc,
                        mem$->realloc,
                        mem$->free,
                        enter_nested,
                        exit_nested,
                        mem$->scope_depth,
                        {1, true, false}},
                       nullptr};
  const IAllocator a = trace.wrap(&nested.base, "nested");
  EXPECT_EQ(a->scope_enter(a), nullptr);
  EXPECT_EQ(trace.totals(a).failures, 1u);
  EXPECT_EQ(trace.totals(a).scopes, 0u);
}

}  // namespace
