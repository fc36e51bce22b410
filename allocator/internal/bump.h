// The bump allocator proper: blocks and scopes on a list of pages.
//
// AllocatorArena, AllocatorFixed and tmem$ are this with different pages: an
// arena takes them from its backing allocator, a fixed buffer is one page that
// never gets another, tmem$ is an arena that refuses to work outside a scope.
//
// Pages form a list, newest first. One of them, the window, has room at its end
// for small blocks; a block that would waste too much of a page has a page of
// its own, and the window stays where it was:
//
//   newest -> [large] -> [page: window] -> [large] -> [page] -> null
//
// Leaving a scope drops the pages that came inside it and puts the cursor back.
#ifndef CEX_ALLOCATOR_INTERNAL_BUMP_H_
#define CEX_ALLOCATOR_INTERNAL_BUMP_H_

#include "cex/allocator/internal/block.h"
#include "cex/allocator/internal/bump_head.h"
#include "cex/stats.h"

namespace cex::detail {

// The record at the start of each page.
struct Page {
  Page* older;
  size_t bytes;          // of the whole page, this record included
  Page* window_before;   // what the window was when this page came
  size_t closed_before;  // and what `closed` was
  char* first;           // where its first block's bytes may begin
  char* limit;           // how far the cursor may go
  uint32_t depth;        // how many scopes were open when it came
  bool is_large;         // holds one block and is never the window
#ifdef CEX_TEST
  size_t live_blocks;  // of the scopes that are open
  size_t closed;       // what it added to the arena's `closed`
#endif
};

// A scope that was opened through the interface, whose mark has no guard object
// to live in: it lives in the arena, before the scope's own memory.
struct OpenScope {
  Mark mark;
  OpenScope* outer;
};

// Freed blocks of an arena that are held back at most, under CEX_TEST.
inline constexpr size_t kArenaHeldBytes = size_t{16} << 20;

struct Bump : BumpHead {
  IAllocator backing = nullptr;  // where pages come from; null: there are none to be had
  size_t page_bytes = 0;         // of a page that is not large
  size_t byte_limit = 0;         // the most that pages may take together
  size_t reserve_limit = 0;      // how many pages to keep for the next scope
  Page* window = nullptr;
  Page* reserve = nullptr;  // pages kept, linked through `older`
  size_t reserve_count = 0;
  size_t closed = 0;  // bytes in use on pages other than the window
  size_t peak = 0;
  size_t reserved = 0;  // bytes of all pages, the reserve's included
  size_t created = 0;
  size_t freed = 0;
  OpenScope* open_scope = nullptr;
  bool has_creator = false;  // made by AllocatorArena.create, for its destroy to free
#ifdef CEX_TEST
  BlockHeader* newest_block = nullptr;
  char* live = nullptr;  // the end of the last live block: see rewind_point
  uint64_t owner = 0;    // the thread that uses it, 0 before the first use
  uint64_t birth = 0;    // the number that its pages have for leak checks: see AsOldAs
  void (*check_thread)(IAllocator) = nullptr;  // where `owner` does not tell: tmem$
  bool may_reuse = false;                      // whether a block was freed since the last look
  size_t held = 0;                             // bytes of freed blocks that are held back
  size_t held_limit = kArenaHeldBytes;         // when to look for those that can be used again
  bool has_bad_record = false;                 // a block's, that take_damage has told of
#endif
};

inline Bump* bump_of(IAllocator a) { return static_cast<Bump*>(bump_head(a)); }

// The interface's functions. bump_malloc_slow is malloc.
void* bump_malloc_slow(IAllocator self, size_t size, size_t align);
void* bump_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* bump_realloc(IAllocator self, void* p, size_t size, size_t align);
void* bump_free(IAllocator self, void* p);
IAllocator bump_scope_enter(IAllocator self);
void bump_scope_exit(IAllocator self);
uint32_t bump_scope_depth(IAllocator self);

// The interface of a bump allocator without specialties.
inline constexpr Allocator_i kBumpInterface = {
    bump_malloc_slow, bump_calloc,     bump_realloc,     bump_free,
    bump_scope_enter, bump_scope_exit, bump_scope_depth, {kBumpMagic, true, false},
};

// A bump allocator without pages; constexpr, so that one can be static.
constexpr Bump make_bump(const Allocator_i& interface) {
  Bump bump{BumpHead{interface}};
  bump.byte_limit = SIZE_MAX;
  return bump;
}

// Makes `memory` of `bytes` bytes the one page of a bump allocator that has none;
// too little memory for a block leaves it without.
void bump_adopt_page(Bump* bump, void* memory, size_t bytes);

// Gives all pages back, the reserve too. The allocator can be used again after.
void bump_clear(Bump* bump);

bool bump_owns(const Bump* bump, const void* p);
AllocatorStats bump_stats(const Bump* bump);

// The least that a page must have to hold one small block.
inline constexpr size_t kMinPageBytes = round_up(sizeof(Page) + kFront + 64 + kBack + 64, 64);

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_BUMP_H_
