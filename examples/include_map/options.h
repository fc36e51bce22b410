// The command line.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_OPTIONS_H_
#define CEX_EXAMPLES_INCLUDE_MAP_OPTIONS_H_

#include <stddef.h>

#include <string_view>

#include "cex/collections.h"

namespace include_map {

struct Options {
  arr$(std::string_view) roots;         // directories to read; never empty
  arr$(std::string_view) include_dirs;  // -I
  std::string_view dot_file;            // --dot; empty without
  std::string_view trace_file;          // --trace; empty without
  size_t top = 20;                      // --top
  bool json = false;
  bool help = false;
  bool version = false;
};

// Reads the arguments into `options`, whose memory is taken from `a`. On a usage
// error, says so on stderr and returns false.
bool parse_options(int argc, char** argv, Options* options, IAllocator a);

// The text of --help.
std::string_view help_text();

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_OPTIONS_H_
