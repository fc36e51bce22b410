#include "cex/allocator/internal/pages.h"

#include "cex/allocator/internal/checks.h"
#include "cex/allocator/internal/heap_checked.h"

namespace cex::detail {
namespace {

// What a page must have to hold one block, whatever its own address.
bool page_bytes_for(size_t size, size_t align, size_t* bytes) {
  const size_t extra = sizeof(Page) + kFront + kBack + 2 * kDefaultAlign + align;
  return !__builtin_add_overflow(size, extra, bytes) && *bytes <= static_cast<size_t>(PTRDIFF_MAX);
}

char* first_of(const Page* page) {
  return reinterpret_cast<char*>(round_up(address(page) + sizeof(Page) + kFront, kDefaultAlign));
}

// A cursor at the limit leaves its block's record, if one came, beyond the page.
char* limit_of(const Page* page) {
  return reinterpret_cast<char*>((address(page) + page->bytes + kFront) & ~(kDefaultAlign - 1));
}

void link_page(Bump* bump, Page* page, bool is_large) {
  page->older = bump->newest;
  page->window_before = bump->window;
  page->closed_before = bump->closed;
  page->depth = static_cast<uint32_t>(depth_of(bump));
  page->is_large = is_large;
  bump->newest = page;
}

void set_window(Bump* bump, Page* page) {
  bump->window = page;
  bump->first = page != nullptr ? page->first : nullptr;
  bump->page_limit = page != nullptr ? page->limit : nullptr;
  bump->limit = kInlineBump ? bump->page_limit : nullptr;
}

void make_window(Bump* bump, Page* page) {
  const size_t used = used_of_window(bump, rewind_point(bump));
  bump->closed += used;
#ifdef CEX_TEST
  if (bump->window != nullptr) bump->window->closed = used;
#endif
  set_window(bump, page);
  set_cursor(bump, page->first);
  bump->high = page->first;
}

Page* lay_out(void* memory, size_t bytes) {
  Page* const page = static_cast<Page*>(memory);
  page->bytes = bytes;
  page->first = first_of(page);
  page->limit = limit_of(page);
#ifdef CEX_TEST
  page->live_blocks = 0;
  page->closed = 0;
#endif
  poison(page + 1, bytes - sizeof(Page));
  return page;
}

void give_back(Bump* bump, Page* page) {
  check_page(page);
  bump->reserved -= page->bytes;
  ++bump->freed;
  // Defined: MemorySanitizer would hold it against whoever gets the memory next and writes
  // it in code that is not instrumented, the C++ library's for one.
  unpoison_defined(page, page->bytes);
  bump->backing->free(bump->backing, page);
}

// Whether the limit allows for `bytes` more. Pages that are only kept must not be
// what it refuses others for.
bool make_room(Bump* bump, size_t bytes) {
  while (bump->reserve != nullptr && bytes > bump->byte_limit - bump->reserved) {
    Page* const page = bump->reserve;
    bump->reserve = page->older;
    --bump->reserve_count;
    give_back(bump, page);
  }
  return bytes <= bump->byte_limit - bump->reserved;
}

Page* take_from_backing(Bump* bump, size_t bytes) {
  if (bump->backing == nullptr || !make_room(bump, bytes)) return nullptr;
#ifdef CEX_TEST
  const AsOldAs arena(bump->birth);  // what lasts longer than a test case is no leak of it
#endif
  void* const memory = bump->backing->malloc(bump->backing, bytes, kDefaultAlign);
  if (memory == nullptr) return nullptr;
  bump->reserved += bytes;
  ++bump->created;
  return lay_out(memory, bytes);
}

// The page with `bytes` bytes, or null with nothing changed.
Page* resize_page(Bump* bump, Page* page, size_t bytes) {
  if (!make_room(bump, bytes - page->bytes)) return nullptr;
  return static_cast<Page*>(bump->backing->realloc(bump->backing, page, bytes, kDefaultAlign));
}

}  // namespace

bool is_large(const Bump* bump, size_t size, size_t align) {
  size_t bytes = 0;
  if (!page_bytes_for(size, align, &bytes)) return true;
  if (bytes > bump->page_bytes) return true;
  return bump->window != nullptr && size > bump->page_bytes / 4;
}

char* add_large_page(Bump* bump, size_t size, size_t align) {
  size_t bytes = 0;
  if (!page_bytes_for(size, align, &bytes)) return nullptr;
  Page* const page = take_from_backing(bump, bytes);
  if (page == nullptr) return nullptr;
  note_peak(bump);
  link_page(bump, page, true);
  char* const p = reinterpret_cast<char*>(round_up(address(page->first), align));
  const size_t used = next_block(p, size) - address(page->first);
  bump->closed += used;
#ifdef CEX_TEST
  page->closed = used;
#endif
  return p;
}

bool is_beyond_limit(const Bump* bump, size_t size, size_t align) {
  size_t least = 0;
  return bump->backing == nullptr || !page_bytes_for(size, align, &least) ||
         least > bump->byte_limit - bump->reserved;
}

bool add_page(Bump* bump, size_t size, size_t align) {
  size_t least = 0;
  if (!page_bytes_for(size, align, &least)) return false;
  Page* page = nullptr;
  if (bump->reserve != nullptr && least <= bump->page_bytes) {
    page = bump->reserve;
    bump->reserve = page->older;
    --bump->reserve_count;
  } else {
    page = take_from_backing(bump, bump->page_bytes > least ? bump->page_bytes : least);
    const size_t left = bump->byte_limit - bump->reserved;
    if (page == nullptr && left >= least && left < bump->page_bytes) {
      page = take_from_backing(bump, left);
    }
    if (page == nullptr) page = take_from_backing(bump, least);
    if (page == nullptr) return false;
  }
  note_peak(bump);
  link_page(bump, page, false);
  make_window(bump, page);
  return true;
}

char* grow_newest_page(Bump* bump, char* block, size_t size) {
  Page* const page = bump->newest;
  const size_t offset = address(block) - address(page);
  size_t least = 0;
  if (__builtin_add_overflow(size, offset + kBack + kFront + kDefaultAlign, &least)) return nullptr;
  const size_t old_bytes = page->bytes;
  const size_t old_size = block_size(block);
  unpoison_defined(page, old_bytes);
  // An eighth more than before where less would do, so that a block which grows in
  // small steps is not moved at each of them.
  const size_t ample = old_bytes + old_bytes / 8;
  size_t bytes = least < ample ? ample : least;
  Page* moved = nullptr;
  if (least <= old_bytes) {  // a block that shrank before may still have the room
    bytes = old_bytes;
    moved = page;
  } else {
    moved = resize_page(bump, page, bytes);
    if (moved == nullptr && bytes > least) {
      bytes = least;
      moved = resize_page(bump, page, bytes);
    }
  }
  Page* const now = moved != nullptr ? moved : page;
  char* const p = reinterpret_cast<char*>(now) + offset;
  if (moved != nullptr) {
    note_peak(bump);
    now->bytes = bytes;
    now->first = first_of(now);
    now->limit = limit_of(now);
    bump->reserved += bytes - old_bytes;
    bump->newest = now;
    bump->closed = now->closed_before + (next_block(p, size) - address(now->first));
  }
  poison(now + 1, offset - sizeof(Page));
  poison(p + old_size, now->bytes - offset - old_size);
  return moved != nullptr ? p : nullptr;
}

void drop_newest_page(Bump* bump) {
  Page* const page = bump->newest;
  bump->newest = page->older;
  bump->closed = page->closed_before;
  if (!page->is_large) {
    set_window(bump, page->window_before);
    // Where it stood is the caller's to say: a mark knows.
    set_cursor(bump, bump->page_limit);
  }
  bump->high = bump->cursor;
  if (page->bytes == bump->page_bytes && !page->is_large &&
      bump->reserve_count < bump->reserve_limit) {
    if (!kChecked) poison(page + 1, page->bytes - sizeof(Page));  // else closing its blocks did
    page->older = bump->reserve;
    bump->reserve = page;
    ++bump->reserve_count;
  } else {
    give_back(bump, page);
  }
}

void drop_pages_above(Bump* bump, const Page* page) {
  while (bump->newest != page && bump->newest != nullptr && bump->backing != nullptr) {
    drop_newest_page(bump);
  }
  if (bump->newest == nullptr && bump->reserve != nullptr) {
    Page* const kept = bump->reserve;
    bump->reserve = kept->older;
    --bump->reserve_count;
    link_page(bump, kept, false);
    make_window(bump, kept);
  }
}

#ifdef CEX_TEST
void drop_empty_pages(Bump* bump) {
  if (bump->backing == nullptr) return;
  note_peak(bump);
  const uint64_t depth = depth_of(bump);
  const auto is_empty = [bump, depth](const Page* page) {
    return page != nullptr && page->depth == depth && page->live_blocks == 0 &&
           page != bump->window;
  };
  size_t closed = 0;  // what the empty ones from `page` on had added
  for (Page* page = bump->newest; page != nullptr && page->depth == depth; page = page->older) {
    if (is_empty(page)) closed += page->closed;
  }
  bump->closed -= closed;
  Page** link = &bump->newest;
  while (*link != nullptr && (*link)->depth == depth) {
    Page* const page = *link;
    if (is_empty(page)) {
      closed -= page->closed;
      *link = page->older;
      give_back(bump, page);
    } else {
      page->closed_before -= closed;
      while (is_empty(page->window_before)) {
        page->window_before = page->window_before->window_before;
      }
      link = &page->older;
    }
  }
}
#endif

void bump_adopt_page(Bump* bump, void* memory, size_t bytes) {
  if (bytes < kMinPageBytes) return;
  Page* const page = lay_out(memory, bytes);
  ++bump->created;
  bump->reserved += bytes;
  link_page(bump, page, false);
  make_window(bump, page);
}

void bump_clear(Bump* bump) {
  note_peak(bump);
  while (bump->newest != nullptr) drop_newest_page(bump);
  while (bump->reserve != nullptr) {
    Page* const page = bump->reserve;
    bump->reserve = page->older;
    give_back(bump, page);
  }
  bump->reserve_count = 0;
}

}  // namespace cex::detail
