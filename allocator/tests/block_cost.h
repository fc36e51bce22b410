// What a block costs in an arena or a fixed buffer of a release build, as the documents promise it.
#ifndef CEX_ALLOCATOR_TESTS_BLOCK_COST_H_
#define CEX_ALLOCATOR_TESTS_BLOCK_COST_H_

#include <stddef.h>

// Its bytes with their size, a size_t, in front of them.
constexpr size_t cost(size_t size) {
  constexpr size_t kAlign = alignof(max_align_t);
  return (size + sizeof(size_t) + kAlign - 1) / kAlign * kAlign;
}
static_assert(sizeof(size_t) < 8 || alignof(max_align_t) < 16 ||
              (cost(1) == 16 && cost(8) == 16 && cost(16) == 32 && cost(100) == 112));

#endif  // CEX_ALLOCATOR_TESTS_BLOCK_COST_H_
