// The program, as a function.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_
#define CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_

#include "cex/allocator.h"

namespace include_map {

// What main() does; returns the exit status: 0, 1 when something could not be read
// or written, 2 for wrong usage. All that lives as long as the map lies in one arena,
// whose pages come from `pages`; where those run out, the program ends with a message.
int run(int argc, char** argv, IAllocator pages = mem$);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_
