// Names of frames from the program's symbols, as in all reports of CEX_TEST.
#include <stdio.h>

#include "cex/sanitizer/internal/stack_trace.h"
#include "cex/sanitizer/internal/unwound_stack.h"

namespace cex::detail {

void name_frame(void* frame, char* name, size_t room) { symbolize(frame, name, room); }

}  // namespace cex::detail
