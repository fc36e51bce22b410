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
/// tmem$ is an expression: the allocator of the innermost scope that is open where it is
/// written. A function that is passed tmem$ may therefore open scopes of its own, and
/// allocate its result through the allocator that it was given:
///
/// ```cpp
/// char* join(IAllocator a, const char* dir, const char* name) {
///   mem$scope(tmem$, _) {
///     char* scratch = mem$malloc(_, 4096);      // gone at the return
///     …
///     return mem$malloc(a, length);             // the caller's
///   }
/// }
/// mem$scope(tmem$, _) { char* path = join(tmem$, "/etc", "hosts"); … }
/// ```
///
/// There is nothing to set up. The first allocation of a thread takes a page of
/// 256 KiB, which stays for the next scope. What more a scope takes is freed when it ends,
/// and everything when the thread ends (or, for the main thread, the program). Outside a
/// mem$scope it refuses: mem$malloc gives nullptr, and under CEX_TEST the program ends
/// with a message.
///
/// A thread that ends inside a scope, opened by scope_enter(), is reported under CEX_TEST;
/// without, the scope ends with it. A shared library that has cex inside and used tmem$ stays
/// loaded: dlclose() does not unmap what threads have yet to call.
///
/// It may be used from static constructors and destructors and from a thread's
/// exit handlers. Each thread has its own; memory from one may be read by another
/// while its scope is open, but is not the other's to resize or free.
#ifndef CEX_TEMPMEM_TEMPMEM_H_
#define CEX_TEMPMEM_TEMPMEM_H_

#include "cex/allocator.h"
#include "cex/stats.h"

namespace cex {

/// What a page of temporary memory has, in bytes.
inline constexpr size_t kTempPageBytes = size_t{256} << 10;

/// What the calling thread's temporary memory holds now. Never fails.
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
