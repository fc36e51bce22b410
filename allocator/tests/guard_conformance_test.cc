// The conformance suite over AllocatorGuard: all blocks guarded and some of them, at either
// end, before allocators with scopes and without.
#include "allocator/tests/conformance.h"
#include "allocator/tests/counting_allocator.h"
#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/guard.h"
#include "cex/tempmem.h"

namespace cex::testing {
namespace {

// A candidate that is guarded with these options.
Candidate guarded(const char* name, const GuardOptions& options) {
  return {.name = name,
          .make =
              [options](IAllocator backing) {
                return ending(AllocatorGuard.create(backing, options),
                              [](IAllocator a) { AllocatorGuard.destroy(a); });
              },
          .is_backed = true,
          .shrinks_in_place = false,
          .is_slow = true};
}

Candidate before_arena(const char* name, uint32_t one_in) {
  Candidate candidate = guarded(name, {});
  candidate.make = [one_in](IAllocator backing) {
    const IAllocator arena = AllocatorArena.create(4096, {.backing = backing});
    return ending(AllocatorGuard.create(arena, {.one_in = one_in}), [arena](IAllocator a) {
      AllocatorGuard.destroy(a);
      AllocatorArena.destroy(arena);
    });
  };
  return candidate;
}

Subject before_temp(IAllocator) {
  return ending(AllocatorGuard.create(tmem$, {.one_in = 2}),
                [](IAllocator a) { AllocatorGuard.destroy(a); });
}

Subject below_arena(IAllocator backing) {
  const IAllocator guard = AllocatorGuard.create(backing);
  return ending(AllocatorArena.create(4096, {.backing = guard}), [guard](IAllocator a) {
    AllocatorArena.destroy(a);
    AllocatorGuard.destroy(guard);
  });
}

const Candidate kCandidates[] = {
    guarded("all", {}),
    guarded("at_start", {.at_start = true}),
    guarded("some", {.one_in = 3}),
    guarded("none", {.one_in = 0}),
    // Most of what is to be guarded finds no room.
    guarded("cramped", {.max_bytes = 64 << 10, .quarantine_bytes = 64 << 10}),
    before_arena("before_arena", 1),
    before_arena("some_before_arena", 3),
    {.name = "before_temp",
     .make = before_temp,
     .is_temp = true,
     .shrinks_in_place = false,
     .is_slow = true},
    {.name = "below_arena", .make = below_arena, .is_backed = true, .is_slow = true},
};

INSTANTIATE_TEST_SUITE_P(Guard, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
