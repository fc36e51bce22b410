/// @file
/// tmem$: memory for the next few lines, one arena per thread.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   char* path = mem$malloc(_, 300);
///   …
/// }                                  // path is gone
/// ```
///
/// There is nothing to set up. The first allocation of a thread takes a page of
/// 256 KiB, which stays for the next scope; what more a scope takes goes back when
/// it ends, and everything when the thread ends (or, for the main thread, the
/// program). Outside a mem$scope it refuses: mem$malloc gives nullptr, and under
/// CEX_TEST the program ends with a message.
///
/// It may be used from static constructors and destructors and from a thread's
/// exit handlers. Each thread has its own; memory from one may be read by another
/// while its scope is open, but is not the other's to resize or free.
#ifndef CEX_TEMPMEM_TEMPMEM_H_
#define CEX_TEMPMEM_TEMPMEM_H_

#include "cex/allocator.h"
#include "cex/allocator/internal/bump.h"
#include "cex/stats.h"

namespace cex {

/// What a page of temporary memory has, in bytes.
inline constexpr size_t kTempPageBytes = size_t{256} << 10;

/// What the calling thread's temporary memory holds now. Never fails.
AllocatorStats temp_stats();

namespace detail {
// Constant-initialized and without a destructor, so that reaching it is one
// instruction: no guard, no wrapper function.
extern constinit thread_local Bump temp;

// Gives the calling thread's pages back; scopes that are open count on.
void temp_release();

// The same, and ends those scopes.
void temp_end_scopes();

// Under CEX_TEST, reports a write around a block of the calling thread's temporary memory,
// or to what was freed or whose scope had ended; `when` completes "found …".
void temp_verify(const char* when);

// Under CEX_TEST, tells `found` of each such write; the memory is then as if there had
// been none.
void temp_take_damage(void (*found)(const char* text, void* context), void* context);
}  // namespace detail
}  // namespace cex

/// The calling thread's temporary allocator, as an IAllocator. To be used inside a
/// mem$scope only.
#define tmem$ (static_cast<IAllocator>(&::cex::detail::temp.base))

#endif  // CEX_TEMPMEM_TEMPMEM_H_
