// Where scratch memory comes from.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_SCRATCH_H_
#define CEX_EXAMPLES_INCLUDE_MAP_SCRATCH_H_

#include "cex/tempmem.h"

namespace include_map {

// What --trace puts before tmem$; the program has one thread.
inline constinit IAllocator traced_scratch = nullptr;

// tmem$, seen by a trace where there is one: a scope of it is opened like one of tmem$.
inline IAllocator scratch() { return traced_scratch != nullptr ? traced_scratch : tmem$; }

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_SCRATCH_H_
