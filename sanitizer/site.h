/// @file
/// Site: the line of the user's code that a call came from.
///
/// ```cpp
/// void log_call(cex::Site site = cex::Site::current()) { printf("%s:%d\n", site.file, site.line);
/// }
/// ```
#ifndef CEX_SANITIZER_SITE_H_
#define CEX_SANITIZER_SITE_H_

#include "cex/build_mode.h"

namespace cex {

/// A source location. It is the last, defaulted parameter of every function whose caller a message
/// may have to name. These functions are inline and pass it only to their failure path, so it costs
/// nothing otherwise.
struct Site {
  const char* file = nullptr;  ///< as the compiler names it; null if unknown
  int line = 0;                ///< from 1; 0 if unknown
#if __SIZEOF_POINTER__ > 4
  int padding = 0;  ///< explicit: without it gcc 12 stores the line alone inside loops
#endif

  /// The line of the call whose default argument this is.
  static constexpr Site current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

// On a machine without threads a plain variable will do.
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32) || defined(__wasm__)
#define CEX_DETAIL_THREAD_LOCAL thread_local
#else
#define CEX_DETAIL_THREAD_LOCAL
#endif

namespace detail {

// The line of this thread's current call of cex, for code behind the interface's function pointers,
// which get no Site: CallSite sets it, call_under_way() returns it. It is empty in release builds
// and for calls from C.
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

inline Site call_under_way() { return current_site; }

// `site` for whoever keeps it: a library that is unloaded takes the names of its files along.
Site kept(Site site);
#else
class CallSite {
 public:
  explicit CallSite(Site) {}
};

inline Site call_under_way() { return {}; }
inline Site kept(Site site) { return site; }
#endif

}  // namespace detail
}  // namespace cex

#endif  // CEX_SANITIZER_SITE_H_
