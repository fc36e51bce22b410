// Whether poisoned bytes were written to, as far as a check can tell. Only in CEX_TEST builds.
#ifndef CEX_SANITIZER_INTERNAL_POISON_INTACT_H_
#define CEX_SANITIZER_INTERNAL_POISON_INTACT_H_

#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/stack_memory.h"

#ifdef CEX_TEST

namespace cex::detail {

// Whether the `size` bytes at `p`, all poisoned by cex, still are. AddressSanitizer removes poison
// from the stack by itself, so lost poison means nothing there.
inline bool is_poison_intact(const void* p, size_t size) {
  if (kChecker == Checker::kPattern) {  // all bytes are alike: faster than a look at each
    return size == 0 ||
           (is_poisoned(p, 1) && memcmp(p, static_cast<const char*>(p) + 1, size - 1) == 0);
  }
  return is_poisoned(p, size) || (kChecker == Checker::kAsan && is_on_stack(p));
}

}  // namespace cex::detail

#endif

#endif  // CEX_SANITIZER_INTERNAL_POISON_INTACT_H_
