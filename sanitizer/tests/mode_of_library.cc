#include "sanitizer/tests/mode_of_library.h"

#include "cex/build_mode.h"

bool is_library_checked() { return cex::kChecked; }
