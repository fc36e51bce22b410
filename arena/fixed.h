/// @file
/// AllocatorFixed: an allocator over a buffer of the caller's.
///
/// The buffer may be on the stack, a static array, or shared memory. Blocks and scopes lie in it;
/// when it is full, mem$malloc returns nullptr. The heap is never used.
///
/// ```cpp
/// alignas(64) static char memory[4096];
/// IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
/// int* p = mem$malloc(a, 10 * sizeof(int));
/// mem$scope(a, scratch) { char* line = mem$malloc(scratch, 100); … }
/// ```
///
/// Nothing needs to be freed: the allocator ends with its buffer. It may be used before main(). It
/// belongs to one thread at a time, also for the functions below. Sizes are in bytes.
#ifndef CEX_ARENA_FIXED_H_
#define CEX_ARENA_FIXED_H_

#include <stddef.h>

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// The most bytes of the buffer that the allocator's own data take: a buffer must be larger.
inline constexpr size_t kFixedOverhead = sizeof(void*) < 8 ? 832 : 1024;

/// An allocator that lies at the start of `buffer`, and allocates from the rest of its `size`
/// bytes. Returns nullptr when there is no room for a single block, when `buffer` is null, and when
/// `size` is above PTRDIFF_MAX. The buffer may have any alignment and must outlive the allocator.
IAllocator fixed_create(void* buffer, size_t size);

/// Whether `p` points into the memory that `a` allocates from. An `a` that is neither from
/// fixed_create() nor the allocator of a scope of one ends the program with a message, here and
/// below.
bool fixed_owns(IAllocator a, const void* p, Site site = Site::current());

/// The statistics of `a`.
AllocatorStats fixed_stats(IAllocator a, Site site = Site::current());

/// Makes the buffer plain memory again, without poison. Under CEX_TEST, reports writes past a block
/// and open scopes. Needed only if the buffer is then used for something else. nullptr is fine.
void fixed_destroy(IAllocator a, Site site = Site::current());

namespace detail {
// The functions above, spelled as in `AllocatorFixed.create(…)`. Not static: clang-tidy would warn
// in the caller's line about a static function that is called through an object.
struct FixedFunctions {
  IAllocator create(void* buffer, size_t size) const { return fixed_create(buffer, size); }
  bool owns(IAllocator a, const void* p, Site site = Site::current()) const {
    return fixed_owns(a, p, site);
  }
  AllocatorStats stats(IAllocator a, Site site = Site::current()) const {
    return fixed_stats(a, site);
  }
  void destroy(IAllocator a, Site site = Site::current()) const { fixed_destroy(a, site); }
};
}  // namespace detail
}  // namespace cex

/// cex::fixed_create(), fixed_owns(), fixed_stats() and fixed_destroy(), spelled
/// `AllocatorFixed.create(…)` and so on.
inline constexpr ::cex::detail::FixedFunctions AllocatorFixed{};

#endif  // CEX_ARENA_FIXED_H_
