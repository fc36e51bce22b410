// The result, as text, as JSON, and as a graph for Graphviz.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_REPORT_H_
#define CEX_EXAMPLES_INCLUDE_MAP_REPORT_H_

#include "cex/stats.h"
#include "examples/include_map/analyze.h"
#include "examples/include_map/graph.h"
#include "examples/include_map/options.h"
#include "examples/include_map/output.h"
#include "examples/include_map/problems.h"

namespace include_map {

struct Report {
  const Options& options;
  const Graph& graph;
  const Analysis& analysis;
  const Problems& problems;
  cex::AllocatorStats graph_memory;  // of the arena that holds the graph
  cex::AllocatorStats temp_memory;   // of tmem$
};

void write_text(const Report& report, Output& out);
void write_json(const Report& report, Output& out);

// Each file once, each pair of including and included file once. Scratch memory
// comes from tmem$.
void write_dot(const Graph& graph, Output& out);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_REPORT_H_
