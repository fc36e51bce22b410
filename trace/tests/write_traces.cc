// write_traces KIND SEED DIRECTORY: does something traced, and writes trace.json,
// trace.html and model.json, which has what it did by its own count, to DIRECTORY.
//
//   random  operations of every kind on a heap, an arena on traced pages, and tmem$
//   many    the same, too many for the picture to have all of them
//   full    the same, with a trace that has too little room
//   lanes   150 allocators, each with a block, which are ever larger
//   demo    what the README's picture shows
//   empty   nothing
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "cex/arena.h"
#include "cex/tempmem.h"
#include "cex/trace.h"

namespace {

struct Counts {
  uint64_t allocations = 0;
  uint64_t reallocations = 0;
  uint64_t frees = 0;
  uint64_t ended_by_scope = 0;
  uint64_t failures = 0;
  uint64_t bytes_requested = 0;
  uint64_t live_blocks = 0;
  uint64_t live_bytes = 0;
  uint64_t peak_blocks = 0;
  uint64_t peak_bytes = 0;
  uint64_t scopes = 0;
  std::map<int, uint64_t> sizes;  // by the number of times that 2 divides into one
};

// One traced allocator and what has to be true of it.
class Model {
 public:
  Model(IAllocator a, const char* name, bool has_scopes, bool needs_scope)
      : name_(name), has_scopes_(has_scopes), needs_scope_(needs_scope), levels_{{a, {}}} {}

