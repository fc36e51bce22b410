// Memory for the books of CEX_TEST, apart from all that the program has: pages of the
// operating system. Where a tool watches memory it is the C library's, which the tool
// guards, and searches for pointers before it speaks of a leak.
#ifndef CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_
#define CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_

#ifdef CEX_TEST

#include <memory_resource>

namespace cex::detail {

// There from before main() until the very end. Where there is no memory the program ends
// with a message. May be used from every thread.
std::pmr::memory_resource* system_pages();

}  // namespace cex::detail

#endif

#endif  // CEX_SANITIZER_INTERNAL_SYSTEM_PAGES_H_
