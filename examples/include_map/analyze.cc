#include "examples/include_map/analyze.h"

#include <algorithm>

#include "examples/include_map/scratch.h"

namespace include_map {
namespace {

using ComponentId = uint32_t;
constexpr uint32_t kUnseen = UINT32_MAX;

bool path_less(const Graph& graph, FileId x, FileId y) {
  return graph.files[x].path < graph.files[y].path;
}

// The strongly connected components. A component comes after those that its files
// include.
struct Components {
  arr$(ComponentId) of;  // by file
  arr$(FileId) files;    // those of component 0, of component 1, …, each ascending
  arr$(size_t) starts;   // where each begins in `files`, and the end

  size_t count() const { return arr$len(starts) - 1; }
  std::span<const FileId> members(ComponentId c) const {
    return {static_cast<const FileId*>(files) + starts[c], starts[c + 1] - starts[c]};
  }
};

template <typename T>
void fill(arr$(T) & array, size_t count, T value, IAllocator a) {
  arr$new(array, a, .capacity = count);
  for (size_t i = 0; i < count; ++i) arr$push(array, value);
}

// Tarjan's algorithm. A stack of frames stands for the calls of the usual
// recursive form, which a long chain of includes would make too deep.
class ComponentFinder {
 public:
  // The result and all it takes to get there is in memory of `a`.
  ComponentFinder(const Graph& graph, IAllocator a) : graph_(graph) {
    const size_t count = arr$len(graph.files);
    fill(result_.of, count, kUnseen, a);
    fill(index_, count, kUnseen, a);
    fill(low_, count, kUnseen, a);
    arr$new(result_.files, a, .capacity = count);
    arr$new(result_.starts, a, .capacity = count + 1);
    arr$new(open_, a, .capacity = count);
    arr$new(frames_, a, .capacity = count);
    arr$push(result_.starts, size_t{0});
  }

  Components find() {
    for (FileId root = 0; root < arr$len(graph_.files); ++root) {
      if (index_[root] != kUnseen) continue;
      enter(root);
      while (arr$len(frames_) != 0) step();
    }
    return result_;
  }

 private:
  struct Frame {
    FileId file;
    size_t next_target;
  };

  void enter(FileId file) {
    index_[file] = low_[file] = next_index_++;
    arr$push(open_, file);
    arr$push(frames_, file, size_t{0});
  }

  void step() {
    Frame& frame = arr$last(frames_);
    const FileId file = frame.file;
    const std::span<const FileId> targets = targets_of(graph_, file);
    if (frame.next_target < targets.size()) {
      const FileId target = targets[frame.next_target++];
      if (index_[target] == kUnseen) {
        enter(target);
      } else if (result_.of[target] == kUnseen) {
        low_[file] = std::min(low_[file], index_[target]);
      }
      return;
    }
    if (low_[file] == index_[file]) close_component(file);
    arr$pop(frames_);
    if (arr$len(frames_) != 0) {
      const FileId parent = arr$last(frames_).file;
      low_[parent] = std::min(low_[parent], low_[file]);
    }
  }

  void close_component(FileId first) {
    const auto component = static_cast<ComponentId>(result_.count());
    FileId* const begin = static_cast<FileId*>(result_.files) + arr$len(result_.files);
    FileId file = kNoFile;
    do {
      file = arr$pop(open_);
      result_.of[file] = component;
      arr$push(result_.files, file);
    } while (file != first);
    std::sort(begin, static_cast<FileId*>(result_.files) + arr$len(result_.files));
    arr$push(result_.starts, arr$len(result_.files));
  }

