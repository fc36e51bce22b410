#include "cex/build_mode.h"

// The one definition; see the header for what its name is for.
extern "C" const char CEX_DETAIL_BUILD_MODE = 1;
