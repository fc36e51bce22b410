// What both kinds of handle are asked before what they point to is looked at.
#ifndef CEX_COLLECTIONS_INTERNAL_HANDLE_H_
#define CEX_COLLECTIONS_INTERNAL_HANDLE_H_

#include "cex/report.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex::detail {

// Ends the program where the handle that holds `p` lies in memory that is gone, or that
// nobody has written: following such a pointer would end it without a message.
inline void check_handle([[maybe_unused]] const void* p, [[maybe_unused]] const char* call,
                         [[maybe_unused]] Site site) {
  if constexpr (kChecked) {
    if (is_pattern(p, kPoisonByte)) [[unlikely]] {
      die(site, "%s: the handle itself lies in memory that was freed or whose scope ended", call);
    }
    if (is_pattern(p, kFreshByte)) [[unlikely]] {
      die(site, "%s: the handle was never set: it lies in fresh memory", call);
    }
  }
}

}  // namespace cex::detail

#endif  // CEX_COLLECTIONS_INTERNAL_HANDLE_H_
