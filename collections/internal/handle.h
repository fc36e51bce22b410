// What both kinds of handle are asked before what they point to is looked at.
#ifndef CEX_COLLECTIONS_INTERNAL_HANDLE_H_
#define CEX_COLLECTIONS_INTERNAL_HANDLE_H_

#include <stddef.h>

#include "cex/report.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/shadow_access.h"

namespace cex::detail {

// Whether the tool that is present knows that memory may not be touched. A program built for
// Valgrind that does not run under it is told that of its stack as well.
inline bool is_forbidden(const void* p, size_t size) {
  constexpr bool kAsk =
      kChecker == Checker::kAsan || kChecker == Checker::kMsan || kChecker == Checker::kValgrind;
  return kAsk && is_poisoned(p, size) && !is_poisoned(&p, sizeof(p));
}

// Whether a key's text lies in memory that is gone, as far as the tool that is present knows.
inline bool is_text_forbidden(const char* text) { return text == nullptr || is_forbidden(text, 1); }

// Whether text begins with the bytes of memory that is gone: no NUL may be ahead.
inline bool is_text_poison(const char* text) {
  constexpr size_t kMany = 8;  // one such byte may be a character
  for (size_t i = 0; i < kMany; ++i) {
    if (static_cast<unsigned char>(text[i]) != kPoisonByte) return false;
  }
  return true;
}

// Ends the program where the handle that holds `p` lies in memory that is gone, or that
// was never written: following such a pointer would end it without a message.
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
