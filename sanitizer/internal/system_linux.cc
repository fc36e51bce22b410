// Linux, with glibc or musl.
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cex/sanitizer/internal/system.h"

#ifdef __GLIBC__
// The linker's: the header of the program or library that this file is in.
extern "C" [[gnu::visibility("hidden")]] const ElfW(Ehdr)
    __ehdr_start;  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
// glibc's, which libc++ does not declare.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" int __cxa_atexit(void (*call)(void*), void* argument, void* library) noexcept;
#endif

namespace cex::detail {

uint64_t random_bits() {
  uint64_t x = 0;
  if (getentropy(&x, sizeof(x)) == 0 && x != 0) return x;
  // No random device (an old kernel, a strict sandbox): the clock, and where the
  // kernel put the stack.
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (static_cast<uint64_t>(now.tv_nsec) ^ reinterpret_cast<uintptr_t>(&now)) | 1;
}

void advise_huge_pages([[maybe_unused]] void* p, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
  // Whole pages, those at the ends included: malloc maps a block of this size by itself, and
  // mremap, by which it grows, wants its pages to be all alike. The end is rounded up there.
  const size_t before = reinterpret_cast<uintptr_t>(p) % static_cast<size_t>(sysconf(_SC_PAGESIZE));
  // A kernel that does not take the advice leaves all as it was.
  const int kept = errno;
  madvise(static_cast<char*>(p) - before, before + bytes, MADV_HUGEPAGE);
  errno = kept;
#endif
}

size_t usable_size(void* p) { return malloc_usable_size(p); }

#ifdef __GLIBC__
bool call_after_libraries(void (*last)(void*)) {
  const auto header = reinterpret_cast<uintptr_t>(&__ehdr_start);
  if (header + __ehdr_start.e_phoff != getauxval(AT_PHDR)) return false;  // a library
  // What is added to the exit handlers while they run is called next, which is after the one that
  // ends all libraries. A handler that belongs to no library is not called with one; nor does
  // MemorySanitizer, which has a handler of its own around it, pass on an argument.
  return __cxa_atexit(last, nullptr, nullptr) == 0;
}
#endif

}  // namespace cex::detail
