// One range of addresses for an arena, given memory as it fills.
//
//     begin                 committed             far_committed        end
//     | Range | page …  window  |  no memory: faults  | what has no window |
//
// To the rest of the arena it is a fixed buffer whose end moves: one page, and a far end for
// what needs a page of its own. Called through the record, so that a program without such
// arenas links nothing of it.
#ifndef CEX_ARENA_INTERNAL_RANGE_H_
#define CEX_ARENA_INTERNAL_RANGE_H_

#include "cex/arena/internal/core.h"

namespace cex::detail {

// At the begin of the range.
struct Range {
  // Gives memory to what is below `to`, and to more where it can; false: there is none.
  bool (*commit)(ArenaCore* core, const char* to);
  // The same of what is at the far end from `from` on.
  bool (*commit_far)(ArenaCore* core, const char* from);
  // Takes it from what no block lies on but for the arena's retain_bytes.
  void (*decommit)(ArenaCore* core);

  size_t bytes;     // of addresses
  char* committed;  // multiples of a system's page
  char* far_committed;
  IAllocator backing;  // where the arena's record is from
};

// Makes a fresh core, which knows its page size, limit and retain_bytes, one of `bytes` of
// addresses, rounded up. False: there are none, or no memory for the first page.
bool range_create(ArenaCore* core, size_t bytes);

// Returns all of it to the system. The core has no memory afterwards.
void range_destroy(ArenaCore* core);

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_RANGE_H_
