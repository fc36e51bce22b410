// What elements of arrays and entries of maps have in common.
#ifndef CEX_COLLECTIONS_INTERNAL_ELEMENT_H_
#define CEX_COLLECTIONS_INTERNAL_ELEMENT_H_

#include <stddef.h>

#include "cex/report.h"

namespace cex::detail {

// Of one element or entry, in bytes: its size is kept in 32 bits, and 2^31 of them
// are less than can be addressed.
inline constexpr size_t kElementLimit = size_t{1} << 31;

// Ends the program because `index` is not below `length`.
[[noreturn, gnu::cold, gnu::noinline]] inline void die_of_index(Site site, const char* what,
                                                                size_t index, size_t length) {
  // As it was written, if it was negative.
  die(site, "%s: index %td is out of range\n  there %s %zu element%s", what,
      static_cast<ptrdiff_t>(index), length == 1 ? "is" : "are", length, plural(length));
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_ELEMENT_H_
