#include "examples/include_map/graph.h"

#include "examples/include_map/scratch.h"
#include "examples/include_map/strings.h"

namespace include_map {
namespace {

// Enough for a system's headers without growing: what an array outgrows stays in
// the arena.
constexpr size_t kFiles = 8192;
constexpr size_t kIncludes = 32768;

SpellingId intern(Graph& graph, std::string_view spelling) {
  if (const SpellingId* known = hm$getp(graph.spelling_ids, spelling)) return *known;
  const auto id = static_cast<SpellingId>(arr$len(graph.spellings));
  const std::string_view kept = copy_string(spelling, graph.arena);
  arr$push(graph.spellings, kept);
  hm$set(graph.spelling_ids, kept, id);
  return id;
}

// Where an include leads, with a memory of what was looked up before.
class Resolver {
 public:
  // The memory is taken from `a`.
  Resolver(Graph& graph, const Options& options, IAllocator a) : graph_(graph), options_(options) {
    hm$new(beside_, a, .capacity = arr$len(graph.includes) / 2);
    arr$new(searched_, a, .capacity = arr$len(graph.spellings));
    for (size_t i = 0; i < arr$len(graph.spellings); ++i) arr$push(searched_, kNotSearched);
  }

  FileId resolve(FileId self, const Include& include) {
    const std::string_view spelling = graph_.spellings[include.spelling];
    if (include.form == Form::kOther || spelling.empty()) return kNoFile;
    // The system would read a path only up to there.
    if (spelling.find('\0') != std::string_view::npos) return kNoFile;
    if (include.is_next) return search(spelling, self);
    if (include.form == Form::kQuote) {
      const FileId beside = find_beside(graph_.files[self].directory, include.spelling);
      if (beside != kNoFile) return beside;
    }
    FileId& searched = searched_[include.spelling];
    if (searched == kNotSearched) searched = search(spelling, kNoFile);
    return searched;
  }

 private:
  static constexpr FileId kNotSearched = kNoFile - 1;

  FileId find_beside(DirectoryId directory, SpellingId spelling_id) {
    const uint64_t key = uint64_t{directory} << 32 | spelling_id;
    if (const FileId* known = hm$getp(beside_, key)) return *known;
    const std::string_view spelling = graph_.spellings[spelling_id];
    FileId found = kNoFile;
    if (!spelling.starts_with('/')) found = find_in(graph_.directories[directory], spelling);
    hm$set(beside_, key, found);
    return found;
  }

  // In the -I directories and the roots; `self` doesn't count as found.
  FileId search(std::string_view spelling, FileId self) {
    if (spelling.starts_with('/')) {
      const FileId found = find(spelling);
      return found == self ? kNoFile : found;
    }
    for (const auto& places : {options_.include_dirs, options_.roots}) {
      for$each (place, places) {
        const FileId found = find_in(place, spelling);
        if (found != kNoFile && found != self) return found;
      }
    }
    return kNoFile;
  }

  FileId find_in(std::string_view directory, std::string_view spelling) {
    FileId found = kNoFile;
    mem$scope(scratch(), _) {
      found = find(join_path(directory, spelling, _));
    }
    return found;
  }

  // Enters the file into the graph if it exists and is not known yet.
  FileId find(std::string_view path) {
    if (const FileId* known = hm$getp(graph_.by_path, path)) return *known;
    struct stat info;
    if (stat(path.data(), &info) != 0 || !S_ISREG(info.st_mode)) return kNoFile;
    if (const FileId* known = hm$getp(graph_.by_identity, identity_of(info))) return *known;
    const auto id = static_cast<FileId>(arr$len(graph_.files));
    arr$push(graph_.files, File{.path = copy_string(path, graph_.arena)});
    hm$set(graph_.by_identity, identity_of(info), id);
    add_alias(graph_, path, id);
    return id;
  }

  Graph& graph_;
  const Options& options_;
  hm$(uint64_t, FileId) beside_;  // by directory and spelling
  arr$(FileId) searched_;         // by spelling
};

}  // namespace

Graph new_graph(IAllocator arena) {
  Graph graph;
  graph.arena = arena;
  arr$new(graph.files, arena, .capacity = kFiles);
  arr$new(graph.includes, arena, .capacity = kIncludes);
  arr$new(graph.edges, arena, .capacity = kIncludes);
  arr$new(graph.directories, arena);
  arr$new(graph.spellings, arena, .capacity = kFiles);
  hm$new(graph.spelling_ids, arena, .capacity = kFiles);
  hm$new(graph.by_path, arena, .capacity = kFiles);
  hm$new(graph.by_identity, arena, .capacity = kFiles);
  return graph;
}

void add_file(Graph& graph, std::string_view path, DirectoryId directory, Identity identity,
              std::string_view text) {
  const auto id = static_cast<FileId>(arr$len(graph.files));
  const std::string_view kept = copy_string(path, graph.arena);
  const size_t first_include = arr$len(graph.includes);
  Scanner scanner(text);
  for (Directive directive; scanner.next(&directive);) {
    arr$push(graph.includes, intern(graph, directive.spelling), directive.form, directive.is_next);
  }
  arr$push(graph.files, File{.path = kept,
                             .bytes = text.size(),
                             .directory = directory,
                             .first_include = first_include,
                             .include_count = arr$len(graph.includes) - first_include});
  hm$set(graph.by_path, kept, id);
  hm$set(graph.by_identity, identity, id);
  graph.files_read += 1;
  graph.bytes += text.size();
}

void add_alias(Graph& graph, std::string_view path, FileId file) {
  hm$set(graph.by_path, copy_string(path, graph.arena), file);
}

void resolve_includes(Graph& graph, const Options& options) {
  mem$scope(scratch(), _) {
    Resolver resolver(graph, options, _);
    for (FileId id = 0; id < graph.files_read; ++id) {
      const File file = graph.files[id];
      const size_t first_edge = arr$len(graph.edges);
      for (size_t i = 0; i < file.include_count; ++i) {
        const FileId target = resolver.resolve(id, graph.includes[file.first_include + i]);
        if (target == kNoFile) continue;
        arr$push(graph.edges, target);
        graph.files[target].included += 1;
      }
      graph.files[id].first_edge = first_edge;
      graph.files[id].edge_count = arr$len(graph.edges) - first_edge;
    }
  }
}

}  // namespace include_map
