// Names of frames from the dynamic linker; frame_name_checked.cc has those of CEX_TEST.
#include <dlfcn.h>
#include <stdio.h>

#include "cex/sanitizer/internal/guard_pages.h"

namespace cex::detail {

bool find_frame_name(const void* address, char* name, size_t room) {
  Dl_info info = {};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return false;
  const auto offset =
      static_cast<size_t>(static_cast<const char*>(address) - static_cast<char*>(info.dli_fbase));
  snprintf(name, room, "%s (%s+0x%zx)", info.dli_sname != nullptr ? info.dli_sname : "(unknown)",
           info.dli_fname, offset);
  return true;
}

}  // namespace cex::detail
