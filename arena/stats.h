/// @file
/// What an arena, a fixed buffer or tmem$ can say of itself.
///
/// ```cpp
/// cex::AllocatorStats stats = AllocatorArena.stats(arena);
/// printf("%zu of %zu bytes in use\n", stats.bytes_in_use, stats.bytes_reserved);
/// ```
///
/// arena_stats(), fixed_stats() and temp_stats() make one: a plain value, as of the
/// call.
#ifndef CEX_ARENA_STATS_H_
#define CEX_ARENA_STATS_H_

#include <stddef.h>
#include <stdint.h>

namespace cex {

/// Bytes count what blocks take of their pages: their size, the record in front
/// of them and padding, and room that they have for more. A freed block of less than 64
/// bytes that is not its page's newest counts until its scope ends.
struct AllocatorStats {
  size_t bytes_in_use = 0;      ///< by blocks, now
  size_t bytes_peak = 0;        ///< the most that bytes_in_use ever was
  size_t bytes_reserved = 0;    ///< held from the backing allocator, kept pages included
  size_t pages_live = 0;        ///< pages that blocks may lie on
  size_t pages_created = 0;     ///< pages ever taken from the backing allocator
  size_t pages_freed = 0;       ///< pages ever returned to it
  uint64_t scopes_entered = 0;  ///< ever
  uint32_t scope_depth = 0;     ///< scopes that are open now
};

}  // namespace cex

#endif  // CEX_ARENA_STATS_H_
