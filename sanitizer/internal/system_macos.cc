// macOS. Written from its documented interfaces and not run: there is no such machine here.
#include <malloc/malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

uint64_t random_bits() {
  uint64_t x = 0;
  arc4random_buf(&x, sizeof(x));
  return x != 0 ? x : 1;
}

// Its large pages are for those who ask vm_allocate() for them.
void advise_huge_pages(void*, size_t) {}

size_t usable_size(void* p) { return malloc_size(p); }

}  // namespace cex::detail
