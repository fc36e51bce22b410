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

template <size_t kOffset, size_t kBytes>
Subject fixed(IAllocator) {
  return ending(AllocatorFixed.create(buffer + kOffset, kBytes),
                [](IAllocator a) { AllocatorFixed.destroy(a); });
}

#ifdef CEX_DETAIL_HAS_PMR
// As std::pmr::new_delete_resource(), which AddressSanitizer does not let throw.
class MallocResource : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t align) override {
    void* const p = ::operator new (bytes, std::align_val_t{align}, std::nothrow);
    if (p == nullptr) throw std::bad_alloc();
    return p;
  }
  void do_deallocate(void* p, size_t, size_t align) override {
    ::operator delete (p, std::align_val_t{align});
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

// The same with a resource of the standard's between the bridges.
template <typename Resource>
struct BridgesOver {
  explicit BridgesOver(IAllocator a) : below(a) {}
  IAllocator allocator() const { return above.allocator(); }

  PmrResource below;
  Resource resource{&below};
  PmrAllocator above{&resource};
};

Subject over_malloc(IAllocator) {
  static MallocResource resource;
  return owning<PmrAllocator>(&resource);
}
#endif  // CEX_DETAIL_HAS_PMR

Subject heap(IAllocator) { return {mem$}; }

Subject c_heap(IAllocator) {
  return ending(&c_user_heap, [](IAllocator) { EXPECT_EQ(c_user_heap_live(), 0u) << "leaked"; });
}

Subject c_stack(IAllocator) { return {c_user_stack(buffer, kBufferBytes)}; }

const Candidate kCandidates[] = {
    // The C library may move a block whatever its new size is, and the checked heap
    // always does.
    {.name = "heap", .make = heap, .shrinks_in_place = false},
    {.name = "counting",
     .make = owning<CountingAllocator, IAllocator>,
     .is_backed = true,
     .shrinks_in_place = false},
    {.name = "fixed", .make = fixed<0, kBufferBytes>},
    {.name = "misaligned_fixed", .make = fixed<7, kBufferBytes - 100>},
#ifdef CEX_DETAIL_HAS_PMR
    {.name = "over_malloc", .make = over_malloc},
    {.name = "over_both_bridges", .make = owning<BothBridges, IAllocator>, .is_backed = true},
    {.name = "over_pool",
     .make = owning<BridgesOver<std::pmr::unsynchronized_pool_resource>, IAllocator>,
     .is_backed = true},
    {.name = "over_monotonic",
     .make = owning<BridgesOver<std::pmr::monotonic_buffer_resource>, IAllocator>,
     .is_backed = true},
#endif
    {.name = "c_heap", .make = c_heap, .fills_fresh = false},
    {.name = "c_stack", .make = c_stack, .fills_fresh = false},
};

INSTANTIATE_TEST_SUITE_P(Allocator, AllocatorConformanceTest, ::testing::ValuesIn(kCandidates),
                         name_of);

}  // namespace
}  // namespace cex::testing
