// Whom the operating system tells of a touch of pages that can't be touched: see system_pages.h.
#ifndef CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_
#define CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_

#include <stddef.h>

namespace cex::detail {

// An access that the system refused.
struct Fault {
  enum class Kind { kUnknown, kRead, kWrite };

  const char* address = nullptr;
  const void* instruction = nullptr;  // null: not known on this machine
  const void* caller = nullptr;       // where the instruction itself is what was not there
  Kind kind = Kind::kUnknown;
};

// From now on `look` is told of each fault, in the thread that made it, before the handler
// that was there goes on as if there were none of ours: by default the program dies. It may
// do only what a signal handler may. This and the next are for one thread at a time.
void watch_faults(void (*look)(const Fault& fault));

// The handler from before is put back, unless another has been put before ours.
void stop_watching_faults();

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_
