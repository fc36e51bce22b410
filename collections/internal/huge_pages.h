// Large blocks of mem$ in huge pages, for what is read in random order.
#ifndef CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_
#define CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_

#include <stddef.h>

#include "cex/allocator.h"

namespace cex::detail {

// From this size on a block is sure to hold a whole huge page of 2 MiB.
inline constexpr size_t kHugePagesFrom = size_t{4} << 20;

// Memory of other allocators than mem$ is left to those: it may be part of a larger
// block, or address space that is reserved and hardly used.
inline bool wants_huge_pages(IAllocator a, size_t bytes) {
  return bytes >= kHugePagesFrom && a == mem$;
}

// Asks the kernel to back a block by huge pages: one page fault and one entry of the TLB
// in place of 512. To be asked before the block is written to, since what has its pages
// already keeps them.
void ask_for_huge_pages(void* p, size_t bytes);

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HUGE_PAGES_H_
