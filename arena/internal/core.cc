#include "cex/arena/internal/core.h"

#include <string.h>

#include <new>

#include "cex/arena/internal/free_blocks.h"
#include "cex/arena/internal/pages.h"
#include "cex/arena/internal/range.h"
#include "cex/sanitizer/internal/stack_memory.h"
#include "cex/sanitizer/internal/valgrind_blocks.h"

namespace cex::detail {
namespace {

// Where the bytes of the block after one at the cursor begin.
uintptr_t next_at(const char* cursor, size_t size, size_t align) {
  return next_block(reinterpret_cast<const char*>(round_up(address(cursor), align)), size);
}

// A block at the cursor, which moves on; or null where there is no room up to `limit`.
char* carve(char** cursor, uintptr_t limit, size_t size, size_t align) {
  char* const p = reinterpret_cast<char*>(round_up(address(*cursor), align));
  const uintptr_t next = next_block(p, size);
  if (!is_within(address(*cursor), next, limit)) return nullptr;
  write_size(p, size, (address(p) - address(*cursor)) / kDefaultAlign * kGapUnit & kGapBits);
  *cursor = reinterpret_cast<char*>(next);
  return p;
}

// A block on a page that the level has: in the window, or on the page that it filled while an
// inner level had that; or null.
char* find_room(ArenaLevel* level, size_t size, size_t align) {
  const bool has_window = is_innermost(level);
  if (has_window) {
    char* p = carve(&level->cursor, level->limit, size, align);
    if (p == nullptr && grow_window(level, next_at(level->cursor, size, align))) {
      p = carve(&level->cursor, level->limit, size, align);
    }
    if (p != nullptr) return p;
  }
  Page* const side = level->side;
  if (side == nullptr) return nullptr;
  const char* const before = side->cursor;
  char* const p = carve(&side->cursor, limit_at(end_of(side)), size, align);
  if (p == nullptr) return nullptr;
  add_closed(level, address(side->cursor), address(before));
  if (has_window) {
    level->side = nullptr;
    move_window(level, side);
  }
  return p;
}

// A block of an open level: where one was freed, or never was one. It may be larger.
char* find_place(ArenaLevel* level, size_t size, size_t align) {
  char* p = kRecycles ? take_free(level, size, align) : nullptr;
  if (p == nullptr) p = find_room(level, size, align);
  if (p != nullptr) return p;
  if (is_large(level, size, align)) return add_large_page(level, size, align);
  Page* const page = add_page(level, page_bytes_for(size, align));
  if (page == nullptr) return nullptr;
  if (is_innermost(level)) {
    move_window(level, page);
  } else {
    level->side = page;
  }
  return find_room(level, size, align);
}

// Whether Valgrind is told of the arena's blocks. Not in a fixed buffer, nor over a scope of
// another arena: those may end without a word, and Valgrind dies if it knows two blocks at one
// place.
bool is_told(const ArenaCore* core) {
  if (kChecker != Checker::kValgrind) return false;
  return has_range(core) || (core->backing != nullptr && !core->backing->meta.is_arena);
}

// A block of `size` bytes, with room for `room` where that can be had.
char* allocate(ArenaLevel* level, size_t size, size_t align, size_t room) {
  if (level->limit == kClosed) return nullptr;
  char* p = find_place(level, room, align);
  if (kRecycles && p == nullptr && room != size) p = find_place(level, size, align);
  if (p == nullptr) return nullptr;
  if (kRecycles) write_size(p, size, block_size(p), block_bits(p));
  unpoison(p, size);
  valgrind_made(is_told(level->core) ? level : nullptr, p, size);
  return p;
}

// Whether `p` lies in memory of the open level `l`, which is not level 0. Looks at so many
// pages at most.
bool has_memory(const ArenaLevel* l, const char* p, size_t* looks) {
  // Of the window that it took over from the outer level.
  const char* const end = l->window == nullptr         ? l->cursor
                          : l->first_before != nullptr ? end_of(page_of_first(l->first_before))
                                                       : nullptr;
  if (p >= l->outer->cursor && p < end) return true;
  for (const Page* page = l->pages; page != nullptr && *looks > 0; page = page->older, --*looks) {
    if (p > reinterpret_cast<const char*>(page) && p < end_of(page)) return true;
  }
  return false;
}

// The level that a block belongs to, for Valgrind; null where it is not told.
const ArenaLevel* owner_of(const ArenaCore* core, const char* p) {
  size_t looks = SIZE_MAX;
  // NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): other checkers do not loop
  for (const ArenaLevel* l = innermost(core); is_told(core); l = outer_of(l)) {
    if (l->outer == nullptr || has_memory(l, p, &looks)) return l;
  }
  return nullptr;
}

// Whether a block may be used again by the level through which it was freed. Not if it may be
// one of a level inside, whose memory goes before.
bool is_to_keep(const ArenaLevel* level, const char* p) {
  if (level->limit == kClosed) return false;
  size_t looks = 16;
  for (const ArenaLevel* l = innermost(level->core); l != level; l = outer_of(l)) {
    if (has_memory(l, p, &looks) || looks == 0) return false;
  }
  return true;
}

// The cursor that stands right behind the block, where that is the newest one of its page
// and of its level; or null.
char** cursor_behind(ArenaLevel* level, const char* p, size_t size) {
  const uintptr_t next = next_block(p, size);
  // What is below the outer level's cursor is not this level's.
  const bool inherits = level->window == nullptr && level->outer != nullptr;
  if (is_innermost(level) && next == address(level->cursor) &&
      !(inherits && p < level->outer->cursor)) {
    return &level->cursor;
  }
  Page* const side = level->side;
  return side != nullptr && next == address(side->cursor) ? &side->cursor : nullptr;
}

uintptr_t limit_of(const ArenaLevel* level, char* const* cursor) {
  return cursor == &level->cursor ? level->limit : limit_at(end_of(level->side));
}

// Moves the window's cursor back, or that of the side page to either side.
void move_cursor(ArenaLevel* level, char** cursor, char* to) {
  if (to < *cursor) poison(level->core, to - kFront, address(*cursor) - address(to));
  if (cursor == &level->cursor) {
    note_peak(level->core);
    level->head->high = to;
    // The next scope's end returns memory of a range.
    if (has_range(level->core) && level->inner != nullptr) level->inner->must_settle = true;
  } else {
    add_closed(level, address(to), address(*cursor));
  }
  *cursor = to;
}

// Poisons bytes that a block had. A wrong pointer, or a write before the block, may have made
// `size` anything, and then AddressSanitizer ends the program here, with a report. Valgrind has
// told of the write; it and MemorySanitizer would take minutes, and all of the memory, to mark so
// many bytes.
void poison_freed(const ArenaCore* core, char* p, size_t size) {
  if (kChecker != Checker::kAsan && size > core->reserved) return;
  poison(core, p, size);
}

// Whether the newest block of its page, with room for `room` bytes, has got `size` where it is.
bool resize_newest(ArenaLevel* level, char* p, size_t room, size_t size) {
  char** const cursor = cursor_behind(level, p, room);
  if (cursor == nullptr) return false;
  const uintptr_t needed = next_block(p, size);
  if (!is_within(address(p), needed, limit_of(level, cursor)) &&
      !(needed >= address(p) && cursor == &level->cursor && grow_window(level, needed))) {
    return false;
  }
  char* const next = reinterpret_cast<char*>(needed);
  if (cursor == &level->cursor && next >= *cursor) {
    *cursor = next;
  } else {
    move_cursor(level, cursor, next);
  }
  return true;
}

void set_block_size(const ArenaCore* core, char* p, size_t old_size, size_t size, size_t room,
                    size_t bits) {
  write_size(p, size, room, bits);
  if (size > old_size) {
    unpoison(p + old_size, size - old_size);
  } else {
    poison_freed(core, p + size, old_size - size);
  }
}

void release(ArenaLevel* level, char* p) {
  const size_t size = block_size(p);
  valgrind_freed(owner_of(level->core, p), p);
  poison_freed(level->core, p, size);
  if (is_free(p)) return;  // misuse: a second time
  if (is_large_block(p)) return drop_large_page(level->core, p);
  const size_t room = block_room(p);
  char* const begin = gap_of(p);
  write_size(p, size, kFreeBit);
  if (char** const cursor = cursor_behind(level, p, room)) {
    move_cursor(level, cursor, begin);
  } else if (kRecycles && room >= kLeastFree && is_to_keep(level, p)) {
    add_free(level, begin, address(p) - address(begin) + room);
  }
}

// How much room to make for a block that has to move in order to grow: half as much again as it
// had, so that blocks which grow in turns do not move at each step; no more where it is said to
// be short, or where the block has a page of its own.
size_t room_to_grow(const ArenaLevel* level, size_t old_size, size_t size, size_t align) {
  const size_t ample = old_size + old_size / 2;
  if (!kRecycles || ample <= size) return size;
  const bool has_window = has_range(level->core) && is_innermost(level);
  return !has_window && is_large(level, ample, align) ? size : ample;
}

// By hand: what a compiler makes of the initializers is three times as long. Not inline, which is
// smaller.
[[gnu::noinline]] void init_level(ArenaLevel* level, ArenaCore* core,
                                  const Allocator_i& interface) {
  memset(static_cast<void*>(level), 0, sizeof(*level));
  ::new (&level->base) Allocator_i(interface);
  level->head = core->head;
  level->core = core;
}

// Makes `level` the one that a scope opened in `outer` has. Not inline, which is smaller.
[[gnu::noinline]] void add_level(ArenaLevel* outer, ArenaLevel* level) {
  init_level(level, outer->core, kLevelInterface);
  level->base.meta.is_temp = outer->base.meta.is_temp;
  level->outer = outer;
  level->depth = outer->depth + 1;
  level->limit = kClosed;
  // Of memory that `outer` has freed move_cursor() could tell no level.
  if (has_range(level->core)) level->must_settle = true;
  outer->inner = level;
}

// Levels for the scopes inside `outer`, the deepest one there is; false: no memory.
bool add_levels(ArenaLevel* outer) {
  ArenaCore* const core = outer->core;
  const size_t ample = outer->depth < 32 ? 8 : 64;
  // Few in a fixed buffer, whose memory is short.
  size_t more = core->backing != nullptr ? ample : outer->depth < 8 ? 1 : 8;
  // Up to the first level, from a chunk that is aligned as poorly as it may be.
  constexpr size_t kAligned = kDefaultAlign | sizeof(Page) | sizeof(LevelChunk);
  constexpr size_t kLevelsAt = sizeof(LevelChunk) + alignof(ArenaLevel) - (kAligned & -kAligned);
  LevelChunk* chunk = nullptr;
  for (;; more = 1) {  // one serves, too
    chunk = add_chunk(core, kLevelsAt + more * sizeof(ArenaLevel));
    if (chunk != nullptr) break;
    if (more == 1) return false;
  }
  auto* level = reinterpret_cast<ArenaLevel*>(round_up(address(chunk + 1), alignof(ArenaLevel)));
  for (size_t i = 0; i < more; ++i, outer = level++) add_level(outer, level);
  return true;
}

// Closes a level: its pages go.
void end_level(ArenaLevel* level, size_t* stale) {
  ArenaCore* const core = level->core;
  valgrind_ended(level);
  drop_pages(level, stale);
  if (level->window != nullptr) core->first = level->first_before;
  core->closed -= level->closed;
  level->closed = 0;
  if (kRecycles) {
    level->own.freed = nullptr;
    level->frees_to_merge = 0;
  }
  level->window = nullptr;
  level->side = nullptr;
  level->must_settle = false;
}

// Poisons what the scopes from `level` to the innermost one have used of the window that
// they had from the outer level.
void poison_rewound(const ArenaLevel* level) {
  const char* end = innermost(level->core)->cursor;
  const char* first = level->core->first;
  for (const ArenaLevel* l = innermost(level->core); l != level->outer; l = outer_of(l)) {
    if (l->window == nullptr) continue;
    first = l->first_before;
    end = first != nullptr ? end_of(page_of_first(first)) : nullptr;
  }
  const char* const begin = level->outer->cursor;
  if (first != nullptr && end > begin)
    poison(level->core, begin - kFront, address(end) - address(begin));
}

// What is left of an end: `level` is innermost.
void settle_down(ArenaLevel* level) {
  ArenaCore* const core = level->core;
  // A level without a page takes one over, so that the next scope finds it.
  if (core->first == nullptr) {
    Page* const page = level->side != nullptr ? level->side : take_kept(level);
    level->side = nullptr;
    if (page != nullptr) move_window(level, page);
  }
  trim_kept(core);
  if (has_range(core)) {
    core->range->decommit(core);
    level->limit = window_limit(core);
  }
}

// Ends `level`, which is open, and all inside it.
void end_levels(ArenaLevel* level) {
  ArenaCore* const core = level->core;
  note_peak(core);
  if (kChecker != Checker::kNone) poison_rewound(level);
  ArenaLevel* const outer = outer_of(level);
  size_t stale = core->kept_count;
  ArenaLevel* l = innermost(core);
  // Before: a page that goes from a far end opens the window of the innermost level.
  core->head->innermost = &outer->base;
  for (; l != outer; l = outer_of(l)) {
    end_level(l, &stale);
    l->limit = kClosed;
  }
  core->head->high = outer->cursor;
  outer->limit = window_limit(core);
  settle_down(outer);
}

}  // namespace

void* level_malloc(IAllocator self, size_t size, size_t align) {
  return is_valid_request(size, align) ? allocate(arena_level(self), size, meant_align(align), size)
                                       : nullptr;
}

void* level_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  return calloc_by<level_malloc>(self, count, size, align);
}

