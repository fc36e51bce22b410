// What the graph says: who is included most, the longest chain, the cycles.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_ANALYZE_H_
#define CEX_EXAMPLES_INCLUDE_MAP_ANALYZE_H_

#include <stddef.h>

#include <span>

#include "cex/collections.h"
#include "examples/include_map/graph.h"

namespace include_map {

struct Analysis {
  // By count, then by path.
  arr$(FileId) most_included;

  // The longest path when each cycle is taken for one file. Each file includes
  // the next; where the path crosses a cycle, the files on the way are in it.
  arr$(FileId) longest_chain;

  // Largest first, each sorted by path.
  struct Cycle {
    size_t first;  // in `cycle_files`
    size_t count;
  };
  arr$(Cycle) cycles;
  arr$(FileId) cycle_files;
};

inline std::span<const FileId> files_of(const Analysis& analysis, const Analysis::Cycle& cycle) {
  return {static_cast<const FileId*>(analysis.cycle_files) + cycle.first, cycle.count};
}

// The result is in memory of `a`. `top` limits most_included. Takes time linear in
// the graph, sorting aside, and no recursion, however long the chains are.
Analysis analyze(const Graph& graph, size_t top, IAllocator a);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_ANALYZE_H_
