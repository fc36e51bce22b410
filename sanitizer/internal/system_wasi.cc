// WebAssembly with the system interface WASI, by wasi-libc: one thread, no virtual memory.
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

void write_error(const char* text, size_t size) {
  while (size > 0) {
    const ssize_t n = write(STDERR_FILENO, text, size);
    if (n <= 0) return;
    text += n;
    size -= static_cast<size_t>(n);
  }
}

uint64_t random_bits() {
  uint64_t x = 0;
  return getentropy(&x, sizeof(x)) == 0 && x != 0 ? x : 1;
}

void advise_huge_pages(void*, size_t) {}

void* aligned_block(size_t size, size_t align) {
  void* p = nullptr;
  return posix_memalign(&p, align, size) == 0 ? p : nullptr;
}

size_t usable_size(void* p) { return malloc_usable_size(p); }

}  // namespace cex::detail
