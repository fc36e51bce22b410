// What a test knows of the blocks it holds: every one is filled with bytes that
// only it has, so that an allocator that lets blocks overlap, moves one without its
// content, or touches one, is found out.
#ifndef CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_
#define CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_

#include <stdint.h>

#include <random>
#include <vector>

#include "allocator/tests/conformance.h"
#include "cex/allocator.h"

namespace cex::testing {

class BlockModel {
 public:
  BlockModel(IAllocator a, const Candidate& candidate, uint64_t seed);

  // Does one random thing: malloc, calloc, realloc, free, or opening or closing a
  // scope. The scopes are opened through the interface.
  void step();

  // Verifies every block.
  void verify_all() const;

  // Closes the scopes that are open and frees the blocks that are left.
  void finish();

  size_t operations() const { return operations_; }

 private:
  struct Block {
    char* p;
    size_t size;
    size_t align;
    size_t seed;
    uint32_t depth;
  };

  size_t random(size_t below) { return static_cast<size_t>(rng_() % below); }
  size_t random_size();
  void allocate(bool zeroed);
  void resize();
  void release();
  void enter();
  void exit();
  void fill(Block* block);
  void verify(const Block& block) const;

  IAllocator a_;
  const Candidate& candidate_;
  std::mt19937_64 rng_;
  std::vector<Block> blocks_;
  size_t live_ = 0;
  size_t depth_ = 0;
  size_t operations_ = 0;
};

}  // namespace cex::testing

#endif  // CEX_ALLOCATOR_TESTS_BLOCK_MODEL_H_
