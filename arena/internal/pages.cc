#include "cex/arena/internal/pages.h"

#include "cex/arena/internal/range.h"

namespace cex::detail {
namespace {

// How many pages to look at for one that fits.
constexpr int kLooks = 32;

// The window of a fixed buffer or a range ends somewhere else. The scopes that are open in a range
// then end by a call, which takes away memory that no one needs. Not inline, which is smaller.
[[gnu::noinline]] void update_limit(ArenaCore* core) {
  ArenaLevel* l = innermost(core);
  l->limit = window_limit(core);
  if (!has_range(core)) return;
  for (; l != nullptr; l = outer_of(l)) l->must_settle = true;
}

// The far end begins somewhere else.
void set_far(ArenaCore* core, char* far) {
  core->far = far;
  update_limit(core);
}

Page* take_far(ArenaCore* core, size_t bytes) {
  // One that was freed and has pages in use before it.
  int looks = 0;
  for (char* far = core->far; far < core->far_end && looks < kLooks; ++looks) {
    auto* const page = reinterpret_cast<Page*>(far);
    if (page->level == nullptr && page->bytes >= bytes) return page;
    far = end_of(page);
  }
  const Level* const inner = innermost(core);
  if (bytes > address(core->far)) return nullptr;
  char* const at = reinterpret_cast<char*>((address(core->far) - bytes) & ~(kDefaultAlign - 1));
  if (limit_at(at) < address(inner->cursor)) return nullptr;
  if (has_range(core) && !core->range->commit_far(core, at)) return nullptr;
  auto* const page = reinterpret_cast<Page*>(at);
  unpoison_defined(page, sizeof(Page));
  page->bytes = address(core->far) - address(at);
  set_far(core, at);
  return page;
}

// Free pages at the far end become part of the window again; others wait for those before.
void free_far(ArenaCore* core, Page* page) {
  page->level = nullptr;
  while (end_of(page) < core->far_end && reinterpret_cast<Page*>(end_of(page))->level == nullptr) {
    page->bytes += reinterpret_cast<Page*>(end_of(page))->bytes;
  }
  poison(core, page + 1, page->bytes - sizeof(Page));
  char* far = core->far;
  while (far < core->far_end && reinterpret_cast<Page*>(far)->level == nullptr) {
    char* const next = end_of(reinterpret_cast<Page*>(far));
    poison(core, far, sizeof(Page));
    far = next;
  }
  set_far(core, far);
}

void free_page(ArenaCore* core, Page* page) {
  if (core->backing == nullptr) return free_far(core, page);
  core->reserved -= page->bytes;
  ++core->freed;
  // Defined: MemorySanitizer would hold it against whoever gets the memory next and writes
  // it in code that is not instrumented, the C++ library's for one.
  unpoison_defined(page, page->bytes);
  core->backing->free(core->backing, page);
}

void push_kept(ArenaCore* core, Page* page) {
  page->newer = nullptr;
  page->older = core->kept;
  (core->kept != nullptr ? core->kept->newer : core->oldest_kept) = page;
  core->kept = page;
  ++core->kept_count;
  core->kept_bytes += page->bytes;
}

Page* pop_kept(ArenaCore* core, Page* page) {
  (page->newer != nullptr ? page->newer->older : core->kept) = page->older;
  (page->older != nullptr ? page->older->newer : core->oldest_kept) = page->newer;
  --core->kept_count;
  core->kept_bytes -= page->bytes;
  return page;
}

void free_oldest(ArenaCore* core) { free_page(core, pop_kept(core, core->oldest_kept)); }

// The kept page of a kind that wastes the least of those with at least `bytes` bytes; or null.
// Under a limit none that wastes more than half, which others could do with.
Page* find_kept(const ArenaCore* core, bool is_large, size_t bytes) {
  Page* best = nullptr;
  int looks = 0;
  for (Page* page = core->kept; page != nullptr && looks < kLooks; page = page->older, ++looks) {
    if (page->is_large != is_large || page->bytes < bytes) continue;
    if (core->byte_limit != SIZE_MAX && is_large && page->bytes / 2 > bytes) continue;
    if (best == nullptr || page->bytes < best->bytes) best = page;
    if (best->bytes == bytes) break;
  }
  return best;
}

// Whether a page may be kept where no other one is.
bool is_worth_keeping(const ArenaCore* core, const Page* page) {
  if (!page->is_large && page->bytes < core->page_bytes) return false;  // too small for most
  if (core->retain_bytes != kRetainFew) return page->bytes <= core->retain_bytes;
  return page->bytes <= kRetainLarge || (!page->is_large && page->bytes == core->page_bytes);
}

// Whether it may be kept beside those that are.
bool has_room_for(const ArenaCore* core, const Page* page) {
  if (core->retain_bytes != kRetainFew) {
    return page->bytes <= core->retain_bytes - core->kept_bytes;
  }
  const Page* other = core->kept;  // one of each kind at most
  while (other != nullptr && other->is_large != page->is_large) other = other->older;
  return other == nullptr;
}

void free_or_keep(ArenaCore* core, Page* page, size_t* stale) {
  if (core->backing == nullptr || !is_worth_keeping(core, page)) return free_page(core, page);
  for (; !has_room_for(core, page); --*stale) {
    if (*stale == 0) return free_page(core, page);
    free_oldest(core);
  }
  poison(core, page + 1, page->bytes - sizeof(Page));
  push_kept(core, page);
}

// Whether there may be memory of `bytes` bytes, of which the arena has `had`. Pages that are only
// kept must not be what the limit refuses others for. No allocator has to expect a size above
// PTRDIFF_MAX, which a block of that size and its page's header would be.
bool make_room(ArenaCore* core, size_t bytes, size_t had) {
  if (bytes > static_cast<size_t>(PTRDIFF_MAX)) return false;
  const size_t more = bytes - had;
  while (core->kept != nullptr && more > core->byte_limit - core->reserved) free_oldest(core);
  return more <= core->byte_limit - core->reserved;
}

void* take_from_backing(ArenaCore* core, size_t bytes, size_t align) {
  if (!make_room(core, bytes, 0)) return nullptr;
  void* const memory = core->backing->malloc(core->backing, bytes, align);
  if (memory != nullptr) core->reserved += bytes;
  return memory;
}

// Makes `page`, which knows its size, one of the level, without a block.
Page* link_page(ArenaLevel* level, Page* page, bool is_large) {
  page->older = level->pages;
  page->newer = nullptr;
  page->level = level;
  page->cursor = first_of(page);
  page->is_large = is_large;
  if (level->pages != nullptr) level->pages->newer = page;
  level->pages = page;
  level->must_settle = true;
  return page;
}

// A page of the level with at least `bytes` bytes, of those that were kept; or null.
Page* take_kept(ArenaLevel* level, bool is_large, size_t bytes) {
  Page* const page = find_kept(level->core, is_large, bytes);
  return page != nullptr ? link_page(level, pop_kept(level->core, page), is_large) : nullptr;
}

// The same, a new one.
Page* take_page(ArenaLevel* level, bool is_large, size_t bytes) {
  ArenaCore* const core = level->core;
  Page* page = nullptr;
  if (core->backing != nullptr) {
    page = static_cast<Page*>(take_from_backing(core, bytes, kDefaultAlign));
    if (page == nullptr) return nullptr;
    ++core->created;
    page->bytes = bytes;
  } else {
    // What has no room in the window has none at its far end.
    page = is_innermost(level) ? nullptr : take_far(core, bytes);
    if (page == nullptr) return nullptr;
  }
  poison(core, page + 1, page->bytes - sizeof(Page));
  return link_page(level, page, is_large);
}

// The page with `bytes` bytes, more than it has, or null with nothing changed.
Page* resize_page(ArenaCore* core, Page* page, size_t bytes) {
  const size_t had = page->bytes;
  if (!make_room(core, bytes, had)) return nullptr;
  void* const moved = core->backing->realloc(core->backing, page, bytes, kDefaultAlign);
  if (moved == nullptr) return nullptr;
  core->reserved += bytes - had;
  page = static_cast<Page*>(moved);
  page->bytes = bytes;
  return page;
}

Page* page_of_large(const char* block) { return read_hidden<Page*>(block - kLargeFront); }
void set_page_of_large(char* block, Page* page) { write_hidden(block - kLargeFront, page); }

size_t max_page_bytes(const ArenaCore* core) {
  return core->max_page_bytes > core->page_bytes ? core->max_page_bytes : core->page_bytes;
}

// What the next page has, where a block needs `least` bytes of it, at most the largest page.
size_t next_page_bytes(const ArenaLevel* level, size_t least) {
  const ArenaCore* const core = level->core;
  const size_t most = max_page_bytes(core);
  const auto twice = [most](size_t bytes) { return 2 * bytes < most ? 2 * bytes : most; };
  size_t bytes = core->page_bytes;
  const Page* before = core->first != nullptr ? page_of_first(core->first) : nullptr;
  if (level->side != nullptr && !is_innermost(level)) before = level->side;
  if (before != nullptr && before->bytes >= bytes) bytes = twice(before->bytes);
  while (bytes < least) bytes = twice(bytes);
  return bytes;
}

}  // namespace

bool is_large(const ArenaLevel* level, size_t size, size_t align) {
  const ArenaCore* const core = level->core;
  const size_t bytes = page_bytes_for(size, align);
  const size_t most = max_page_bytes(core);
  if (core->backing == nullptr || bytes > most) return true;
  return (core->first != nullptr || bytes > core->page_bytes) && size > most / 4;
}

char* add_large_page(ArenaLevel* level, size_t size, size_t align) {
  const size_t bytes = page_bytes_for(size, align);
  Page* page = take_kept(level, true, bytes);
  if (page == nullptr) page = take_page(level, true, bytes);
  if (page == nullptr) return nullptr;
  char* const p = reinterpret_cast<char*>(round_up(address(page->cursor), align));
  set_page_of_large(p, page);
  write_size(p, size, kLargeBit);
  page->cursor = reinterpret_cast<char*>(next_block(p, size));
  add_closed(level, used_of(page), 0);
  return p;
}

Page* add_page(ArenaLevel* level, size_t least) {
  ArenaCore* const core = level->core;
  const size_t ample = next_page_bytes(level, least);
  Page* page = take_kept(level, false, ample);
  if (page == nullptr) page = take_kept(level, false, least);
  if (page != nullptr) return page;
  page = take_page(level, false, ample);
  const auto smaller = [=](size_t bytes) {
    return bytes >= least && bytes < ample ? take_page(level, false, bytes) : nullptr;
  };
  if (page == nullptr) page = smaller(core->byte_limit - core->reserved);
  if (page == nullptr) page = smaller(core->page_bytes);
  return page != nullptr ? page : take_page(level, false, least);
}

Page* take_kept(ArenaLevel* level) { return take_kept(level, false, level->core->page_bytes); }

char* grow_large_page(ArenaCore* core, char* block, size_t size) {
  Page* const page = page_of_large(block);
  const size_t offset = address(block) - address(page);
  const size_t least = size + offset + kBack + kFront + kDefaultAlign;
  const size_t old_bytes = page->bytes;
  const size_t old_size = block_size(block);
  unpoison_defined(page, old_bytes);
  Page* moved = page;
  if (least > old_bytes) {  // a block that shrank before may still have the room
    // An eighth more than before where less would do, so that a block which grows in
    // small steps is not moved at each of them.
    const size_t ample = old_bytes + old_bytes / 8;
    moved = least < ample ? resize_page(core, page, ample) : nullptr;
    if (moved == nullptr) moved = resize_page(core, page, least);
  }
  Page* const now = moved != nullptr ? moved : page;
  char* const p = reinterpret_cast<char*>(now) + offset;
  if (moved != nullptr) {
    ArenaLevel* const level = now->level;
    (now->newer != nullptr ? now->newer->older : level->pages) = now;
    if (now->older != nullptr) now->older->newer = now;
    set_page_of_large(p, now);
    const uintptr_t old_next = address(now->cursor) - address(block) + address(p);
    now->cursor = reinterpret_cast<char*>(next_block(p, size));
    add_closed(level, address(now->cursor), old_next);
  }
  poison(core, now + 1, offset - sizeof(Page));
  poison(core, p + old_size, now->bytes - offset - old_size);
  return moved != nullptr ? p : nullptr;
}

void drop_large_page(ArenaCore* core, const char* block) {
  Page* const page = page_of_large(block);
  ArenaLevel* const level = page->level;
  (page->newer != nullptr ? page->newer->older : level->pages) = page->older;
  if (page->older != nullptr) page->older->newer = page->newer;
  add_closed(level, 0, used_of(page));
  size_t stale = core->kept_count;
  free_or_keep(core, page, &stale);
}

void drop_pages(ArenaLevel* level, size_t* stale) {
  while (Page* const page = level->pages) {
    level->pages = page->older;
    free_or_keep(level->core, page, stale);
  }
}

uintptr_t window_limit(const ArenaCore* core) {
  if (core->first == nullptr) return kNoPage;
  if (core->backing != nullptr) return limit_at(end_of(page_of_first(core->first)));
  // Of the one page of a fixed buffer the far end is taken, and a range has not all its memory.
  const Range* const range = core->range;
  return limit_at(!has_range(core) || range->committed == range->far_committed ? core->far
                                                                               : range->committed);
}

bool grow_window(ArenaLevel* level, uintptr_t next) {
  ArenaCore* const core = level->core;
  // A block before that ends there, and the next one's size, up to which limit_at() counts.
  if (!has_range(core) || next < address(level->cursor) || next > limit_at(core->far) ||
      !core->range->commit(core, reinterpret_cast<const char*>(next - kFront))) {
    return false;
  }
  update_limit(core);
  return next <= level->limit;
}

void move_window(ArenaLevel* level, Page* page) {
  ArenaCore* const core = level->core;
  note_peak(core);
  const size_t left_behind = address(level->cursor) - address(core->first);
  const size_t found = used_of(page);
  level->closed += left_behind - found;
  core->closed += left_behind - found;
  if (level->window != nullptr) {
    level->window->cursor = level->cursor;
  } else {
    level->first_before = core->first;
  }
  level->window = page;
  level->cursor = page->cursor;
  core->first = first_of(page);
  level->limit = window_limit(core);
  core->head->high = page->cursor;
}

void free_kept(ArenaCore* core) {
  while (core->kept != nullptr) free_oldest(core);
}

void trim_kept(ArenaCore* core) {
  if (core->backing == nullptr || core->retain_bytes == kRetainFew) return;
  if (core->first == nullptr || innermost(core)->cursor != core->first) return;
  const size_t idle = page_of_first(core->first)->bytes;
  while (core->kept != nullptr && core->kept_bytes + idle > core->retain_bytes) free_oldest(core);
}

LevelChunk* add_chunk(ArenaCore* core, size_t bytes) {
  void* memory = nullptr;
  if (core->backing == nullptr) {
    Page* const page = take_far(core, sizeof(Page) + bytes);
    if (page == nullptr) return nullptr;
    page->level = &core->outermost;  // never free
    memory = page + 1;
    unpoison(memory, page->bytes - sizeof(Page));
  } else {
    memory = take_from_backing(core, bytes, kMaxAlign);
    if (memory == nullptr) return nullptr;
  }
  auto* const chunk = static_cast<LevelChunk*>(memory);
  *chunk = {core->chunks, bytes};
  core->chunks = chunk;
  return chunk;
}

void free_chunks(ArenaCore* core) {
  while (LevelChunk* const chunk = core->chunks) {
    core->chunks = chunk->older;
    core->reserved -= chunk->bytes;
    core->backing->free(core->backing, chunk);
  }
}

}  // namespace cex::detail
