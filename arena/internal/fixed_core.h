// An arena on a caller's buffer, which holds the arena's own record as well.
#ifndef CEX_ARENA_INTERNAL_FIXED_CORE_H_
#define CEX_ARENA_INTERNAL_FIXED_CORE_H_

#include "cex/arena/internal/core.h"

namespace cex::detail {

// The core at the start of `buffer`, with `levels` levels behind it; null where the buffer is null
// or has no room for a single block.
inline ArenaCore* fixed_core_create(void* buffer, size_t size, size_t levels) {
  if (buffer == nullptr || size > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  const uintptr_t begin = address(buffer);
  const uintptr_t at = round_up(begin, alignof(ArenaCore));
  const uintptr_t page = at + sizeof(ArenaCore) + levels * sizeof(ArenaLevel);
  if (page + kMinPageBytes > begin + size || begin + size < begin) return nullptr;
  unpoison_defined(buffer, size);  // an earlier use may have ended without a word
  ArenaCore* const core = core_create(reinterpret_cast<void*>(at), levels);
  core_adopt_page(core, reinterpret_cast<void*>(page), begin + size - page);
  return core;
}

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_FIXED_CORE_H_
