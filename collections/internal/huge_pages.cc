#include "cex/collections/internal/huge_pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cex::detail {

void ask_for_huge_pages([[maybe_unused]] void* p, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
  // Whole pages, those at the ends included: malloc maps a block of this size by itself, and
  // mremap, by which it grows, wants its pages to be all alike. The end is rounded up there.
  const size_t before = reinterpret_cast<uintptr_t>(p) % static_cast<size_t>(sysconf(_SC_PAGESIZE));
  // It is advice: a kernel that does not take it leaves all as it was.
  const int kept = errno;
  madvise(static_cast<char*>(p) - before, before + bytes, MADV_HUGEPAGE);
  errno = kept;
#endif
}

}  // namespace cex::detail
