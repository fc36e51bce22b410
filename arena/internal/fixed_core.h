// An arena on a caller's buffer, which holds the arena's own record as well.
#ifndef CEX_ARENA_INTERNAL_FIXED_CORE_H_
#define CEX_ARENA_INTERNAL_FIXED_CORE_H_

#include <new>
#include <type_traits>

#include "cex/arena/internal/core.h"

namespace cex::detail {

// The core at the start of `buffer`; null where the buffer is null or has no room for a
// single block. `Memory` is an ArenaMemory, or an ArenaCore where levels are to cost nothing
// before they are used.
template <typename Memory>
ArenaCore* fixed_core_create(void* buffer, size_t size) {
  if (buffer == nullptr || size > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  const uintptr_t begin = address(buffer);
  const uintptr_t at = round_up(begin, alignof(Memory));
  const uintptr_t page = at + sizeof(Memory);
  if (page + kMinPageBytes > begin + size || begin + size < begin) return nullptr;
  unpoison_defined(buffer, size);  // an earlier use may have ended without a word
  auto* const memory = ::new (reinterpret_cast<void*>(at)) Memory;
  ArenaCore* core = nullptr;
  if constexpr (std::is_same_v<Memory, ArenaMemory>) {
    core = &memory->core;
    core_init(core, &core->outermost.own_head, level_interface(false), memory->levels,
              ArenaMemory::kLevels);
  } else {
    core = memory;
    core_init(core, &core->outermost.own_head, level_interface(false), nullptr, 0);
  }
  core->byte_limit = size;
  core_adopt_page(core, reinterpret_cast<void*>(page), begin + size - page);
  return core;
}

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_FIXED_CORE_H_