  template <typename Rng>
  void step(Rng& rng) {
    const auto dice = rng() % 100;
    const size_t least = needs_scope_ ? 1 : 0;
    const bool can_allocate = levels_.size() > least;
    // Any scope that is open, not only the innermost one.
    Level& level = levels_[can_allocate ? least + rng() % (levels_.size() - least) : 0];
    std::vector<Block>& blocks = level.blocks;
    if (has_scopes_ && dice < 8 && levels_.size() < 6) {
      levels_.push_back({level.a->scope_enter(level.a), {}});
      ++counts.scopes;
    } else if (has_scopes_ && dice < 13 && levels_.size() > 1) {
      leave(rng() % 3 == 0 ? 1 + rng() % (levels_.size() - 1) : levels_.size() - 1);
    } else if (can_allocate && (dice < 60 || blocks.empty())) {
      const size_t size = size_of(rng);
      const bool zeroed = dice % 3 == 0;
      note(blocks,
           zeroed ? static_cast<void*>(mem$calloc(level.a, size, 1))
                  : static_cast<void*>(mem$malloc(level.a, size)),
           size);
    } else if (dice == 60 && can_allocate) {
      // Far too much.
      if (static_cast<void*>(mem$malloc(level.a, SIZE_MAX / 16)) == nullptr) ++counts.failures;
    } else if (dice < 75 && !blocks.empty()) {
      Block& block = blocks[rng() % blocks.size()];
      const size_t size = size_of(rng);
      block.p = mem$realloc(level.a, block.p, size);
      ++counts.reallocations;
      counts.live_bytes += size - block.size;
      asked(size);
      block.size = size;
    } else if (!blocks.empty()) {
      const size_t i = rng() % blocks.size();
      mem$free(level.a, blocks[i].p);
      ++counts.frees;
      counts.live_bytes -= blocks[i].size;
      --counts.live_blocks;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void leave_all() {
    if (levels_.size() > 1) leave(1);
  }

  void finish() {
    leave_all();
    for (Block& block : levels_[0].blocks) mem$free(levels_[0].a, block.p);
    counts.frees += levels_[0].blocks.size();
    counts.live_blocks = counts.live_bytes = 0;
    levels_[0].blocks.clear();
  }

  void write(FILE* file) const {
    fprintf(file, "{\"name\": \"%s\", \"sizes\": {", name_);
    const char* comma = "";
    for (const auto& [size_class, count] : counts.sizes) {
      fprintf(file, "%s\"%d\": %" PRIu64, comma, size_class, count);
      comma = ", ";
    }
    fprintf(file,
            "}, \"allocations\": %" PRIu64 ", \"reallocations\": %" PRIu64 ", \"frees\": %" PRIu64
            ", "
            "\"ended_by_scope\": %" PRIu64 ", \"failures\": %" PRIu64
            ", \"bytes_requested\": %" PRIu64
            ", "
            "\"live_blocks\": %" PRIu64 ", \"live_bytes\": %" PRIu64 ", \"peak_blocks\": %" PRIu64
            ", "
            "\"peak_bytes\": %" PRIu64 ", \"scopes\": %" PRIu64 "}",
            counts.allocations, counts.reallocations, counts.frees, counts.ended_by_scope,
            counts.failures, counts.bytes_requested, counts.live_blocks, counts.live_bytes,
            counts.peak_blocks, counts.peak_bytes, counts.scopes);
  }

  Counts counts;

 private:
  struct Block {
    void* p;
    size_t size;
  };

  // The allocator itself, or a scope of it.
  struct Level {
    IAllocator a;
    std::vector<Block> blocks;
  };

  template <typename Rng>
  static size_t size_of(Rng& rng) {
    return 1 + rng() % (size_t{1} << (rng() % 13));
  }

  void asked(size_t size) {
    counts.bytes_requested += size;
    int size_class = 0;
    while (size >>= 1) ++size_class;
    ++counts.sizes[size_class];
    if (counts.live_bytes > counts.peak_bytes) counts.peak_bytes = counts.live_bytes;
    if (counts.live_blocks > counts.peak_blocks) counts.peak_blocks = counts.live_blocks;
  }

  void note(std::vector<Block>& blocks, void* p, size_t size) {
    if (p == nullptr) abort();
    blocks.push_back({p, size});
    ++counts.allocations;
    ++counts.live_blocks;
    counts.live_bytes += size;
    asked(size);
  }

  // Ends a scope, and those inside it.
  void leave(size_t depth) {
    // The innermost one also by way of the allocator itself.
    const bool is_innermost = depth == levels_.size() - 1;
    const IAllocator a = levels_[is_innermost && counts.scopes % 2 == 0 ? 0 : depth].a;
    a->scope_exit(a);
    for (; levels_.size() > depth; levels_.pop_back()) {
      for (const Block& block : levels_.back().blocks) {
        ++counts.ended_by_scope;
        --counts.live_blocks;
        counts.live_bytes -= block.size;
      }
    }
  }

  const char* name_;
  bool has_scopes_;
  bool needs_scope_;
  std::vector<Level> levels_;
};

void run_random(cex::Trace& trace, unsigned seed, int steps, FILE* model) {
  std::mt19937 rng(seed);
  const IAllocator pages = trace.wrap_pages(mem$, "pages");
  const IAllocator arena = AllocatorArena.create(16384, {.backing = pages});
  // Names that a writer has to escape.
  Model models[] = {
      {trace.wrap(mem$, "heap </script>"), "heap </script>", false, false},
      {trace.wrap(arena, "arena"), "arena", true, false},
      {trace.wrap(tmem$, "tmem$"), "tmem$", true, true},
  };
  for (int i = 0; i < steps; ++i) models[rng() % 3].step(rng);
  models[1].leave_all();
  models[2].leave_all();
  models[0].finish();
  fprintf(model, "[");
  for (const Model& m : models) {
    m.write(model);
    fprintf(model, &m == &models[2] ? "]\n" : ",\n");
  }
  // Its blocks from outside a scope stay live in the trace: it is not told of the end.
  AllocatorArena.destroy(arena);
}

// A small parser's life: a tree that stays, scratch that goes, a growing array.
struct Node {
  Node* next;
  char text[40];
};

void parse(IAllocator tree, IAllocator scratch, int files) {
  Node* list = nullptr;
  for (int file = 0; file < files; ++file) {
    mem$scope(scratch, _) {
      const size_t size = 2000 + static_cast<size_t>(file * 7919 % 9000);
      char* text = mem$malloc(_, size);
      memset(text, 'x', size);
      const int lines = 6 + file % 5;
      for (int line = 0; line < lines; ++line) {
        mem$scope(_, words) {
          char* word = mem$malloc(words, 300 + static_cast<size_t>(line * 431 % 1700));
          memset(word, 'y', 300);
          Node* const node = mem$new(tree, Node);
          node->next = list;
          list = node;
          snprintf(node->text, sizeof(node->text), "%d:%d", file, line);
          char* note = mem$malloc(tree, 90 + static_cast<size_t>(line * 37));
          memset(note, 'z', 90);
        }
      }
    }
  }
}

void run_demo(cex::Trace& trace) {
  const IAllocator pages = trace.wrap_pages(mem$, "pages");
  const IAllocator tree_arena = AllocatorArena.create(16384, {.backing = pages});
  const IAllocator scratch_arena = AllocatorArena.create(8192, {.backing = pages});
  const IAllocator tree = trace.wrap(tree_arena, "tree (arena)");
  const IAllocator scratch = trace.wrap(scratch_arena, "scratch (arena)");
  const IAllocator heap = trace.wrap(mem$, "heap");
  int* index = nullptr;
  for (size_t round = 0; round < 8; ++round) {
    index = mem$realloc(heap, index, (size_t{1} << round) * 512);
    parse(tree, scratch, 3);
  }
  mem$free(heap, index);
  trace.end(tree);
  AllocatorArena.destroy(tree_arena);
  trace.end(scratch);
  AllocatorArena.destroy(scratch_arena);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fputs("write_traces: usage: write_traces KIND SEED DIRECTORY\n", stderr);
    return 2;
  }
  const std::string kind = argv[1];
  const auto seed = static_cast<unsigned>(strtoul(argv[2], nullptr, 10));
  const std::string directory = argv[3];
  FILE* const model = fopen((directory + "/model.json").c_str(), "w");
  if (model == nullptr) return 1;
  cex::Trace trace({.limit = kind == "full" ? size_t{100000} : SIZE_MAX});
  if (kind == "random" || kind == "full") {
    run_random(trace, seed, 4000, model);
  } else if (kind == "many") {
    run_random(trace, seed, 200000, model);
  } else if (kind == "lanes") {
    for (size_t i = 1; i <= 150; ++i) {
      const IAllocator a = trace.wrap(mem$, std::to_string(i).c_str());
      void* p = mem$malloc(a, i);
      mem$free(a, p);
    }
  } else if (kind == "same_name") {
    // Two at one time, and a third one after them.
    const IAllocator a = trace.wrap(mem$, "one");
    const IAllocator b = trace.wrap(mem$, "one");
    void* p = mem$malloc(a, 100);
    void* q = mem$malloc(b, 7);
    mem$free(a, p);
    mem$free(b, q);
    const IAllocator c = trace.wrap(mem$, "one");
    p = mem$malloc(c, 20);
    mem$free(c, p);
  } else if (kind == "demo") {
    run_demo(trace);
  }
  fclose(model);
  const bool written = trace.write_chrome_json((directory + "/trace.json").c_str()) &&
                       trace.write_html((directory + "/trace.html").c_str(),
                                        kind == "demo" ? "A parser's memory" : "<b>\"Random\"</b>");
  return written ? 0 : 1;
}
