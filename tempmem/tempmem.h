/// @file
/// tmem$: memory for the next few lines, one arena per thread.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   char* path = mem$malloc(_, 300);
///   …
/// }                                  // path is freed
/// ```
///
/// tmem$ is an expression: the allocator of the innermost scope that is open where it is evaluated.
/// So a function that is passed tmem$ may open scopes of its own, and allocate its result through
/// the allocator that it was given:
///
/// ```cpp
/// char* join(IAllocator a, const char* dir, const char* name) {
///   mem$scope(tmem$, _) {
///     char* scratch = mem$malloc(_, 4096);      // freed at the return
///     …
///     return mem$malloc(a, length);             // the caller's
///   }
/// }
/// mem$scope(tmem$, _) { char* path = join(tmem$, "/etc", "hosts"); … }
/// ```
///
/// There is nothing to set up. The first allocation of a thread takes a page of 256 KiB. Between
/// scopes a thread keeps two pages at most, and a large one of at most 256 KiB. Further pages of a
/// scope are freed when it ends, and everything when the thread ends (for the main thread: the
/// program). Outside a mem$scope it refuses to allocate:
/// mem$malloc returns nullptr, and under CEX_TEST the program ends with a message.
///
/// A thread that ends inside a scope that scope_enter() opened is reported under CEX_TEST; in
/// release builds the scope ends with the thread. A shared library that has cex inside and used
/// tmem$ stays loaded after dlclose(), since threads call it when they end.
///
/// tmem$ may be used in static constructors and destructors and in a thread's exit handlers. Each
/// thread has its own. Another thread may read its memory while the scope is open, but must not
/// resize or free it.
#ifndef CEX_TEMPMEM_TEMPMEM_H_
#define CEX_TEMPMEM_TEMPMEM_H_

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// The bytes of a page of temporary memory.
inline constexpr size_t kTempPageBytes = size_t{256} << 10;

/// The statistics of the calling thread's temporary memory. Never fails.
AllocatorStats temp_stats();

namespace detail {
// Constant-initialized and without a destructor, so that reaching it is one
// instruction: no guard, no wrapper function.
extern constinit CEX_DETAIL_THREAD_LOCAL ArenaHead temp_head;

// Frees the calling thread's pages; scopes that are open stay so, without memory.
void temp_release();

// The same, and ends those scopes.
void temp_end_scopes();
}  // namespace detail
}  // namespace cex

/// The allocator of the calling thread's innermost scope of temporary memory, as an
/// IAllocator. Outside a mem$scope it only opens scopes.
#define tmem$ (::cex::detail::temp_head.innermost)

#endif  // CEX_TEMPMEM_TEMPMEM_H_
