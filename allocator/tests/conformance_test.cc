// The conformance suite over the heap, a fixed buffer, the pmr bridges, and two
// allocators written in C.
#include "allocator/tests/conformance.h"

#include <stdlib.h>

#include <new>

#include "allocator/tests/c_user.h"
#include "allocator/tests/counting_allocator.h"
#include "cex/fixed.h"
#include "cex/pmr.h"

namespace cex::testing {
namespace {

constexpr size_t kBufferBytes = size_t{8} << 20;
alignas(64) char buffer[kBufferBytes];

std::unique_ptr<Subject> heap(IAllocator) {
  return subject([] { return mem$; }, [](IAllocator) {});
}

std::unique_ptr<Subject> counting(IAllocator backing) {
  auto* const owned = new CountingAllocator(backing);
  return subject([owned] { return owned->allocator(); }, [owned](IAllocator) { delete owned; });
}

std::unique_ptr<Subject> fixed(IAllocator) {
  return subject([] { return AllocatorFixed.create(buffer, kBufferBytes); },
                 [](IAllocator a) { AllocatorFixed.destroy(a); });
}

std::unique_ptr<Subject> misaligned_fixed(IAllocator) {
  return subject([] { return AllocatorFixed.create(buffer + 7, kBufferBytes - 100); },
                 [](IAllocator a) { AllocatorFixed.destroy(a); });
}

#ifdef CEX_DETAIL_HAS_PMR
// As std::pmr::new_delete_resource(), which AddressSanitizer does not let throw.
class MallocResource : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t align) override {
    void* p = nullptr;
    if (posix_memalign(&p, align > sizeof(p) ? align : sizeof(p), bytes) != 0) {
      throw std::bad_alloc();
    }
    return p;
  }
  void do_deallocate(void* p, size_t, size_t) override { free(p); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

std::unique_ptr<Subject> over_malloc(IAllocator) {
  static MallocResource resource;
  auto* const owned = new PmrAllocator(&resource);
  return subject([owned] { return owned->allocator(); }, [owned](IAllocator) { delete owned; });
}

// IAllocator over memory_resource over IAllocator: both bridges.
std::unique_ptr<Subject> over_both_bridges(IAllocator backing) {
  auto* const resource = new PmrResource(backing);
  auto* const owned = new PmrAllocator(resource);
  return subject([owned] { return owned->allocator(); },
                 [owned, resource](IAllocator) {
                   delete owned;
                   delete resource;
                 });
}

std::unique_ptr<Subject> over_pool(IAllocator backing) {
  auto* const below = new PmrResource(backing);
  auto* const pool = new std::pmr::unsynchronized_pool_resource(below);
  auto* const owned = new PmrAllocator(pool);
  return subject([owned] { return owned->allocator(); },
                 [owned, pool, below](IAllocator) {
                   delete owned;
                   delete pool;
                   delete below;
                 });
}

std::unique_ptr<Subject> over_monotonic(IAllocator backing) {
  auto* const below = new PmrResource(backing);
  auto* const monotonic = new std::pmr::monotonic_buffer_resource(below);
  auto* const owned = new PmrAllocator(monotonic);
  return subject([owned] { return owned->allocator(); },
                 [owned, monotonic, below](IAllocator) {
                   delete owned;
                   delete monotonic;
                   delete below;
                 });
}

#endif  // CEX_DETAIL_HAS_PMR

std::unique_ptr<Subject> c_heap(IAllocator) {
  return subject([] { return &c_user_heap; },
                 [](IAllocator) { EXPECT_EQ(c_user_heap_live(), 0u) << "leaked"; });
}

std::unique_ptr<Subject> c_stack(IAllocator) {
  return subject([] { return c_user_stack(buffer, kBufferBytes); }, [](IAllocator) {});
}

const Candidate kCandidates[] = {
    // The C library may move a block whatever its new size is, and the checked heap
    // always does.
    {.name = "heap", .make = heap, .shrinks_in_place = false},
    {.name = "counting", .make = counting, .is_backed = true, .shrinks_in_place = false},
    {.name = "fixed", .make = fixed},
    {.name = "misaligned_fixed", .make = misaligned_fixed},
#ifdef CEX_DETAIL_HAS_PMR
    {.name = "over_malloc", .make = over_malloc},
    {.name = "over_both_bridges", .make = over_both_bridges, .is_backed = true},
    {.name = "over_pool", .make = over_pool, .is_backed = true},
    {.name = "over_monotonic", .make = over_monotonic, .is_backed = true},
#endif
    {.name = "c_heap", .make = c_heap, .fills_fresh = false},
    {.name = "c_stack", .make = c_stack, .fills_fresh = false},
};

INSTANTIATE_TEST_SUITE_P(Allocator, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
