// Windows, by mingw-w64.
#define _CRT_RAND_S
#include <malloc.h>
#include <stdlib.h>

#include <windows.h>

#include "cex/sanitizer/internal/system.h"

namespace cex::detail {

void write_error(const char* text, size_t size) {
  const HANDLE out = GetStdHandle(STD_ERROR_HANDLE);
  while (size > 0) {
    DWORD written = 0;
    const DWORD part = size < 4096 ? static_cast<DWORD>(size) : 4096;
    if (WriteFile(out, text, part, &written, nullptr) == 0 || written == 0) return;
    text += written;
    size -= written;
  }
}

uint64_t random_bits() {
  unsigned high = 0;
  unsigned low = 0;
  if (rand_s(&high) != 0 || rand_s(&low) != 0) {
    LARGE_INTEGER now = {};
    QueryPerformanceCounter(&now);
    return (static_cast<uint64_t>(now.QuadPart) * 0x9e3779b97f4a7c15) | 1;
  }
  const uint64_t x = uint64_t{high} << 32 | low;
  return x != 0 ? x : 1;
}

// It has them for those only who may lock pages in memory.
void advise_huge_pages(void*, size_t) {}

}  // namespace cex::detail
