// The program, as a function.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_
#define CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_

namespace include_map {

// What main() does; returns the exit status: 0, 1 when something could not be read
// or written, 2 for wrong usage.
int run(int argc, char** argv);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_PROGRAM_H_
