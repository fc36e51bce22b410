// Pages that may be touched or not: what the operating system does for memory that is
// guarded, and whom it tells of a touch.
#ifndef CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_
#define CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_

#include <stddef.h>

namespace cex::detail {

// Bytes of a page, a power of two.
size_t page_bytes();

// `bytes` of addresses, a multiple of a page, that can't be touched and hold no memory; null
// where the system has none.
char* reserve_addresses(size_t bytes);
void release_addresses(char* p, size_t bytes);

// Lets reserved pages be read and written; they are zero. False where the system has no more
// mappings, or no memory.
bool allow_access(char* p, size_t bytes);

// Forbids it again, and drops what the pages hold. False where they stay as they were.
bool forbid_access(char* p, size_t bytes);

// An access that the system refused.
struct Fault {
  enum class Kind { kUnknown, kRead, kWrite };

  const char* address;
  const void* instruction;  // null: not known on this machine
  Kind kind;
};

// From now on `look` is told of each fault, in the thread that made it, before the handler
// that was there goes on as if there were none of ours: by default the program dies. It may
// do only what a signal handler may. False where the system refuses. This and the next are for
// one thread at a time.
bool watch_faults(void (*look)(const Fault& fault));

// The handler from before is put back, unless another has been put before ours.
void stop_watching_faults();

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_PAGE_ACCESS_H_
