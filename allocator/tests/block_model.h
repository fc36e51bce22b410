// What a test knows of the blocks it holds: which scope each belongs to, and that every one
// is filled with bytes that only it has. So an allocator is found out that lets blocks
// overlap, moves one without its content, touches one, or frees one with another scope.
#ifndef CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_
#define CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_

#include <stdint.h>

#include <functional>
#include <memory>
#include <vector>

#include "allocator/tests/conformance.h"
#include "cex/allocator.h"

namespace cex::testing {

class BlockModel {
 public:
  // Draws a number below `below`, which is at least 1.
  using Draw = std::function<size_t(size_t below)>;

  // `a` has no scope open, or is the allocator of the innermost one.
  BlockModel(IAllocator a, const Candidate& candidate, Draw draw);

  // Drawn from a generator with this seed.
  BlockModel(IAllocator a, const Candidate& candidate, uint64_t seed);

  // Does one random thing: malloc, calloc, realloc or free through the allocator of any
  // scope that is open, or opening or ending scopes: by MemScope or through the interface,
  // one or several at once.
  void step();

  // Verifies every block.
  void verify_all() const;

  // Ends the scopes that are open and frees the blocks that are left.
  void finish();

  size_t operations() const { return operations_; }

 private:
  struct Block {
    char* p;
    size_t size;
    size_t align;
    size_t seed;
    size_t depth;  // of the scope it belongs to
  };
  struct Open {
    IAllocator a;
    std::unique_ptr<MemScope> guard;  // or null: opened through the interface
  };

  size_t random(size_t below) { return draw_(below); }
  size_t random_size();
  // A depth to allocate at, most often the innermost.
  size_t random_depth();
  void allocate(bool zeroed);
  void resize();
  void release();
  void enter();
  void exit(size_t depth);
  void fill(Block* block);
  void verify(const Block& block) const;

  const Candidate& candidate_;
  Draw draw_;
  std::vector<Block> blocks_;
  std::vector<Open> open_;  // the outermost, which is no scope of the model's, first
  uint32_t base_depth_;
  bool has_levels_ = true;  // each scope has an allocator of its own
  size_t live_ = 0;
  size_t operations_ = 0;
};

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_
