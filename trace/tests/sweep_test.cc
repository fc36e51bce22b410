// A traced program that runs out of memory: each allocation fails in turn, in the program and
// in the trace itself.
#include <gtest/gtest.h>

#include "cex/arena.h"
#include "cex/testing.h"
#include "cex/trace.h"

namespace {

// Whether all of it worked; frees what it took.
bool work(IAllocator a, cex::Trace& trace) {
  const IAllocator pages = trace.wrap_pages(a, "pages");
  const IAllocator arena = AllocatorArena.create(1024, {.backing = pages});
  if (arena == nullptr) return false;
  const IAllocator traced = trace.wrap(arena, "arena");
  bool ok = true;
  char* text = mem$malloc(traced, 500);
  ok = ok && text != nullptr;
  for (size_t i = 0; i < 20 && ok; ++i) {
    char* const grown = mem$realloc(traced, text, 500 + i * 100);
    ok = grown != nullptr;
    if (ok) text = grown;
    mem$scope(traced, _) {
      ok = ok && static_cast<void*>(mem$calloc(_, 10, 10)) != nullptr;
    }
  }
  trace.end(traced);
  AllocatorArena.destroy(arena);
  ok = ok && trace.totals(pages).live_bytes == 0;
  return ok;
}

TEST(TraceSweepTest, TheTracedProgramSurvives) {
  // An arena that can't grow a page can do without.
  const auto result = cex::testing::sweep_out_of_memory(
      [](IAllocator a) {
        cex::Trace trace;
        return work(a, trace);
      },
      {.may_recover = true});
  EXPECT_TRUE(result.ok()) << result.text();
  EXPECT_GT(result.runs, 3u);
}

// What the trace lacks, the program doesn't notice.
TEST(TraceSweepTest, TheTraceSurvivesAndTheProgramDoesNotNotice) {
  const auto result = cex::testing::sweep_out_of_memory(
      [](IAllocator a) {
        cex::Trace trace({.memory = a});
        return work(mem$, trace);
      },
      {.keep_failing = true, .may_recover = true});
  EXPECT_TRUE(result.ok()) << result.text();
  EXPECT_GT(result.runs, 5u);
}

}  // namespace
