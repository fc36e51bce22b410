// The conformance suite over arenas: of several page sizes, with each option, on a
// fixed buffer, in another arena, and above and below the pmr bridges.
#include "allocator/tests/conformance.h"

#include "cex/arena.h"
#include "cex/fixed.h"

namespace cex::testing {
namespace {

constexpr size_t kBufferBytes = size_t{16} << 20;
alignas(64) char buffer[kBufferBytes];

void destroy(IAllocator a) { AllocatorArena.destroy(a); }

std::function<Subject(IAllocator)> arena(size_t page_size, ArenaOptions options = {}) {
  return [page_size, options](IAllocator backing) mutable {
    options.backing = backing;
    return ending(AllocatorArena.create(page_size, options), destroy);
  };
}

Subject on_fixed(IAllocator) {
  const IAllocator fixed = AllocatorFixed.create(buffer, kBufferBytes);
  return ending(AllocatorArena.create(4096, {.backing = fixed}), destroy);
}

Subject in_arena(IAllocator backing) {
  const IAllocator outer = AllocatorArena.create(32768, {.backing = backing});
  return ending(AllocatorArena.create(1024, {.backing = outer}), [outer](IAllocator inner) {
    AllocatorArena.destroy(inner);
    AllocatorArena.destroy(outer);
  });
}

#ifdef CEX_DETAIL_HAS_PMR
struct OverResource {
  explicit OverResource(IAllocator backing) : bridges(backing) {}
  IAllocator allocator() const { return arena.allocator(); }

  BothBridges bridges;
  ArenaBlock arena{4096, {.backing = bridges.allocator()}};
};

struct UnderResource {
  explicit UnderResource(IAllocator backing) : arena(4096, {.backing = backing}) {}
  IAllocator allocator() const { return bridges.allocator(); }

  ArenaBlock arena;
  BothBridges bridges{arena.allocator()};
};
#endif  // CEX_DETAIL_HAS_PMR

const Candidate kCandidates[] = {
    {.name = "pages_of_256", .make = arena(256), .is_backed = true},
    {.name = "pages_of_4096", .make = arena(4096), .is_backed = true},
    {.name = "pages_of_256_KiB_none_kept",
     .make = arena(size_t{256} << 10, {.retain_bytes = 0}),
     .is_backed = true},
    {.name = "growing_pages",
     .make = arena(256, {.retain_bytes = size_t{256} << 10, .max_page_size = size_t{1} << 20}),
     .is_backed = true},
#ifndef __wasm__  // which has no virtual memory
    {.name = "in_a_range",
     .make = arena(4096, {.retain_bytes = size_t{64} << 10,
                          .reserve = size_t{1} << (sizeof(size_t) < 8 ? 28 : 30)})},
#endif
    {.name = "with_a_limit", .make = arena(4096, {.limit = size_t{32} << 20}), .is_backed = true},
    {.name = "on_a_fixed_buffer", .make = on_fixed},
    {.name = "in_an_arena", .make = in_arena, .is_backed = true},
#ifdef CEX_DETAIL_HAS_PMR
    {.name = "over_a_memory_resource", .make = owning<OverResource, IAllocator>, .is_backed = true},
    {.name = "under_a_memory_resource",
     .make = owning<UnderResource, IAllocator>,
     .is_backed = true},
#endif
};

INSTANTIATE_TEST_SUITE_P(Arena, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
