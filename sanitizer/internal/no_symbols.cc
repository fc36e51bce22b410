// Names of functions where there is no Abseil: none.
#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {

bool find_symbol(const void*, char*, size_t) { return false; }

}  // namespace cex::detail
