// Looking at memory that was allocated and not yet written: what CEX_TEST fills it with.
#ifndef CEX_ALLOCATOR_TESTS_FRESH_BYTES_H_
#define CEX_ALLOCATOR_TESTS_FRESH_BYTES_H_

#include <stddef.h>

#include <algorithm>
#include <vector>

#include "cex/sanitizer.h"

namespace cex::testing {

// Whether these bytes are all 0x7f. A tool reports who looks at fresh bytes; in a copy
// they count as initialized, and the block stays as the allocator left it.
inline bool is_fresh(const void* p, size_t size) {
  const auto* const bytes = static_cast<const unsigned char*>(p);
  const std::vector<unsigned char> copy(bytes, bytes + size);
  unpoison_defined(copy.data(), size);
  return std::all_of(copy.begin(), copy.end(), [](unsigned char byte) { return byte == 0x7f; });
}

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_FRESH_BYTES_H_
