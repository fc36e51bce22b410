// What systems with POSIX have in common: Linux, macOS and WASI.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

void write_error(const char* text, size_t size) {
  while (size > 0) {
    const ssize_t n = write(STDERR_FILENO, text, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text += n;
    size -= static_cast<size_t>(n);
  }
}

void* aligned_block(size_t size, size_t align) {
  void* p = nullptr;
  return posix_memalign(&p, align, size) == 0 ? p : nullptr;
}

}  // namespace cex::detail
