// Names of frames from the program's symbols, as in all reports of CEX_TEST.
#include "cex/sanitizer/internal/guard_pages.h"
#include "cex/sanitizer/internal/symbolizer.h"

namespace cex::detail {

bool find_frame_name(const void* address, char* name, size_t room) {
  return find_symbol(address, name, room);
}

}  // namespace cex::detail
