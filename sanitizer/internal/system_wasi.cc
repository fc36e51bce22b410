// WebAssembly with the system interface WASI, by wasi-libc: one thread, no virtual memory.
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

uint64_t random_bits() {
  uint64_t x = 0;
  return getentropy(&x, sizeof(x)) == 0 && x != 0 ? x : 1;
}

void advise_huge_pages(void*, size_t) {}

size_t usable_size(void* p) { return malloc_usable_size(p); }

}  // namespace cex::detail
