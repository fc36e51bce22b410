/// @file
/// All of cex but print.h, trace.h, compat.h and the testing aids. Including single headers, and
/// depending on their targets (cex/arena.h with //arena, …), compiles less.
///
/// ```cpp
/// mem$scope(tmem$, _) {
///   arr$(int) numbers = arr$new(numbers, _);
///   arr$pushm(numbers, 1, 2, 3);
///   for$each (n, numbers) printf("%d\n", n);
/// }                                             // freed with the scope
/// ```
#ifndef CEX_CEX_H_
#define CEX_CEX_H_

#include "cex/allocator.h"    // IWYU pragma: export
#include "cex/arena.h"        // IWYU pragma: export
#include "cex/collections.h"  // IWYU pragma: export
#include "cex/fixed.h"        // IWYU pragma: export
#include "cex/guard.h"        // IWYU pragma: export
#include "cex/pmr.h"          // IWYU pragma: export
#include "cex/sanitizer.h"    // IWYU pragma: export
#include "cex/tempmem.h"      // IWYU pragma: export
#include "cex/version.h"      // IWYU pragma: export

#endif  // CEX_CEX_H_
