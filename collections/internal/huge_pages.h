// Large blocks of mem$ in huge pages, for what is read in random order.
#ifndef CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_
#define CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_

#include <stddef.h>

#include "cex/allocator.h"
#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

// From this size on a block is sure to hold a whole huge page of 2 MiB.
inline constexpr size_t kHugePagesFrom = size_t{4} << 20;

// Memory of other allocators than mem$ is left to those: it may be part of a larger
// block, or address space that is reserved and hardly used. By its number, so that a map over
// another allocator links no heap.
inline bool wants_huge_pages(IAllocator a, size_t bytes) {
  return bytes >= kHugePagesFrom && a->meta.magic_id == kHeapMagic;
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_
