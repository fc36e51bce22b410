// Pages: where they come from, which level has them, and where they go.
//
// A page that is not large has the arena's page size, or twice that of the one before, up to
// the arena's largest. A block that does not fit the window and is larger than a quarter of
// a largest page gets a page of its own, so that at most that much is left unused when the
// window moves on.
#ifndef CEX_ARENA_INTERNAL_PAGES_H_
#define CEX_ARENA_INTERNAL_PAGES_H_

#include "cex/arena/internal/core.h"

namespace cex::detail {

inline char* first_of(const Page* page) {
  return const_cast<char*>(reinterpret_cast<const char*>(page)) + kPageFront;
}

// How far a cursor may go in memory that ends at `end`: at the limit, the size of the
// block that would come next is beyond the end.
inline uintptr_t limit_at(const char* end) {
  return (address(end) + kFront) & ~uintptr_t{kDefaultAlign - 1};
}

inline char* end_of(const Page* page) {
  return const_cast<char*>(reinterpret_cast<const char*>(page)) + page->bytes;
}

// The page on which blocks begin at `first`.
inline const Page* page_of_first(const char* first) {
  return reinterpret_cast<const Page*>(first - kPageFront);
}

// Bytes in use on a page that no window is on.
inline size_t used_of(const Page* page) { return address(page->cursor) - address(first_of(page)); }

// What a page must have to hold one block, whatever its own address.
inline size_t page_bytes_for(size_t size, size_t align) {
  return size + align + kPageFront + kBack + 2 * kDefaultAlign;
}

// Whether a block that does not fit where `level` allocates is to have its own page.
bool is_large(const ArenaLevel* level, size_t size, size_t align);

// A page of `level` for one block; returns where its bytes begin, or null: no memory.
char* add_large_page(ArenaLevel* level, size_t size, size_t align);

// A page of `level` with at least `least` bytes: of the arena's page size, or as much smaller as
// the limit or the backing allocator demand. Null: no memory.
Page* add_page(ArenaLevel* level, size_t least);

// Resizes the page of a large block aligned to at most the default, so that it can hold
// `size` bytes; returns where the block is then, or null with nothing changed.
char* grow_large_page(ArenaCore* core, char* block, size_t size);

// Frees the page of a large block.
void drop_large_page(ArenaCore* core, const char* block);

// Frees or keeps all pages of a level that ends. `stale` is how many of those that are kept
// were so before the scopes began to end: they are freed for the sake of the level's.
void drop_pages(ArenaLevel* level, size_t* stale);

// Memory for levels, or null. core_clear() frees it.
LevelChunk* add_chunk(ArenaCore* core, size_t bytes);
void free_chunks(ArenaCore* core);

// Frees what is kept for the next scope.
void free_kept(ArenaCore* core);

// The same of as much as is too much beside the page of the window, where that is empty.
void trim_kept(ArenaCore* core);

// How far the innermost level's cursor may go on the page that the core's `first` names.
uintptr_t window_limit(const ArenaCore* core);

// Makes room for the window of the innermost level to go up to `next`, the begin of a block's
// bytes; false: not in this arena, or there is no memory. Only a range has any.
bool grow_window(ArenaLevel* level, uintptr_t next);

// Puts the window of the innermost level onto `page`, one of its own.
void move_window(ArenaLevel* level, Page* page);

// A page for a level that has none to allocate from, of those that are kept; or null.
Page* take_kept(ArenaLevel* level);

// Records how much is in use, before it becomes less.
inline void note_peak(ArenaCore* core) {
  char* const cursor = innermost(core)->cursor;
  char* const high = core->head->high;
  const size_t open = address(high > cursor ? high : cursor) - address(core->first);
  if (core->closed + open > core->peak) core->peak = core->closed + open;
  core->head->high = cursor;
}

// Adds to the bytes in use outside of the window's page; `less` is taken away.
inline void add_closed(ArenaLevel* level, size_t more, size_t less) {
  note_peak(level->core);
  level->closed += more - less;
  level->core->closed += more - less;
}

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_PAGES_H_
