/// @file
/// The place in the user's code that a call came from.
#ifndef CEX_SANITIZER_SITE_H_
#define CEX_SANITIZER_SITE_H_

#include "cex/build_mode.h"

namespace cex {

/// A source location as the last, defaulted parameter of every function that a
/// message may have to name: it is the caller's line. The functions that take
/// one are inline and hand it on only to their failure path, so that it costs
/// nothing on the way there.
///
///   void* my_alloc(IAllocator a, cex::Site site = cex::Site::current());
struct Site {
  const char* file = nullptr;  ///< as the compiler names it; null where it is not known
  int line = 0;                ///< from 1; 0 where it is not known
  int padding = 0;             ///< named, or gcc fills in the line alone, in the middle of loops

  /// The line of the call that this stands in as a default argument.
  static constexpr Site current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line, 0};
  }
};

// Programs for a machine without threads need no variable for each of them.
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32) || defined(__wasm__)
#define CEX_DETAIL_THREAD_LOCAL thread_local
#else
#define CEX_DETAIL_THREAD_LOCAL
#endif

namespace detail {

// The call that is under way in this thread, for code that the interface's
// function pointers reach and that therefore gets no Site: set by CallSite,
// empty in release builds and for calls that come from C.
#ifdef CEX_TEST
extern constinit thread_local Site current_site;

class CallSite {
 public:
  explicit CallSite(Site site) : previous_(current_site) { current_site = site; }
  ~CallSite() { current_site = previous_; }
  CallSite(const CallSite&) = delete;
  CallSite& operator=(const CallSite&) = delete;

 private:
  Site previous_;
};
#else
class CallSite {
 public:
  explicit CallSite(Site) {}
};
#endif

}  // namespace detail
}  // namespace cex

#endif  // CEX_SANITIZER_SITE_H_
