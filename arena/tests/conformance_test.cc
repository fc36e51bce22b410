// The conformance suite over arenas: of several page sizes, with each option, on a
// fixed buffer, in another arena, and above and below the pmr bridges.
#include "allocator/tests/conformance.h"

#include "cex/arena.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace cex::testing {
namespace {

constexpr size_t kBufferBytes = size_t{16} << 20;
alignas(64) char buffer[kBufferBytes];

void destroy(IAllocator a) { AllocatorArena.destroy(a); }

std::function<std::unique_ptr<Subject>(IAllocator)> arena(size_t page_size,
                                                          ArenaOptions options = {}) {
  return [page_size, options](IAllocator backing) {
    return subject(
        [page_size, options, backing] {
          ArenaOptions with_backing = options;
          with_backing.backing = backing;
          return AllocatorArena.create(page_size, with_backing);
        },
        destroy);
  };
}

std::unique_ptr<Subject> on_fixed(IAllocator) {
  return subject(
      [] {
        const IAllocator fixed = AllocatorFixed.create(buffer, kBufferBytes);
        return AllocatorArena.create(4096, {.backing = fixed});
      },
      destroy);
}

std::unique_ptr<Subject> in_arena(IAllocator backing) {
  const IAllocator outer = AllocatorArena.create(32768, {.backing = backing});
  return subject([outer] { return AllocatorArena.create(1024, {.backing = outer}); },
                 [outer](IAllocator inner) {
                   AllocatorArena.destroy(inner);
                   AllocatorArena.destroy(outer);
                 });
}

#ifdef CEX_DETAIL_HAS_PMR
std::unique_ptr<Subject> over_resource(IAllocator backing) {
  auto* const resource = new PmrResource(backing);
  auto* const bridge = new PmrAllocator(resource);
  return subject([bridge] { return AllocatorArena.create(4096, {.backing = bridge->allocator()}); },
                 [bridge, resource](IAllocator a) {
                   AllocatorArena.destroy(a);
                   delete bridge;
                   delete resource;
                 });
}

std::unique_ptr<Subject> under_resource(IAllocator backing) {
  const IAllocator below = AllocatorArena.create(4096, {.backing = backing});
  auto* const resource = new PmrResource(below);
  auto* const bridge = new PmrAllocator(resource);
  return subject([bridge] { return bridge->allocator(); },
                 [bridge, resource, below](IAllocator) {
                   delete bridge;
                   delete resource;
                   AllocatorArena.destroy(below);
                 });
}

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
    {.name = "over_a_memory_resource", .make = over_resource, .is_backed = true},
    {.name = "under_a_memory_resource", .make = under_resource, .is_backed = true},
#endif
};

INSTANTIATE_TEST_SUITE_P(Arena, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
