#include "examples/include_map/report.h"

#include <algorithm>

#include "examples/include_map/scratch.h"

namespace include_map {
namespace {

constexpr size_t kNumberWidth = 12;
constexpr size_t kCountWidth = 8;

size_t unresolved(const Graph& graph) { return arr$len(graph.includes) - arr$len(graph.edges); }

void put_text_number(Output& out, std::string_view label, uint64_t number) {
  out.put(label).put_padded(number, kNumberWidth).put("\n");
}

void put_text_memory(Output& out, std::string_view label, const cex::AllocatorStats& stats) {
  out.put(label).put_padded(stats.bytes_peak, kNumberWidth).put(" bytes at the peak, ");
  out.put(stats.pages_created).put(" pages taken, ");
  out.put(stats.pages_live).put(" held, ");
  out.put(stats.scopes_entered).put(" scopes entered\n");
}

// Elements of a JSON array or object: puts what goes before the next one.
class JsonItems {
 public:
  JsonItems(Output& out, std::string_view indent) : out_(out), indent_(indent) {}

  Output& next() {
    out_.put(is_empty_ ? "\n" : ",\n").put(indent_).put("  ");
    is_empty_ = false;
    return out_;
  }

  // Puts the bracket that ends them.
  void close(std::string_view bracket) {
    if (!is_empty_) out_.put("\n").put(indent_);
    out_.put(bracket);
  }

 private:
  Output& out_;
  std::string_view indent_;
  bool is_empty_ = true;
};

constexpr std::string_view kIndent = "  ";

// `"name": [`, each element as `put_item` puts it, `]`.
template <typename List, typename PutItem>
void put_json_list(JsonItems& members, std::string_view name, const List& list, PutItem put_item) {
  Output& out = members.next().put_json(name).put(": [");
  JsonItems items(out, kIndent);
  for$each (element, list) put_item(items.next(), element);
  items.close("]");
}

void put_json_number(JsonItems& members, std::string_view name, uint64_t number) {
  members.next().put_json(name).put(": ").put(number);
}

void put_json_memory(JsonItems& members, std::string_view name, const cex::AllocatorStats& stats) {
  Output& out = members.next().put_json(name).put(": {");
  JsonItems numbers(out, "    ");
  put_json_number(numbers, "bytes_peak", stats.bytes_peak);
  put_json_number(numbers, "bytes_in_use", stats.bytes_in_use);
  put_json_number(numbers, "bytes_reserved", stats.bytes_reserved);
  put_json_number(numbers, "pages_created", stats.pages_created);
  put_json_number(numbers, "pages_freed", stats.pages_freed);
  put_json_number(numbers, "pages_live", stats.pages_live);
  put_json_number(numbers, "scopes_entered", stats.scopes_entered);
  numbers.close("}");
}

}  // namespace

void write_text(const Report& report, Output& out) {
  const Graph& graph = report.graph;
  const Analysis& analysis = report.analysis;
  const auto path_of = [&graph](FileId id) { return graph.files[id].path; };

  put_text_number(out, "Files read    ", graph.files_read);
  put_text_number(out, "Bytes read    ", graph.bytes);
  put_text_number(out, "Includes      ", arr$len(graph.includes));
  put_text_number(out, "  resolved    ", arr$len(graph.edges));
  put_text_number(out, "  unresolved  ", unresolved(graph));
  const size_t problem_count = arr$len(report.problems.list);
  if (problem_count != 0) put_text_number(out, "Not read      ", problem_count);

  out.put("\nMost included\n");
  for$each (id, analysis.most_included) {
    out.put_padded(graph.files[id].included, kCountWidth).put("  ");
    out.put_name(path_of(id)).put("\n");
  }

  out.put("\nLongest include chain: ").put(arr$len(analysis.longest_chain)).put(" files\n");
  for$each (id, analysis.longest_chain) out.put("  ").put_name(path_of(id)).put("\n");

  const size_t cycles = arr$len(analysis.cycles);
  const size_t shown = std::min(cycles, report.options.top);
  out.put("\nInclude cycles: ").put(cycles).put("\n");
  for (size_t i = 0; i < shown; ++i) {
    const std::span<const FileId> files = files_of(analysis, analysis.cycles[i]);
    out.put("  ").put(files.size()).put(files.size() == 1 ? " file\n" : " files\n");
    for (const FileId id : files) out.put("    ").put_name(path_of(id)).put("\n");
  }
  if (shown < cycles) out.put("  and ").put(cycles - shown).put(" more\n");

  out.put("\nMemory\n");
  put_text_memory(out, "  graph (arena)", report.graph_memory);
  put_text_memory(out, "  tmem$        ", report.temp_memory);
}

void write_json(const Report& report, Output& out) {
  const Graph& graph = report.graph;
  const Analysis& analysis = report.analysis;
  const auto put_path = [&graph](Output& o, FileId id) { o.put_json(graph.files[id].path); };
  const auto put_string = [](Output& o, std::string_view s) { o.put_json(s); };

  out.put("{");
  JsonItems members(out, "");
  put_json_list(members, "roots", report.options.roots, put_string);
  put_json_list(members, "include_dirs", report.options.include_dirs, put_string);
  put_json_number(members, "files", graph.files_read);
  put_json_number(members, "bytes", graph.bytes);
  put_json_number(members, "includes", arr$len(graph.includes));
  put_json_number(members, "resolved", arr$len(graph.edges));
  put_json_number(members, "unresolved", unresolved(graph));
  put_json_list(members, "most_included", analysis.most_included, [&](Output& o, FileId id) {
    o.put("{\"path\": ").put_json(graph.files[id].path);
    o.put(", \"count\": ").put(graph.files[id].included).put("}");
  });
  put_json_list(members, "longest_chain", analysis.longest_chain, put_path);
  put_json_list(members, "cycles", analysis.cycles, [&](Output& o, const Analysis::Cycle& cycle) {
    o.put("[");
    JsonItems items(o, "    ");
    for (const FileId id : files_of(analysis, cycle)) put_path(items.next(), id);
    items.close("]");
  });
  put_json_list(members, "errors", report.problems.list, [](Output& o, const Problem& problem) {
    o.put("{\"path\": ").put_json(problem.path);
    o.put(", \"message\": ").put_json(problem.message).put("}");
  });

  members.next().put("\"memory\": {");
  JsonItems allocators(out, kIndent);
  put_json_memory(allocators, "graph", report.graph_memory);
  put_json_memory(allocators, "tmem", report.temp_memory);
  allocators.close("}");
  members.close("}");
  out.put("\n");
}

void write_dot(const Graph& graph, Output& out) {
  const auto count = static_cast<FileId>(arr$len(graph.files));
  out.put("digraph includes {\n  rankdir=LR;\n  node [shape=box];\n");
  for (FileId id = 0; id < count; ++id) {
    out.put("  f").put(id).put(" [label=").put_dot(graph.files[id].path).put("];\n");
  }
  mem$scope(scratch(), _) {
    arr$(FileId) last_includer = arr$new(last_includer, _, .capacity = count);
    for (FileId id = 0; id < count; ++id) arr$push(last_includer, kNoFile);
    for (FileId id = 0; id < count; ++id) {
      for (const FileId target : targets_of(graph, id)) {
        if (last_includer[target] == id) continue;
        last_includer[target] = id;
        out.put("  f").put(id).put(" -> f").put(target).put(";\n");
      }
    }
  }
  out.put("}\n");
}

}  // namespace include_map
