#include "cex/allocator/internal/bump.h"

#include <string.h>

#include "cex/allocator/internal/checks.h"
#include "cex/allocator/internal/pages.h"

namespace cex::detail {
namespace {

// Where a block at the cursor would begin.
char* place(const Bump* bump, size_t align) {
  return reinterpret_cast<char*>(round_up(address(bump->cursor), align));
}

// A block at the end of the window, or null when it has no room for one.
char* carve(Bump* bump, size_t size, size_t align) {
  if (bump->window == nullptr) return nullptr;
  char* p = place(bump, align);
#ifdef CEX_TEST
  if (next_block(p, size) > address(bump->page_limit) && bump->live < bump->cursor) {
    bump->cursor = bump->live;
    p = place(bump, align);
  }
#endif
  const uintptr_t next = next_block(p, size);
  if (next > address(bump->page_limit)) return nullptr;
  set_cursor(bump, reinterpret_cast<char*>(next));
  return p;
}

char* find_room(Bump* bump, size_t size, size_t align) {
  if (char* const p = carve(bump, size, align)) return p;
  if (is_large(bump, size, align)) return add_large_page(bump, size, align);
  return add_page(bump, size, align) ? carve(bump, size, align) : nullptr;
}

char* allocate(Bump* bump, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  check_thread(bump);
  if (bump->base.meta.is_temp && depth_of(bump) == 0) {
#ifdef CEX_TEST
    die_here(
        "tmem$ is used outside a mem$scope: %zu bytes asked for\n"
        "    open one around the code that uses it: mem$scope(tmem$, _) { … }",
        size);
#endif
    return nullptr;
  }
  char* p = find_room(bump, size, align);
  // Without the checks it would have been used before.
  if (p == nullptr && is_beyond_limit(bump, size, align) && reuse_freed(bump)) {
    p = find_room(bump, size, align);
  }
  if (p == nullptr) return nullptr;
  open_block(bump, p, size, align);
  return p;
}

// Whether the block is the last one of the window, so that the cursor can move.
bool is_last(const Bump* bump, const char* p, size_t size) {
  return bump->window != nullptr && next_block(p, size) == address(bump->cursor);
}

// Whether the last block of the window has got `size` bytes where it is; others never do.
bool resize_last(Bump* bump, char* p, size_t old_size, size_t size) {
  if (!is_last(bump, p, old_size) || next_block(p, size) > address(bump->page_limit)) return false;
  note_peak(bump);
  set_cursor(bump, reinterpret_cast<char*>(next_block(p, size)));
  resize_block(bump, p, old_size, size);
  return true;
}

// Whether the page is still there, null being the end of each list. It looks at those
// that are about to be dropped, and at all only if it is not.
bool has_page(const Bump* bump, const Page* page) {
  const Page* at = bump->newest;
  while (at != page && at != nullptr) at = at->older;
  return at == page;
}

// Whether the block has a page of its own which is the newest of this very scope,
// so that no mark of an open scope refers to it.
bool has_newest_page(const Bump* bump, const char* p) {
  const Page* const page = bump->newest;
  return page != nullptr && page->is_large && page->depth == depth_of(bump) &&
         address(p) - address(page) < page->bytes;
}

}  // namespace

void* bump_malloc_slow(IAllocator self, size_t size, size_t align) {
  return allocate(bump_of(self), size, align);
}

void* bump_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  char* const p = allocate(bump_of(self), bytes, align);
  if (p != nullptr) memset(p, 0, bytes);
  return p;
}

