// The conformance suite over traced allocators: one that is traced must be as good as
// one that is not, also when its trace is full.
#include "allocator/tests/conformance.h"

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/trace.h"

namespace cex::testing {
namespace {

constexpr size_t kBufferBytes = size_t{16} << 20;
alignas(64) char buffer[kBufferBytes];

// A subject that is traced by its own trace.
Subject traced(IAllocator a, size_t limit, const std::function<void(IAllocator)>& destroy) {
  auto* const trace = new Trace({.limit = limit});
  return ending(trace->wrap(a, "subject"), [trace, a, destroy](IAllocator wrapped) {
    trace->end(wrapped);
    delete trace;
    destroy(a);
  });
}

void nothing(IAllocator) {}
void destroy_arena(IAllocator a) { AllocatorArena.destroy(a); }

Subject heap(IAllocator) { return traced(mem$, SIZE_MAX, nothing); }

Subject full(IAllocator) { return traced(mem$, 0, nothing); }

Subject arena(IAllocator backing) {
  return traced(AllocatorArena.create(4096, {.backing = backing}), SIZE_MAX, destroy_arena);
}

Subject full_arena(IAllocator backing) {
  return traced(AllocatorArena.create(256, {.backing = backing}), 100000, destroy_arena);
}

Subject fixed(IAllocator) {
  return traced(AllocatorFixed.create(buffer, kBufferBytes), SIZE_MAX,
                [](IAllocator a) { AllocatorFixed.destroy(a); });
}

// Traced from above and below at once.
Subject arena_on_traced_pages(IAllocator backing) {
  auto* const trace = new Trace;
  const IAllocator pages = trace->wrap_pages(backing, "pages");
  const IAllocator inner = AllocatorArena.create(4096, {.backing = pages});
  return ending(trace->wrap(inner, "blocks"), [trace, inner, pages](IAllocator) {
    AllocatorArena.destroy(inner);
    EXPECT_EQ(trace->totals(pages).live_bytes, 0u);
    delete trace;
  });
}

const Candidate kCandidates[] = {
    {.name = "heap", .make = heap, .shrinks_in_place = false},
    {.name = "full", .make = full, .shrinks_in_place = false},
    {.name = "arena", .make = arena, .is_backed = true},
    {.name = "full_arena", .make = full_arena, .is_backed = true},
    {.name = "fixed", .make = fixed},
    {.name = "arena_on_traced_pages", .make = arena_on_traced_pages, .is_backed = true},
};

INSTANTIATE_TEST_SUITE_P(Trace, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
