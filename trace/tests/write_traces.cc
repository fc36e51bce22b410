// write_traces KIND SEED DIRECTORY: does something traced, and writes trace.json,
// trace.html and model.json, which has what it did by its own count, to DIRECTORY.
//
//   random  operations of every kind on a heap, an arena on traced pages, and tmem$
//   many    the same, too many for the picture to have all of them
//   full    the same, with a trace that has too little room
//   demo    what the README's picture shows
//   empty   nothing
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
      : a_(a), name_(name), has_scopes_(has_scopes), needs_scope_(needs_scope) {}

  template <typename Rng>
  void step(Rng& rng) {
    const auto dice = rng() % 100;
    const bool can_allocate = !needs_scope_ || !scopes_.empty();
    if (has_scopes_ && dice < 6 && scopes_.size() < 5) {
      a_->scope_enter(a_);
      scopes_.push_back(blocks_.size());
      ++counts.scopes;
    } else if (has_scopes_ && dice < 12 && !scopes_.empty()) {
      leave();
    } else if (can_allocate && (dice < 60 || blocks_.empty())) {
      const size_t size = size_of(rng);
      const bool zeroed = dice % 3 == 0;
      note(zeroed ? static_cast<void*>(mem$calloc(a_, size, 1))
                  : static_cast<void*>(mem$malloc(a_, size)),
           size);
    } else if (dice == 60 && can_allocate) {
      // Far too much.
      if (static_cast<void*>(mem$malloc(a_, size_t{1} << 60)) == nullptr) ++counts.failures;
    } else if (dice < 75 && blocks_.size() > here()) {
      const size_t i = here() + rng() % (blocks_.size() - here());
      const size_t size = size_of(rng);
      blocks_[i].p = mem$realloc(a_, blocks_[i].p, size);
      ++counts.reallocations;
      counts.live_bytes += size - blocks_[i].size;
      asked(size);
      blocks_[i].size = size;
    } else if (blocks_.size() > here()) {
      const size_t i = here() + rng() % (blocks_.size() - here());
      mem$free(a_, blocks_[i].p);
      ++counts.frees;
      counts.live_bytes -= blocks_[i].size;
      --counts.live_blocks;
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void leave_all() {
    while (!scopes_.empty()) leave();
  }

  void finish() {
    leave_all();
    for (Block& block : blocks_) mem$free(a_, block.p);
    counts.frees += blocks_.size();
    counts.live_blocks = counts.live_bytes = 0;
    blocks_.clear();
  }

  void write(FILE* file) const {
    fprintf(file, "{\"name\": \"%s\", \"sizes\": {", name_);
    const char* comma = "";
    for (const auto& [size_class, count] : counts.sizes) {
      fprintf(file, "%s\"%d\": %lu", comma, size_class, count);
      comma = ", ";
    }
    fprintf(file,
            "}, \"allocations\": %lu, \"reallocations\": %lu, \"frees\": %lu, "
            "\"ended_by_scope\": %lu, \"failures\": %lu, \"bytes_requested\": %lu, "
            "\"live_blocks\": %lu, \"live_bytes\": %lu, \"peak_blocks\": %lu, "
            "\"peak_bytes\": %lu, \"scopes\": %lu}",
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

  // Where the blocks of the innermost scope begin: outer ones are not resized.
  size_t here() const { return scopes_.empty() ? 0 : scopes_.back(); }

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

  void note(void* p, size_t size) {
    if (p == nullptr) abort();
    blocks_.push_back({p, size});
    ++counts.allocations;
    ++counts.live_blocks;
    counts.live_bytes += size;
    asked(size);
  }

  void leave() {
    a_->scope_exit(a_);
    while (blocks_.size() > scopes_.back()) {
      ++counts.ended_by_scope;
      --counts.live_blocks;
      counts.live_bytes -= blocks_.back().size;
      blocks_.pop_back();
    }
    scopes_.pop_back();
  }

  IAllocator a_;
  const char* name_;
  bool has_scopes_;
  bool needs_scope_;
  std::vector<Block> blocks_;
  std::vector<size_t> scopes_;  // how many blocks there were before each
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
  // Its blocks from outside a scope stay live in the trace: nobody says that it ends.
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
  } else if (kind == "demo") {
    run_demo(trace);
  }
  fclose(model);
  const bool written = trace.write_chrome_json((directory + "/trace.json").c_str()) &&
                       trace.write_html((directory + "/trace.html").c_str(),
                                        kind == "demo" ? "A parser's memory" : "<b>\"Random\"</b>");
  return written ? 0 : 1;
}
