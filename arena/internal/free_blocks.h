// Blocks that were freed and are not the newest of their page: a level uses them again.
//
// They are lists by size class, a power of two, in the blocks themselves:
//
//     level.freed ──> 64 … 127 ──bigger──> 256 … 511 ──bigger──> 4096 … 8191
//                        │ next               │ next
//                     64 … 127             256 … 511
//
// Only what is called looks at them, never the inline code. They go with their level. A block
// that is taken is split; neighbors are merged when a request finds none, and enough were freed
// since the last time that it pays.
#ifndef CEX_ARENA_INTERNAL_FREE_BLOCKS_H_
#define CEX_ARENA_INTERNAL_FREE_BLOCKS_H_

#include "cex/arena/internal/core.h"

namespace cex::detail {

// Smaller blocks stay where they are.
inline constexpr size_t kLeastFree = 64;

// Gives the level `bytes` bytes from `p` on, which are not the newest block's and have no
// window on them. What follows them is the next block.
void add_free(ArenaLevel* level, char* p, size_t bytes);

// A block of at least `size` bytes where there were free ones; null: nowhere.
char* take_free(ArenaLevel* level, size_t size, size_t align);

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_FREE_BLOCKS_H_
