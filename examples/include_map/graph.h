// The files, what each includes, and who that is.
//
// Everything in a Graph lives in one arena, given to new_graph(), and goes with
// it. Nothing in it is ever freed by itself: the graph only grows, and what its
// arrays leave behind when they double is less than they hold.
#ifndef CEX_EXAMPLES_INCLUDE_MAP_GRAPH_H_
#define CEX_EXAMPLES_INCLUDE_MAP_GRAPH_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <span>
#include <string_view>

#include "cex/collections.h"
#include "examples/include_map/options.h"
#include "examples/include_map/scan.h"

namespace include_map {

using FileId = uint32_t;
using DirectoryId = uint32_t;
using SpellingId = uint32_t;
inline constexpr FileId kNoFile = UINT32_MAX;

// What makes two paths the same file.
struct Identity {
  uint64_t device;
  uint64_t inode;
};
inline Identity identity_of(const struct stat& info) { return {info.st_dev, info.st_ino}; }

// One #include directive.
struct Include {
  SpellingId spelling;
  Form form;
  bool is_next;
};

struct File {
  std::string_view path;
  uint64_t bytes = 0;
  uint64_t included = 0;  // by how many directives
  DirectoryId directory = 0;
  // Its part of Graph::includes and of Graph::edges.
  size_t first_include = 0;
  size_t include_count = 0;
  size_t first_edge = 0;
  size_t edge_count = 0;
};

struct Graph {
  IAllocator arena = nullptr;

  // First the files that were read, then those that are only included.
  arr$(File) files;
  arr$(Include) includes;  // of all files, one file after the other
  arr$(FileId) edges;      // likewise: the includes that were resolved, to which file
  size_t files_read = 0;
  uint64_t bytes = 0;

  arr$(std::string_view) directories;
  arr$(std::string_view) spellings;  // each one once
  hm$(std::string_view, SpellingId) spelling_ids;
  hm$(std::string_view, FileId) by_path;
  hm$(Identity, FileId) by_identity;
};

Graph new_graph(IAllocator arena);

// The files that `file` includes, in the order of its directives.
inline std::span<const FileId> targets_of(const Graph& graph, FileId file) {
  const File& f = graph.files[file];
  return {static_cast<const FileId*>(graph.edges) + f.first_edge, f.edge_count};
}

// Enters a file that was read: its place, its size, and every directive in `text`.
// `path` is copied.
void add_file(Graph& graph, std::string_view path, DirectoryId directory, Identity identity,
              std::string_view text);

// Another path of a file that is known.
void add_alias(Graph& graph, std::string_view path, FileId file);

// Turns the includes of all files into edges, once all files are read. Looks into
// the file system for what is not among them.
void resolve_includes(Graph& graph, const Options& options);

}  // namespace include_map

#endif  // CEX_EXAMPLES_INCLUDE_MAP_GRAPH_H_
