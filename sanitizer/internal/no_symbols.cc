// Where programs have no table of symbols that we can read: stack traces have addresses alone.
#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {

bool find_symbol(const void*, char*, size_t) { return false; }

}  // namespace cex::detail
