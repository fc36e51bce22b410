// The page list of a bump allocator: which page a block goes to, and when pages
// come and go.
//
// A page that is not large has the arena's page size: one huge request makes one
// huge page and changes nothing for those after it. A block that does not fit
// the window and is larger than a quarter of a page gets a page of its own, so
// that at most a quarter of a page is left unused when the window moves on.
#ifndef CEX_ALLOCATOR_INTERNAL_PAGES_H_
#define CEX_ALLOCATOR_INTERNAL_PAGES_H_

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/bump.h"

namespace cex::detail {

// Whether the block, which does not fit the window, is to have its own page.
bool is_large(const Bump* bump, size_t size, size_t align);

// Makes a page for one block and returns where its bytes begin; null: no memory.
char* add_large_page(Bump* bump, size_t size, size_t align);

// Makes a new window with room for at least this block: of the arena's page
// size, or as much smaller as the limit or the backing allocator demand.
bool add_page(Bump* bump, size_t size, size_t align);

// Resizes the newest page, which holds only `block`, so that it can hold `size`
// bytes; returns where the block is then, or null with nothing changed.
char* grow_newest_page(Bump* bump, char* block, size_t size);

// Whether it is the arena's limit, or the end of its buffer, that leaves no room for a page
// with this block, and not its backing allocator.
bool is_beyond_limit(const Bump* bump, size_t size, size_t align);

void drop_newest_page(Bump* bump);

#ifdef CEX_TEST
// Drops the pages of the innermost scope without a block, wherever they are in the list.
void drop_empty_pages(Bump* bump);
#endif

// Drops the pages that came after `page`, all of them when it is null. An arena
// that has none left keeps one of its reserve as its window.
void drop_pages_above(Bump* bump, const Page* page);

// Opens tmem$'s window for a scope, and shuts it when the outermost one has ended.
// Other windows are always open; a build that does not bump in line asks for the
// depth instead.
inline void open_window(Bump* bump) {
  if (kInlineBump && is_shut(bump->cursor, bump->page_limit)) bump->cursor = bump->first;
}
inline void shut_between_scopes(Bump* bump) {
  if (kInlineBump && bump->base.meta.is_temp && depth_of(bump) == 0 && bump->window != nullptr) {
    bump->cursor = bump->page_limit + kDefaultAlign;
  }
}

inline void set_cursor(Bump* bump, char* cursor) {
  bump->cursor = cursor;
#ifdef CEX_TEST
  bump->live = cursor;
#endif
}

// Up to where the window's memory is in use. Under CEX_TEST the cursor runs
// ahead of that: memory whose scope has ended is used again only once the page
// is full, so that late use of it is noticed. Not where memory is short by
// design: a fixed buffer, or an arena with a limit.
inline char* rewind_point(const Bump* bump) {
#ifdef CEX_TEST
  return bump->live;
#else
  return is_shut(bump->cursor, bump->page_limit) ? bump->first : bump->cursor;
#endif
}

inline void rewind_to(Bump* bump, char* cursor, [[maybe_unused]] bool same_page) {
#ifdef CEX_TEST
  bump->live = cursor;
  if (same_page && bump->backing != nullptr && bump->byte_limit == SIZE_MAX) return;
#else
  // Without the books of CEX_TEST nobody knows how far another page was used.
  char* const end = same_page ? bump->cursor : bump->window->limit;
  poison(cursor - kFront, address(end) > address(cursor) ? address(end) - address(cursor) : 0);
#endif
  bump->cursor = cursor;
}

inline size_t used_of_window(const Bump* bump, const char* up_to) {
  return bump->window == nullptr ? 0 : address(up_to) - address(bump->window->first);
}

inline size_t in_use(const Bump* bump) {
  return bump->closed + used_of_window(bump, rewind_point(bump));
}

inline size_t peak(const Bump* bump) {
  const char* const now = rewind_point(bump);
  const char* const high =
      bump->high != nullptr && bump->high > now && !kChecked ? bump->high : now;
  const size_t bytes = bump->closed + used_of_window(bump, high);
  return bytes > bump->peak ? bytes : bump->peak;
}

inline void note_peak(Bump* bump) {
  bump->peak = peak(bump);
  bump->high = rewind_point(bump);
}

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_PAGES_H_
