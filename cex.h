/// @file
/// All of cex but its testing aids. Including one header and depending on one
/// target each (cex/arena.h with //arena, …) compiles less.
#ifndef CEX_CEX_H_
#define CEX_CEX_H_

#include "cex/allocator.h"
#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/fixed.h"
#include "cex/guard.h"
#include "cex/pmr.h"
#include "cex/sanitizer.h"
#include "cex/tempmem.h"
#include "cex/version.h"

#endif  // CEX_CEX_H_
