#include "cex/build_mode.h"

// The one definition; see the header for what its name is for.
namespace cex::detail {
const char CEX_DETAIL_BUILD_MODE = 1;
}  // namespace cex::detail