  const Graph& graph_;
  Components result_;
  arr$(uint32_t) index_;  // the order in which files were entered
  arr$(uint32_t) low_;    // the lowest index known to be reached
  arr$(FileId) open_;     // entered, and in no component yet
  arr$(Frame) frames_;
  uint32_t next_index_ = 0;
};

// Appends the shortest way from `from` to `to`, without `from` itself. Both are in
// one component, so there is one.
void append_way(const Graph& graph, const Components& components, FileId from, FileId to,
                arr$(FileId) & chain) {
  const size_t begin = arr$len(chain);
  mem$scope(scratch(), _) {
    hm$(FileId, FileId) came_from = hm$new(came_from, _);
    arr$(FileId) queue = arr$new(queue, _);
    hm$set(came_from, from, from);
    arr$push(queue, from);
    for (size_t i = 0; i < arr$len(queue) && hm$getp(came_from, to) == nullptr; ++i) {
      const FileId file = queue[i];
      for (const FileId next : targets_of(graph, file)) {
        if (components.of[next] != components.of[from]) continue;
        if (hm$getp(came_from, next) != nullptr) continue;
        hm$set(came_from, next, file);
        arr$push(queue, next);
      }
    }
    for (FileId at = to; at != from; at = hm$get(came_from, at)) arr$push(chain, at);
  }
  FileId* const files = chain;
  std::reverse(files + begin, files + arr$len(chain));
}

void find_longest_chain(const Graph& graph, const Components& components, arr$(FileId) & chain) {
  struct Step {
    uint32_t depth = 1;  // components from here on
    FileId from = kNoFile;
    FileId to = kNoFile;  // the include that leads on, if any
  };
  mem$scope(scratch(), _) {
    arr$(Step) steps = arr$new(steps, _, .capacity = components.count());
    for (ComponentId c = 0; c < components.count(); ++c) {
      Step best;
      for (const FileId from : components.members(c)) {
        for (const FileId to : targets_of(graph, from)) {
          const ComponentId other = components.of[to];
          if (other == c || steps[other].depth < best.depth) continue;
          best = {steps[other].depth + 1, from, to};
        }
      }
      arr$push(steps, best);
    }

    FileId start = kNoFile;
    uint32_t depth = 0;
    for (FileId file = 0; file < arr$len(graph.files); ++file) {
      if (steps[components.of[file]].depth <= depth) continue;
      depth = steps[components.of[file]].depth;
      start = file;
    }
    if (start == kNoFile) return;

    const Step* step = &steps[components.of[start]];
    arr$push(chain, step->from == kNoFile ? start : step->from);
    while (step->from != kNoFile) {
      const FileId last = arr$last(chain);
      if (last != step->from) append_way(graph, components, last, step->from, chain);
      arr$push(chain, step->to);
      step = &steps[components.of[step->to]];
    }
  }
}

void find_cycles(const Graph& graph, const Components& components, Analysis* result) {
  for (ComponentId c = 0; c < components.count(); ++c) {
    const std::span<const FileId> members = components.members(c);
    if (members.size() == 1) {
      const std::span<const FileId> targets = targets_of(graph, members[0]);
      if (std::find(targets.begin(), targets.end(), members[0]) == targets.end()) continue;
    }
    const size_t first = arr$len(result->cycle_files);
    arr$pusha(result->cycle_files, members.data(), members.size());
    FileId* const files = result->cycle_files;
    std::sort(files + first, files + first + members.size(),
              [&](FileId x, FileId y) { return path_less(graph, x, y); });
    arr$push(result->cycles, first, members.size());
  }
  arr$sort(result->cycles, [&](const Analysis::Cycle& x, const Analysis::Cycle& y) {
    if (x.count != y.count) return x.count > y.count;
    return path_less(graph, result->cycle_files[x.first], result->cycle_files[y.first]);
  });
}

void find_most_included(const Graph& graph, size_t top, arr$(FileId) & result) {
  mem$scope(scratch(), _) {
    arr$(FileId) included = arr$new(included, _, .capacity = arr$len(graph.files));
    for (FileId file = 0; file < arr$len(graph.files); ++file) {
      if (graph.files[file].included > 0) arr$push(included, file);
    }
    arr$sort(included, [&](FileId x, FileId y) {
      const uint64_t count_x = graph.files[x].included;
      const uint64_t count_y = graph.files[y].included;
      return count_x != count_y ? count_x > count_y : path_less(graph, x, y);
    });
    arr$pusha(result, included, std::min(top, arr$len(included)));
  }
}

}  // namespace

Analysis analyze(const Graph& graph, size_t top, IAllocator a) {
  Analysis result;
  arr$new(result.most_included, a);
  arr$new(result.longest_chain, a);
  arr$new(result.cycles, a);
  arr$new(result.cycle_files, a);
  find_most_included(graph, top, result.most_included);
  mem$scope(scratch(), _) {
    const Components components = ComponentFinder(graph, _).find();
    find_longest_chain(graph, components, result.longest_chain);
    find_cycles(graph, components, &result);
  }
  return result;
}

}  // namespace include_map
