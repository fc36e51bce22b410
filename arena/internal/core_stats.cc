// What an arena says of itself: its statistics, and whether a block is its own.
#include "cex/arena/internal/core.h"
#include "cex/arena/internal/pages.h"

namespace cex::detail {

bool core_owns(const ArenaCore* core, const void* p) {
  if (has_range(core)) {
    return p >= first_of(core->outermost.window) && p < core->far_end;
  }
  for (const ArenaLevel* l = innermost(core); l != nullptr; l = outer_of(l)) {
    const Page* page = l->pages;
    for (; page != nullptr; page = page->older) {
      // Not in front of the first block: a size is read in front of `p`.
      if (p >= first_of(page) && address(p) - address(page) < page->bytes) return true;
    }
  }
  return false;
}

AllocatorStats core_stats(const ArenaCore* core) {
  const ArenaLevel* const inner = innermost(core);
  const char* const high = core->head->high > inner->cursor ? core->head->high : inner->cursor;
  const size_t most = core->closed + (address(high) - address(core->first));
  AllocatorStats stats;
  stats.bytes_in_use = core->closed + (address(inner->cursor) - address(core->first));
  stats.bytes_peak = most > core->peak ? most : core->peak;
  stats.bytes_reserved = core->reserved;
  stats.pages_live = core->created - core->freed - core->kept_count;
  stats.pages_created = core->created;
  stats.pages_freed = core->freed;
  stats.scopes_entered = core->head->scopes_entered;
  stats.scope_depth = inner->depth;
  return stats;
}

}  // namespace cex::detail
