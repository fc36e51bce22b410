/// @file
/// All of cex but its testing aids. Including one header and depending on one
/// target each (cex/arena.h with //arena, …) compiles less.
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