void* level_realloc(IAllocator self, void* old, size_t size, size_t align) {
  if (old == nullptr) return level_malloc(self, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  align = meant_align(align);
  ArenaLevel* const level = arena_level(self);
  ArenaCore* const core = level->core;
  char* const p = static_cast<char*>(old);
  const size_t old_size = block_size(p);
  const size_t bits = block_bits(p);
  const bool is_large = (bits & kLargeBit) != 0;
  size_t room = is_large ? old_size : block_room(p);
  const bool grows_into_room = size > old_size && size <= room;
  const bool is_resized = !grows_into_room && resize_newest(level, p, room, size);
  if (is_resized || size <= room) {
    if (is_resized || is_large) room = size;
    set_block_size(core, p, old_size, size, room, bits);
    valgrind_resized(owner_of(core, p), p, p, size);
    return p;
  }
  if (is_large && core->backing != nullptr && align <= kDefaultAlign) {
    // In one step, so that a heap below can remap the page instead of copying.
    char* const moved = grow_large_page(core, p, size);
    if (moved == nullptr) return nullptr;
    set_block_size(core, moved, old_size, size, size, bits);
    valgrind_resized(owner_of(core, moved), p, moved, size);
    return moved;
  }
  char* const copy = allocate(level, size, align, room_to_grow(level, old_size, size, align));
  if (copy == nullptr) return nullptr;
  memcpy(copy, p, old_size);
  release(level, p);
  return copy;
}

void* level_free(IAllocator self, void* old) {
  if (old != nullptr) release(arena_level(self), static_cast<char*>(old));
  return nullptr;
}

IAllocator level_scope_enter(IAllocator self) {
  if (level_of(self)->limit == kClosed) return nullptr;
  ArenaHead* const head = level_of(self)->head;
  ArenaLevel* const outer = arena_level(head->innermost);
  if (outer->inner == nullptr && !add_levels(outer)) return nullptr;
  Level* const inner = outer->inner;
  inner->cursor = outer->cursor;
  inner->limit = outer->limit;
  outer->limit = kShut;
  head->innermost = &inner->base;
  ++head->scopes_entered;
  return &inner->base;
}

void level_scope_exit(IAllocator self) {
  ArenaLevel* level = arena_level(self);
  if (level->depth == 0) level = innermost(level->core);
  if (level->depth != 0 && level->limit != kClosed) end_levels(level);
}

uint32_t level_scope_depth(IAllocator self) {
  return level_of(level_of(self)->head->innermost)->depth;
}

const Allocator_i kLevelInterface = {
    level_malloc,      level_calloc,     level_realloc,     level_free,
    level_scope_enter, level_scope_exit, level_scope_depth, {kArenaMagic, true, false},
};

void core_init(ArenaCore* core, ArenaHead* head, const Allocator_i& outermost, size_t count) {
  core->head = head;
  core->byte_limit = SIZE_MAX;
  core->retain_bytes = kRetainFew;
  ArenaLevel* level = &core->outermost;
  init_level(level, core, outermost);
  head->innermost = &level->base;
  auto* next = reinterpret_cast<ArenaLevel*>(core + 1);
  for (; count > 0; --count, level = next++) add_level(level, next);
  core->deepest_own = level;
}

ArenaCore* core_create(void* memory, size_t count) {
  auto* const core = static_cast<ArenaCore*>(memset(memory, 0, sizeof(ArenaCore)));
  core_init(core, &core->outermost.own_head, kLevelInterface, count);
  return core;
}

void core_adopt_page(ArenaCore* core, void* memory, size_t bytes) {
  ArenaLevel* const level = &core->outermost;
  auto* const page = static_cast<Page*>(memory);
  *page = {nullptr, nullptr, level, bytes, nullptr, false};
  page->cursor = first_of(page);
  core->is_on_stack = is_on_real_stack(page);
  poison(core, page + 1, bytes - sizeof(Page));
  core->far = core->far_end = end_of(page);
  core->reserved = bytes;
  core->created = 1;
  level->pages = page;
  move_window(level, page);
}

void core_reset(ArenaCore* core) {
  ArenaLevel* const level = &core->outermost;
  if (!is_innermost(level)) end_levels(static_cast<ArenaLevel*>(level->inner));
  note_peak(core);
  size_t stale = core->kept_count;
  Page* const window = level->window;
  if (has_range(core)) {
    // The one page stays, and is the last of the list.
    Page** link = &level->pages;
    while (*link != window) link = &(*link)->older;
    *link = nullptr;
    poison(core, core->first - kFront, address(level->cursor) - address(core->first));
  }
  end_level(level, &stale);
  if (has_range(core)) {
    level->pages = level->window = window;
    window->newer = nullptr;
    level->cursor = core->first = first_of(window);
  } else {
    level->cursor = nullptr;
    level->first_before = nullptr;
    core->first = nullptr;
  }
  core->head->high = level->cursor;
  level->limit = window_limit(core);
  settle_down(level);
}

void core_clear(ArenaCore* core) {
  note_peak(core);
  size_t stale = 0;
  for (ArenaLevel* l = innermost(core); l != nullptr; l = outer_of(l)) {
    end_level(l, &stale);
    l->cursor = nullptr;
    l->first_before = nullptr;
    l->must_settle = true;
  }
  core->first = nullptr;
  core->head->high = nullptr;
  innermost(core)->limit = window_limit(core);
  free_kept(core);
  if (innermost(core)->depth > core->deepest_own->depth) return;
  core->deepest_own->inner = nullptr;
  free_chunks(core);
}

void core_end_scopes(ArenaCore* core) {
  ArenaLevel* const outermost = &core->outermost;
  if (!is_innermost(outermost)) end_levels(static_cast<ArenaLevel*>(outermost->inner));
  core_clear(core);
}

}  // namespace cex::detail
