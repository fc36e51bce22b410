// Walking directories and reading the sources in them.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_TREE_H_
#define CEX_EXAMPLES_INCLUDE_MAP_TREE_H_

#include "examples/include_map/graph.h"
#include "examples/include_map/options.h"
#include "examples/include_map/problems.h"

namespace include_map {

// Enters every source file below `options.roots` into the graph, in an order that
// depends on names only. What can't be read becomes a problem, and the rest is
// read. Counts along on stderr where that is a terminal.
void read_tree(const Options& options, Graph& graph, Problems& problems);

// Adds a problem for each -I directory that is none.
void check_include_dirs(const Options& options, Problems& problems);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_TREE_H_
