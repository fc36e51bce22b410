#include "cex/build_mode.h"

// The one definition; see the header for what its name is for.
namespace cex::detail {
const char CEX_DETAIL_BUILD_MODE = 1;
}  // namespace cex::detail

// Defined by both modes, so that a program which links a library of each (and so
// has both of the symbols above) is told by the linker: multiple definition.
extern "C" {
extern const char cex_error_program_with_libraries_built_with_and_without_CEX_TEST;
const char cex_error_program_with_libraries_built_with_and_without_CEX_TEST = 1;
}
