/// @file
/// AllocatorFixed: an allocator over memory that the caller has.
///
/// A buffer on the stack, a static array, shared memory: blocks and scopes lie in
/// it, and when it is full mem$malloc gives nullptr. The heap is never touched.
///
/// ```cpp
/// alignas(64) static char memory[4096];
/// IAllocator a = AllocatorFixed.create(memory, sizeof(memory));
/// int* p = mem$malloc(a, 10 * sizeof(int));
/// mem$scope(a, scratch) { char* line = mem$malloc(scratch, 100); … }
/// ```
///
/// Nothing needs to be freed: the allocator ends with its buffer. It may be
/// used before main() and belongs to one thread at a time, which holds for the
/// functions below, too. Sizes are in bytes.
#ifndef CEX_ARENA_FIXED_H_
#define CEX_ARENA_FIXED_H_

#include <stddef.h>

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// Memory that the allocator's own record takes from the buffer, at most: a
/// buffer must have this much and more.
inline constexpr size_t kFixedOverhead = sizeof(void*) < 8 ? 832 : 1024;

/// An allocator that lies at the start of `buffer`, with the rest of its `size`
/// bytes to give; nullptr where that is no room for a single block, where `buffer` is
/// null or `size` above PTRDIFF_MAX. The buffer may be aligned in any way and must
/// outlive the allocator.
IAllocator fixed_create(void* buffer, size_t size);

/// Whether `p` points into the memory that `a`, from fixed_create(), gives. Another `a`
/// ends the program with a message, here and below.
bool fixed_owns(IAllocator a, const void* p, Site site = Site::current());

/// What `a`, from fixed_create(), holds now.
AllocatorStats fixed_stats(IAllocator a, Site site = Site::current());

/// Checks (under CEX_TEST) that nothing wrote past a block and that no scope is
/// open, and makes the buffer plain memory again, free of poison. Needed only
/// where the buffer is then used for something else. nullptr is fine.
void fixed_destroy(IAllocator a, Site site = Site::current());

namespace detail {
// The functions above, spelled as in `AllocatorFixed.create(…)`. Not static: calling them
// so would be a warning of clang-tidy in the caller's line.
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
