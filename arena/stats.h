/// @file
/// The statistics of an arena, a fixed buffer or tmem$.
///
/// ```cpp
/// cex::AllocatorStats stats = AllocatorArena.stats(arena);
/// printf("%zu of %zu bytes in use\n", stats.bytes_in_use, stats.bytes_reserved);
/// ```
///
/// arena_stats(), fixed_stats() and temp_stats() return them: a plain value, as of the call.
#ifndef CEX_ARENA_STATS_H_
#define CEX_ARENA_STATS_H_

#include <stddef.h>
#include <stdint.h>

namespace cex {

/// Bytes in use are what blocks take of their pages: their size, the header in front of them,
/// padding, and spare room. A freed block of less than 64 bytes that is not the newest of its page
/// counts until its scope ends.
struct AllocatorStats {
  size_t bytes_in_use = 0;      ///< by blocks, now
  size_t bytes_peak = 0;        ///< the high-water mark of bytes_in_use
  size_t bytes_reserved = 0;    ///< of pages, kept ones included, and of what deep scopes need
  size_t pages_live = 0;        ///< pages in use; kept ones are not counted
  size_t pages_created = 0;     ///< pages ever taken from the backing allocator
  size_t pages_freed = 0;       ///< pages ever returned to it
  uint64_t scopes_entered = 0;  ///< ever
  uint32_t scope_depth = 0;     ///< scopes that are open now
};

}  // namespace cex

#endif  // CEX_ARENA_STATS_H_
