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

std::unique_ptr<Subject> guarded(IAllocator backing, const GuardOptions& options) {
  return subject([=] { return AllocatorGuard.create(backing, options); },
                 [](IAllocator a) { AllocatorGuard.destroy(a); });
}

std::unique_ptr<Subject> all(IAllocator backing) { return guarded(backing, {}); }
std::unique_ptr<Subject> at_start(IAllocator backing) {
  return guarded(backing, {.at_start = true});
}
std::unique_ptr<Subject> some(IAllocator backing) { return guarded(backing, {.one_in = 3}); }
std::unique_ptr<Subject> none(IAllocator backing) { return guarded(backing, {.one_in = 0}); }

// Most of what is to be guarded finds no room.
std::unique_ptr<Subject> cramped(IAllocator backing) {
  return guarded(backing, {.max_bytes = 64 << 10, .quarantine_bytes = 64 << 10});
}

template <uint32_t one_in>
std::unique_ptr<Subject> before_arena(IAllocator backing) {
  const IAllocator arena = AllocatorArena.create(4096, {.backing = backing});
  return subject([=] { return AllocatorGuard.create(arena, {.one_in = one_in}); },
                 [=](IAllocator a) {
                   AllocatorGuard.destroy(a);
                   AllocatorArena.destroy(arena);
                 });
}

std::unique_ptr<Subject> before_temp(IAllocator) {
  return subject([] { return AllocatorGuard.create(tmem$, {.one_in = 2}); },
                 [](IAllocator a) { AllocatorGuard.destroy(a); });
}

std::unique_ptr<Subject> below_arena(IAllocator backing) {
  const IAllocator guard = AllocatorGuard.create(backing);
  return subject([=] { return AllocatorArena.create(4096, {.backing = guard}); },
                 [=](IAllocator a) {
                   AllocatorArena.destroy(a);
                   AllocatorGuard.destroy(guard);
                 });
}

const Candidate kCandidates[] = {
    {.name = "all", .make = all, .is_backed = true, .shrinks_in_place = false, .is_slow = true},
    {.name = "at_start",
     .make = at_start,
     .is_backed = true,
     .shrinks_in_place = false,
     .is_slow = true},
    {.name = "some", .make = some, .is_backed = true, .shrinks_in_place = false, .is_slow = true},
    {.name = "none", .make = none, .is_backed = true, .shrinks_in_place = false, .is_slow = true},
    {.name = "cramped",
     .make = cramped,
     .is_backed = true,
     .shrinks_in_place = false,
     .is_slow = true},
    {.name = "before_arena",
     .make = before_arena<1>,
     .is_backed = true,
     .shrinks_in_place = false,
     .is_slow = true},
    {.name = "some_before_arena",
     .make = before_arena<3>,
     .is_backed = true,
     .shrinks_in_place = false,
     .is_slow = true},
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
