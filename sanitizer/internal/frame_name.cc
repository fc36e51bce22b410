// Names of frames from the dynamic linker; frame_name_checked.cc has those of CEX_TEST.
#include <dlfcn.h>
#include <stdio.h>

#include "cex/sanitizer/internal/unwound_stack.h"

namespace cex::detail {

void name_frame(void* frame, char* name, size_t room) {
  // A return address may already belong to the next function.
  const char* const in = static_cast<char*>(frame) - 1;
  Dl_info info = {};
  if (dladdr(in, &info) == 0 || info.dli_fname == nullptr) {
    snprintf(name, room, "(unknown)");
    return;
  }
  const auto offset = static_cast<size_t>(in - static_cast<const char*>(info.dli_fbase));
  snprintf(name, room, "%s (%s+0x%zx)", info.dli_sname != nullptr ? info.dli_sname : "(unknown)",
           info.dli_fname, offset);
}

}  // namespace cex::detail
