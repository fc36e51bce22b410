// Memory for the records of CEX_TEST, apart from all that the program has: pages of the
// operating system. No stray write of the program reaches them, and no leak checker takes a
// record for a pointer to what it is about.
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