void* bump_realloc(IAllocator self, void* old, size_t size, size_t align) {
  Bump* const bump = bump_of(self);
  if (old == nullptr) return allocate(bump, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  check_thread(bump);
  check_block(bump, old, "realloc");
  check_resize(bump, old, size, align);
  char* const p = static_cast<char*>(old);
  const size_t old_size = block_size(p);
  if (resize_last(bump, p, old_size, size)) return p;
  if (size <= old_size) {
    resize_block(bump, p, old_size, size);
    return p;
  }
  if (!kChecked && has_newest_page(bump, p) && align <= kDefaultAlign) {
    // In one step, so that a heap below can remap the page instead of copying.
    char* const moved = grow_newest_page(bump, p, size);
    if (moved != nullptr) resize_block(bump, moved, old_size, size);
    return moved;
  }
  char* const copy = allocate(bump, size, align);
  if (copy == nullptr) {
    // Freed blocks behind it may just have made it the last one.
    return kChecked && resize_last(bump, p, old_size, size) ? p : nullptr;
  }
  memcpy(copy, p, old_size);
  close_block(bump, p);
  bound_held(bump);
  return copy;
}

void* bump_free(IAllocator self, void* old) {
  if (old == nullptr) return nullptr;
  Bump* const bump = bump_of(self);
  check_thread(bump);
  check_block(bump, old, "free");
  char* const p = static_cast<char*>(old);
  close_block(bump, p);
  if (kChecked) {  // held back, so that late use is noticed
    bound_held(bump);
    return nullptr;
  }
  if (is_last(bump, p, block_size(p))) {
    note_peak(bump);
    set_cursor(bump, p);
  } else if (has_newest_page(bump, p)) {
    note_peak(bump);
    drop_newest_page(bump);
  }
  return nullptr;
}

Mark bump_enter(BumpHead* head) {
  Bump* const bump = static_cast<Bump*>(head);
  check_thread(bump);
  const Mark mark = {rewind_point(bump), bump->newest, depth_of(bump)};
  ++bump->entered;
  set_depth(bump, mark.depth + 1);
  open_window(bump);
  return mark;
}

void bump_exit(BumpHead* head, char* cursor, Page* newest, uint64_t depth) {
  Bump* const bump = static_cast<Bump*>(head);
  check_thread(bump);
  check_scope_order(bump, depth + 1);
  // Where an outer scope has ended this one there is nothing left to give back.
  if (depth_of(bump) <= depth) return;
  if (!has_page(bump, newest)) {
    set_depth(bump, depth);
    return;
  }
  note_peak(bump);
  while (bump->open_scope != nullptr && bump->open_scope->mark.depth > depth) {
    bump->open_scope = bump->open_scope->outer;
  }
  close_blocks(bump, depth + 1);
  const bool same_page = bump->newest == newest;
  set_depth(bump, depth);  // a page of the reserve that becomes the window is the outer scope's
  drop_pages_above(bump, newest);
  if (bump->window != nullptr) {
    // A mark from before the first page knows no cursor, nor does one of tmem$
    // from between scopes, when its window is empty.
    const bool knows = newest != nullptr && !is_shut(cursor, bump->page_limit);
    rewind_to(bump, knows ? cursor : bump->first, same_page);
  }
  bump->high = bump->cursor;
  shut_between_scopes(bump);
}

IAllocator bump_scope_enter(IAllocator self) {
  Bump* const bump = bump_of(self);
  const Mark mark = bump_enter(bump);
  auto* const scope =
      reinterpret_cast<OpenScope*>(allocate(bump, sizeof(OpenScope), alignof(OpenScope)));
  if (scope == nullptr) {
    bump_exit(bump, mark.cursor, mark.newest, mark.depth);
    return nullptr;
  }
  *scope = {mark, bump->open_scope};
  bump->open_scope = scope;
  return self;
}

void bump_scope_exit(IAllocator self) {
  Bump* const bump = bump_of(self);
  if (bump->open_scope == nullptr) {
    if (kChecked) die_here("scope_exit without a scope_enter before it");
    return;
  }
  // A copy: the exit poisons the memory that it lay in.
  const OpenScope scope = *bump->open_scope;
  bump->open_scope = scope.outer;
  bump_exit(bump, scope.mark.cursor, scope.mark.newest, scope.mark.depth);
}

uint32_t bump_scope_depth(IAllocator self) {
  return static_cast<uint32_t>(depth_of(bump_of(self)));
}

bool bump_owns(const Bump* bump, const void* p) {
  for (const Page* page = bump->newest; page != nullptr; page = page->older) {
    // Not in front of the first block: a record is read in front of `p`.
    if (p >= page->first && address(p) - address(page) < page->bytes) return true;
  }
  return false;
}

AllocatorStats bump_stats(const Bump* bump) {
  AllocatorStats stats;
  stats.bytes_in_use = in_use(bump);
  stats.bytes_peak = peak(bump);
  stats.bytes_reserved = bump->reserved;
  stats.pages_live = bump->created - bump->freed - bump->reserve_count;
  stats.pages_created = bump->created;
  stats.pages_freed = bump->freed;
  stats.scopes_entered = bump->entered;
  stats.scope_depth = static_cast<uint32_t>(depth_of(bump));
  return stats;
}

}  // namespace cex::detail
