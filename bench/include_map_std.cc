// The peer of examples/include_map: the same program, the same report, written
// the usual way, with lib::string, lib::vector and lib::unordered_map. What the two
// share is the scanner, which allocates nothing. One file, because a peer that is
// only there to be timed is easier to hold against the original in one piece.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "examples/include_map/scan.h"
#include "examples/include_map/utf8.h"

#ifdef CEX_BENCH_PMR
namespace lib = std::pmr;
#else
namespace lib = std;
#endif

namespace {

using include_map::Directive;
using include_map::Form;
using include_map::NameKind;

struct Options {
  lib::vector<lib::string> roots;
  lib::vector<lib::string> include_dirs;
  lib::string dot_file;
  size_t top = 20;
  bool json = false;
};

struct Problem {
  lib::string path;
  lib::string message;
};

struct Identity {
  dev_t device;
  ino_t inode;
  bool operator==(const Identity&) const = default;
};

struct IdentityHash {
  size_t operator()(const Identity& id) const {
    return std::hash<uint64_t>()(id.inode * 0x9E3779B97F4A7C15U + id.device);
  }
};

using FileId = uint32_t;
constexpr FileId kNoFile = UINT32_MAX;
constexpr FileId kNotSearched = UINT32_MAX - 1;

struct Include {
  uint32_t spelling;
  Form form;
  bool is_next;
};

struct File {
  lib::string path;
  uint32_t directory = 0;
  uint64_t bytes = 0;
  uint64_t included = 0;
  lib::vector<Include> includes;
  lib::vector<FileId> targets;
};

// ---- escaping ---------------------------------------------------------------

// Control characters and bytes that are no UTF-8 as \xNN, and newline as \n, so
// that a name stays on its line and does nothing to a terminal.
lib::string for_text(std::string_view s) {
  lib::string out;
  char hex[8];
  while (!s.empty()) {
    const size_t length = include_map::utf8_length(s);
    const auto c = static_cast<unsigned char>(s.front());
    if (c == '\n') {
      out += "\\n";
    } else if (length == 0 || c < 0x20 || c == 0x7F) {
      snprintf(hex, sizeof(hex), "\\x%02x", c);
      out += hex;
    } else {
      out += s.substr(0, length);
    }
    s.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

lib::string for_json(std::string_view s) {
  lib::string out = "\"";
  char hex[8];
  while (!s.empty()) {
    const size_t length = include_map::utf8_length(s);
    const auto c = static_cast<unsigned char>(s.front());
    if (c == '"' || c == '\\') {
      out += '\\';
      out += s.front();
    } else if (length == 0) {
      snprintf(hex, sizeof(hex), "\\\\x%02x", c);
      out += hex;
    } else if (c < 0x20 || c == 0x7F) {
      snprintf(hex, sizeof(hex), "\\u%04x", c);
      out += hex;
    } else {
      out += s.substr(0, length);
    }
    s.remove_prefix(std::max<size_t>(length, 1));
  }
  out += '"';
  return out;
}

lib::string for_dot(std::string_view s) {
  lib::string out = "\"";
  for (const char c : for_text(s)) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

// ---- the graph --------------------------------------------------------------

lib::string join(const lib::string& directory, std::string_view name) {
  lib::string path = directory;
  if (!path.ends_with('/')) path += '/';
  path += name;
  return path;
}

const char* describe_type(mode_t mode) {
  if (S_ISFIFO(mode)) return "is a FIFO, not a file; not opened";
  if (S_ISSOCK(mode)) return "is a socket, not a file; not opened";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "is a device, not a file; not opened";
  return "is not a file";
}

class Graph {
 public:
  explicit Graph(const Options& options) : options_(options) {}

  void read_tree();
  void resolve();

  void add_problem(const lib::string& path, const lib::string& message) {
    fprintf(stderr, "include_map_std: %s: %s\n", for_text(path).c_str(), message.c_str());
    problems.push_back({path, message});
  }

  lib::vector<File> files;
  lib::vector<Problem> problems;
  size_t files_read = 0;
  uint64_t bytes = 0;
  uint64_t includes = 0;
  uint64_t resolved = 0;

 private:
  struct Link {
    lib::string path;
    uint32_t directory;
  };
  struct Entry {
    lib::string name;
    unsigned char type;
  };

  void add_root(const lib::string& path);
  void read_directory(uint32_t directory);
  void visit(int at, const lib::string& name, mode_t mode, const lib::string& path,
             uint32_t directory);
  void follow(const Link& link);
  void read_file(int at, const lib::string& name, lib::string path, uint32_t directory);
  bool read_all(int fd, size_t size);
  void scan(File* file);

  FileId find(const lib::string& path);
  FileId find_beside(uint32_t directory, uint32_t spelling);
  FileId search(uint32_t spelling);
  FileId search_past(uint32_t spelling, FileId self);
  FileId resolve_one(FileId self, const Include& include);

  const Options& options_;
  lib::vector<lib::string> directories_;
  lib::vector<Link> links_;
  lib::unordered_set<Identity, IdentityHash> seen_directories_;
  lib::unordered_map<lib::string, FileId> by_path_;
  lib::unordered_map<Identity, FileId, IdentityHash> by_identity_;
  lib::vector<lib::string> spellings_;
  lib::unordered_map<lib::string, uint32_t> spelling_ids_;
  lib::unordered_map<uint64_t, FileId> beside_;
  lib::vector<FileId> searched_;
  lib::string content_;
};

void Graph::read_tree() {
  for (const lib::string& root : options_.roots) add_root(root);
  for (size_t directory = 0, link = 0;;) {
    if (directory < directories_.size()) {
      read_directory(static_cast<uint32_t>(directory++));
    } else if (link < links_.size()) {
      follow(Link(links_[link++]));
    } else {
      break;
    }
  }
  files_read = files.size();
}

void Graph::add_root(const lib::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    add_problem(path, strerror(errno));
  } else if (!S_ISDIR(info.st_mode)) {
    add_problem(path, "not a directory");
  } else {
    directories_.push_back(path);
  }
}

void Graph::read_directory(uint32_t directory) {
  const lib::string path = directories_[directory];
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    add_problem(path, strerror(errno));
    if (fd >= 0) close(fd);
    return;
  }
  if (!seen_directories_.insert({info.st_dev, info.st_ino}).second) {
    close(fd);
    return;
  }
  DIR* const stream = fdopendir(fd);
  if (stream == nullptr) {
    add_problem(path, strerror(errno));
    close(fd);
    return;
  }
  lib::vector<Entry> entries;
  errno = 0;
  while (const dirent* entry = readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({lib::string(name), entry->d_type});
    errno = 0;
  }
  if (errno != 0) add_problem(path, strerror(errno));
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  for (const Entry& entry : entries) {
    auto mode = static_cast<mode_t>(DTTOIF(entry.type));
    const lib::string entry_path = join(path, entry.name);
    if (entry.type == DT_UNKNOWN) {
      if (fstatat(fd, entry.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        add_problem(entry_path, strerror(errno));
        continue;
      }
      mode = info.st_mode;
    }
    visit(fd, entry.name, mode, entry_path, directory);
  }
  closedir(stream);
}

void Graph::visit(int at, const lib::string& name, mode_t mode, const lib::string& path,
                  uint32_t directory) {
  if (S_ISDIR(mode)) {
    directories_.push_back(path);
  } else if (S_ISLNK(mode)) {
    links_.push_back({path, directory});
  } else if (include_map::kind_of_name(path.substr(path.rfind('/') + 1)) == NameKind::kOther) {
    return;
  } else if (S_ISREG(mode)) {
    read_file(at, name, path, directory);
  } else {
    add_problem(path, describe_type(mode));
  }
}

// Links wait until everything that has a place of its own is read, so that a
// file is known by that place.
void Graph::follow(const Link& link) {
  struct stat info;
  if (stat(link.path.c_str(), &info) == 0) {
    visit(AT_FDCWD, link.path, info.st_mode, link.path, link.directory);
  } else {
    add_problem(link.path, errno == ENOENT ? "broken symbolic link" : strerror(errno));
  }
}

void Graph::read_file(int at, const lib::string& name, lib::string path, uint32_t directory) {
  const int fd = openat(at, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    add_problem(path, strerror(errno));
    if (fd >= 0) close(fd);
    return;
  }
  if (!S_ISREG(info.st_mode)) {
    add_problem(path, describe_type(info.st_mode));
    close(fd);
    return;
  }
  const Identity identity = {info.st_dev, info.st_ino};
  if (const auto known = by_identity_.find(identity); known != by_identity_.end()) {
    by_path_.emplace(std::move(path), known->second);
    close(fd);
    return;
  }
  if (include_map::kind_of_name(std::string_view(path).substr(path.rfind('/') + 1)) ==
      NameKind::kUnknown) {
    char head[include_map::kHeadBytes];
    const ssize_t size = pread(fd, head, sizeof(head), 0);
    if (size < 0) add_problem(path, strerror(errno));
    if (size < 0 || !include_map::looks_like_header({head, static_cast<size_t>(size)})) {
      close(fd);
      return;
    }
  }
  if (!read_all(fd, static_cast<size_t>(info.st_size))) {
    add_problem(path, strerror(errno));
    close(fd);
    return;
  }
  close(fd);

  const auto id = static_cast<FileId>(files.size());
  by_path_.emplace(path, id);
  by_identity_.emplace(identity, id);
  File& file = files.emplace_back();
  file.path = std::move(path);
  file.directory = directory;
  file.bytes = content_.size();
  bytes += file.bytes;
  scan(&file);
  if (files.size() % 256 == 0 && isatty(STDERR_FILENO)) {
    fprintf(stderr, "%zu files\r", files.size());
  }
}

bool Graph::read_all(int fd, size_t size) {
  content_.resize(size + 1);
  for (size_t used = 0;;) {
    const ssize_t got = read(fd, content_.data() + used, content_.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) {
      content_.resize(used);
      return true;
    }
    used += static_cast<size_t>(got);
    if (used == content_.size()) content_.resize(2 * used);
  }
}

void Graph::scan(File* file) {
  include_map::Scanner scanner(content_);
  for (Directive directive; scanner.next(&directive);) {
    const auto next_id = static_cast<uint32_t>(spellings_.size());
    const auto [it, is_new] = spelling_ids_.emplace(directive.spelling, next_id);
    if (is_new) spellings_.emplace_back(directive.spelling);
    file->includes.push_back({it->second, directive.form, directive.is_next});
  }
}

// ---- resolving --------------------------------------------------------------

void Graph::resolve() {
  searched_.assign(spellings_.size(), kNotSearched);
  for (FileId id = 0; id < files_read; ++id) {
    lib::vector<FileId> targets;
    for (const Include& include : files[id].includes) {
      const FileId target = resolve_one(id, include);
      if (target == kNoFile) continue;
      targets.push_back(target);
      ++files[target].included;
    }
    includes += files[id].includes.size();
    resolved += targets.size();
    files[id].targets = std::move(targets);
  }
}

FileId Graph::resolve_one(FileId self, const Include& include) {
  const lib::string& spelling = spellings_[include.spelling];
  if (include.form == Form::kOther || spelling.empty() ||
      spelling.find('\0') != lib::string::npos) {
    return kNoFile;
  }
  if (include.is_next) return search_past(include.spelling, self);
  if (include.form == Form::kQuote) {
    const FileId beside = find_beside(files[self].directory, include.spelling);
    if (beside != kNoFile) return beside;
  }
  return search(include.spelling);
}

FileId Graph::find_beside(uint32_t directory, uint32_t spelling) {
  const uint64_t key = uint64_t{directory} << 32 | spelling;
  const auto [it, is_new] = beside_.emplace(key, kNoFile);
  if (is_new && !spellings_[spelling].starts_with('/')) {
    it->second = find(join(directories_[directory], spellings_[spelling]));
  }
  return it->second;
}

FileId Graph::search(uint32_t spelling) {
  if (searched_[spelling] == kNotSearched) {
    searched_[spelling] = search_past(spelling, kNoFile);
  }
  return searched_[spelling];
}

FileId Graph::search_past(uint32_t spelling, FileId self) {
  if (spellings_[spelling].starts_with('/')) {
    const FileId id = find(spellings_[spelling]);
    return id == self ? kNoFile : id;
  }
  for (const auto* places : {&options_.include_dirs, &options_.roots}) {
    for (const lib::string& place : *places) {
      const FileId id = find(join(place, spellings_[spelling]));
      if (id != kNoFile && id != self) return id;
    }
  }
  return kNoFile;
}

FileId Graph::find(const lib::string& path) {
  if (const auto known = by_path_.find(path); known != by_path_.end()) return known->second;
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return kNoFile;
  const auto next_id = static_cast<FileId>(files.size());
  const auto [it, is_new] = by_identity_.emplace(Identity{info.st_dev, info.st_ino}, next_id);
  if (is_new) files.emplace_back().path = path;
  by_path_.emplace(path, it->second);
  return it->second;
}

// ---- analysis ---------------------------------------------------------------

struct Analysis {
  lib::vector<FileId> most_included;
  lib::vector<FileId> longest_chain;
  lib::vector<lib::vector<FileId>> cycles;
};

struct Components {
  lib::vector<uint32_t> of;                  // file -> component
  lib::vector<lib::vector<FileId>> members;  // successors come first
};

// Tarjan's algorithm with a stack of its own.
Components find_components(const lib::vector<File>& files) {
  constexpr uint32_t kUnseen = UINT32_MAX;
  struct Frame {
    FileId file;
    uint32_t next;
  };
  const size_t n = files.size();
  Components result;
  result.of.assign(n, kUnseen);
  lib::vector<uint32_t> index(n, kUnseen);
  lib::vector<uint32_t> low(n);
  lib::vector<FileId> open;
  lib::vector<Frame> frames;
  uint32_t counter = 0;
  for (FileId root = 0; root < n; ++root) {
    if (index[root] != kUnseen) continue;
    frames.push_back({root, 0});
    while (!frames.empty()) {
      const FileId v = frames.back().file;
      if (frames.back().next == 0) {
        index[v] = low[v] = counter++;
        open.push_back(v);
      }
      if (frames.back().next < files[v].targets.size()) {
        const FileId w = files[v].targets[frames.back().next++];
        if (index[w] == kUnseen) {
          frames.push_back({w, 0});
        } else if (result.of[w] == kUnseen) {
          low[v] = std::min(low[v], index[w]);
        }
        continue;
      }
      if (low[v] == index[v]) {
        const auto component = static_cast<uint32_t>(result.members.size());
        lib::vector<FileId>& members = result.members.emplace_back();
        FileId w;
        do {
          w = open.back();
          open.pop_back();
          result.of[w] = component;
          members.push_back(w);
        } while (w != v);
        std::sort(members.begin(), members.end());
      }
      frames.pop_back();
      if (!frames.empty()) {
        const FileId parent = frames.back().file;
        low[parent] = std::min(low[parent], low[v]);
      }
    }
  }
  return result;
}

// The way from `from` to `to`, both in one component: appends all after `from`.
void walk_inside(const lib::vector<File>& files, const Components& components, FileId from,
                 FileId to, lib::vector<FileId>* chain) {
  lib::unordered_map<FileId, FileId> came_from = {{from, from}};
  lib::vector<FileId> queue = {from};
  for (size_t i = 0; i < queue.size() && !came_from.contains(to); ++i) {
    for (const FileId next : files[queue[i]].targets) {
      if (components.of[next] != components.of[from]) continue;
      if (came_from.emplace(next, queue[i]).second) queue.push_back(next);
    }
  }
  const auto begin = static_cast<ptrdiff_t>(chain->size());
  for (FileId at = to; at != from; at = came_from[at]) chain->push_back(at);
  std::reverse(chain->begin() + begin, chain->end());
}

lib::vector<FileId> find_longest_chain(const lib::vector<File>& files,
                                       const Components& components) {
  struct Step {
    uint32_t depth = 1;
    FileId from = kNoFile;
    FileId to = kNoFile;
  };
  lib::vector<Step> steps(components.members.size());
  for (uint32_t c = 0; c < steps.size(); ++c) {
    for (const FileId from : components.members[c]) {
      for (const FileId to : files[from].targets) {
        const uint32_t other = components.of[to];
        if (other == c || steps[other].depth < steps[c].depth) continue;
        steps[c] = {steps[other].depth + 1, from, to};
      }
    }
  }
  lib::vector<FileId> chain;
  FileId start = kNoFile;
  uint32_t depth = 0;
  for (FileId id = 0; id < files.size(); ++id) {
    if (steps[components.of[id]].depth <= depth) continue;
    depth = steps[components.of[id]].depth;
    start = id;
  }
  if (start == kNoFile) return chain;
  const Step* step = &steps[components.of[start]];
  chain.push_back(step->from == kNoFile ? start : step->from);
  while (step->from != kNoFile) {
    if (chain.back() != step->from) {
      walk_inside(files, components, chain.back(), step->from, &chain);
    }
    chain.push_back(step->to);
    step = &steps[components.of[step->to]];
  }
  return chain;
}

Analysis analyze(const lib::vector<File>& files, size_t top) {
  const auto by_path = [&](FileId a, FileId b) { return files[a].path < files[b].path; };
  Analysis result;
  for (FileId id = 0; id < files.size(); ++id) {
    if (files[id].included > 0) result.most_included.push_back(id);
  }
  std::sort(result.most_included.begin(), result.most_included.end(), [&](FileId a, FileId b) {
    if (files[a].included != files[b].included) return files[a].included > files[b].included;
    return by_path(a, b);
  });
  if (result.most_included.size() > top) result.most_included.resize(top);

  const Components components = find_components(files);
  result.longest_chain = find_longest_chain(files, components);
  for (lib::vector<FileId> members : components.members) {
    const lib::vector<FileId>& targets = files[members[0]].targets;
    if (members.size() == 1 &&
        std::find(targets.begin(), targets.end(), members[0]) == targets.end()) {
      continue;
    }
    std::sort(members.begin(), members.end(), by_path);
    result.cycles.push_back(std::move(members));
  }
  std::sort(result.cycles.begin(), result.cycles.end(),
            [&](const lib::vector<FileId>& a, const lib::vector<FileId>& b) {
              if (a.size() != b.size()) return a.size() > b.size();
              return by_path(a[0], b[0]);
            });
  return result;
}

// ---- report -----------------------------------------------------------------

lib::string number(uint64_t n) { return lib::string(std::string_view(std::to_string(n))); }

lib::string padded(uint64_t n, size_t width) {
  const lib::string digits = number(n);
  return lib::string(width - std::min(width, digits.size()), ' ') + digits;
}

lib::string text_report(const Graph& graph, const Analysis& analysis, const Options& options) {
  lib::string out;
  out += "Files read    " + padded(graph.files_read, 12) + "\n";
  out += "Bytes read    " + padded(graph.bytes, 12) + "\n";
  out += "Includes      " + padded(graph.includes, 12) + "\n";
  out += "  resolved    " + padded(graph.resolved, 12) + "\n";
  out += "  unresolved  " + padded(graph.includes - graph.resolved, 12) + "\n";
  if (!graph.problems.empty()) out += "Not read      " + padded(graph.problems.size(), 12) + "\n";

  out += "\nMost included\n";
  for (const FileId id : analysis.most_included) {
    out += padded(graph.files[id].included, 8) + "  " + for_text(graph.files[id].path) + "\n";
  }
  out += "\nLongest include chain: " + number(analysis.longest_chain.size()) + " files\n";
  for (const FileId id : analysis.longest_chain) {
    out += "  " + for_text(graph.files[id].path) + "\n";
  }
  out += "\nInclude cycles: " + number(analysis.cycles.size()) + "\n";
  const size_t shown = std::min(analysis.cycles.size(), options.top);
  for (size_t i = 0; i < shown; ++i) {
    const size_t size = analysis.cycles[i].size();
    out += "  " + number(size) + (size == 1 ? " file\n" : " files\n");
    for (const FileId id : analysis.cycles[i]) {
      out += "    " + for_text(graph.files[id].path) + "\n";
    }
  }
  if (shown < analysis.cycles.size()) {
    out += "  and " + number(analysis.cycles.size() - shown) + " more\n";
  }
  out += "\nMemory\n  not counted\n";
  return out;
}

template <typename List, typename Item>
lib::string json_list(const List& list, const char* indent, const Item& item) {
  lib::string out = "[";
  const char* separator = "\n";
  for (const auto& element : list) {
    out += separator;
    out += indent;
    out += "  ";
    out += item(element);
    separator = ",\n";
  }
  if (!std::empty(list)) out += lib::string("\n") + indent;
  return out + "]";
}

lib::string json_report(const Graph& graph, const Analysis& analysis, const Options& options) {
  const auto path_of = [&](FileId id) { return for_json(graph.files[id].path); };
  lib::string out = "{\n";
  out += "  \"roots\": " + json_list(options.roots, "  ", for_json) + ",\n";
  out += "  \"include_dirs\": " + json_list(options.include_dirs, "  ", for_json) + ",\n";
  out += "  \"files\": " + number(graph.files_read) + ",\n";
  out += "  \"bytes\": " + number(graph.bytes) + ",\n";
  out += "  \"includes\": " + number(graph.includes) + ",\n";
  out += "  \"resolved\": " + number(graph.resolved) + ",\n";
  out += "  \"unresolved\": " + number(graph.includes - graph.resolved) + ",\n";
  out += "  \"most_included\": " + json_list(analysis.most_included, "  ", [&](FileId id) {
           return "{\"path\": " + path_of(id) + ", \"count\": " + number(graph.files[id].included) +
                  "}";
         });
  out += ",\n  \"longest_chain\": " + json_list(analysis.longest_chain, "  ", path_of);
  out += ",\n  \"cycles\": " + json_list(analysis.cycles, "  ", [&](const auto& members) {
           return json_list(members, "    ", path_of);
         });
  out += ",\n  \"errors\": " + json_list(graph.problems, "  ", [](const Problem& problem) {
           return "{\"path\": " + for_json(problem.path) +
                  ", \"message\": " + for_json(problem.message) + "}";
         });
  out += ",\n  \"memory\": {}\n}\n";
  return out;
}

lib::string dot_report(const lib::vector<File>& files) {
  lib::string out = "digraph includes {\n  rankdir=LR;\n  node [shape=box];\n";
  for (size_t id = 0; id < files.size(); ++id) {
    out += "  f" + number(id) + " [label=" + for_dot(files[id].path) + "];\n";
  }
  lib::vector<FileId> last(files.size(), kNoFile);
  for (FileId id = 0; id < files.size(); ++id) {
    for (const FileId target : files[id].targets) {
      if (std::exchange(last[target], id) == id) continue;
      out += "  f" + number(id) + " -> f" + number(target) + ";\n";
    }
  }
  return out + "}\n";
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// ---- options ----------------------------------------------------------------

[[noreturn]] void usage_error(const lib::string& message) {
  fprintf(stderr, "include_map_std: %s\n", message.c_str());
  exit(2);
}

lib::string directory_name(lib::string name) {
  if (name.empty()) usage_error("a directory's name is empty");
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

Options parse_options(int argc, char** argv) {
  Options options;
  const auto take = [&](int* i, std::string_view option, lib::string* value) {
    const std::string_view argument = argv[*i];
    if (argument.starts_with(option) && argument.substr(option.size()).starts_with('=')) {
      *value = argument.substr(option.size() + 1);
      return true;
    }
    if (argument != option) return false;
    if (*i + 1 == argc) usage_error(lib::string(option) + " wants a value");
    *value = argv[++*i];
    return true;
  };
  for (int i = 1; i < argc; ++i) {
    const lib::string argument = argv[i];
    lib::string value;
    if (argument == "--json") {
      options.json = true;
    } else if (take(&i, "--dot", &value)) {
      options.dot_file = value;
    } else if (take(&i, "--top", &value)) {
      if (value.empty() || value.size() > 9 ||
          value.find_first_not_of("0123456789") != lib::string::npos) {
        usage_error("--top wants a number, not '" + value + "'");
      }
      options.top = strtoul(value.c_str(), nullptr, 10);
    } else if (argument == "-I") {
      if (i + 1 == argc) usage_error("-I wants a value");
      options.include_dirs.push_back(directory_name(argv[++i]));
    } else if (argument.starts_with("-I")) {
      options.include_dirs.push_back(directory_name(argument.substr(2)));
    } else if (argument.starts_with('-') && argument != "-") {
      usage_error("unknown option '" + argument + "'");
    } else {
      options.roots.push_back(directory_name(argument));
    }
  }
  if (options.roots.empty()) options.roots.emplace_back("/usr/include");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef CEX_BENCH_PMR
  // Never destroyed, as the containers in it are not until the program ends.
  static auto& pool = *new std::pmr::unsynchronized_pool_resource;
  std::pmr::set_default_resource(&pool);
#endif
  signal(SIGPIPE, SIG_IGN);
  const Options options = parse_options(argc, argv);
  Graph graph(options);
  for (const lib::string& directory : options.include_dirs) {
    struct stat info;
    if (stat(directory.c_str(), &info) != 0) {
      graph.add_problem(directory, strerror(errno));
    } else if (!S_ISDIR(info.st_mode)) {
      graph.add_problem(directory, "not a directory");
    }
  }
  graph.read_tree();
  graph.resolve();
  if (isatty(STDERR_FILENO)) fputs("\033[K", stderr);
  const Analysis analysis = analyze(graph.files, options.top);

  bool ok = graph.problems.empty();
  if (!options.dot_file.empty()) {
    const int fd = open(options.dot_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || !write_all(fd, dot_report(graph.files)) || close(fd) != 0) {
      graph.add_problem(options.dot_file, strerror(errno));
      ok = false;
    }
  }
  const lib::string report =
      options.json ? json_report(graph, analysis, options) : text_report(graph, analysis, options);
  if (!write_all(STDOUT_FILENO, report)) {
    fprintf(stderr, "include_map_std: standard output: %s\n", strerror(errno));
    ok = false;
  }
  return ok ? 0 : 1;
}
