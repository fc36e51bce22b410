// The arena: levels, pages and what they share. ARENA.md draws it.
//
// AllocatorArena, AllocatorFixed and tmem$ are this with different memory below: an arena
// takes pages from its backing allocator, tmem$ from the C library, and a fixed buffer is
// one page, whose far end serves what needs a page of its own.
#ifndef CEX_ARENA_INTERNAL_CORE_H_
#define CEX_ARENA_INTERNAL_CORE_H_

#include "cex/allocator/internal/bump_window.h"
#include "cex/arena/internal/block.h"
#include "cex/stats.h"

namespace cex::detail {

// Of ArenaCore::retain_bytes: a page, and a large one of no more than kRetainLarge bytes.
inline constexpr size_t kRetainFew = SIZE_MAX - 1;
inline constexpr size_t kRetainLarge = size_t{256} << 10;

struct ArenaCore;
struct ArenaLevel;
struct Range;

// The header at the start of each page.
struct Page {
  Page* older;        // of the same level; or of those that are kept
  Page* newer;        // the same
  ArenaLevel* level;  // whose page it is; null: it is free
  size_t bytes;       // of the whole page, this header included
  char* cursor;       // where its next block's bytes begin, while no window is on it
  bool is_large;      // it holds one block
};

// In front of the size of a block that has its page for itself is where that page begins.
inline constexpr size_t kLargeFront = kSizeBytes + sizeof(Page*);

// From the start of a page to its first block's bytes.
inline constexpr size_t kPageFront =
    round_up(sizeof(Page) + (kFront > kLargeFront ? kFront : kLargeFront), kDefaultAlign);

// A level as the arena's own code knows it.
struct ArenaLevel : Level {
  ArenaCore* core = nullptr;
  Page* pages = nullptr;         // newest first; they go with the level
  Page* window = nullptr;        // the one of `pages` that the window is on; null: an outer one's
  Page* side = nullptr;          // one with room left, filled while an inner level was open
  char* first_before = nullptr;  // the core's `first` before the window was on a page of this level
  size_t closed = 0;             // bytes in use that this level has added to the core's `closed`
};

// Levels beyond the first few, taken on demand.
struct LevelChunk {
  LevelChunk* older;
  size_t bytes;
};

// Zero until core_init(), so that tmem$ costs a thread that has no use for it nothing.
struct ArenaCore {
  ArenaHead* head = nullptr;     // level 0's own, or tmem$'s
  IAllocator backing = nullptr;  // where pages come from; null: a fixed buffer, or a range
  size_t page_bytes = 0;         // of a page that is not large
  size_t byte_limit = 0;         // the most that pages may take together
  size_t retain_bytes = 0;       // of pages that may be kept for the next scope
  Page* kept = nullptr;          // those that are, the newest first
  Page* oldest_kept = nullptr;
  size_t kept_count = 0;
  size_t kept_bytes = 0;
  char* first = nullptr;  // where blocks begin on the page that the open window is on
  char* far = nullptr;    // of a fixed buffer or a range: where its far end begins, and all ends
  char* far_end = nullptr;
  size_t closed = 0;  // bytes in use outside of the page that the open window is on
  size_t peak = 0;
  size_t reserved = 0;  // bytes of all pages, those kept included
  size_t created = 0;
  size_t freed = 0;
  ArenaLevel* deepest_own = nullptr;
  LevelChunk* chunks = nullptr;
  size_t max_page_bytes = 0;  // what page_bytes may double up to; less than it: it does not
  Range* range = nullptr;     // what it has in place of pages: see has_range()
  bool has_creator = false;   // made by AllocatorArena.create, for its destroy to free
  bool is_on_stack = false;   // a buffer that AddressSanitizer must not see poison in
  ArenaLevel outermost;       // last: what is in front of it is near, and smaller code
};

// A core with the levels of the first scopes.
struct ArenaMemory {
  static constexpr size_t kLevels = 2;

  ArenaCore core;
  ArenaLevel levels[kLevels];
};
static_assert(sizeof(ArenaMemory) == sizeof(ArenaCore) + ArenaMemory::kLevels * sizeof(ArenaLevel));

inline ArenaLevel* arena_level(IAllocator a) { return static_cast<ArenaLevel*>(level_of(a)); }
inline ArenaLevel* outer_of(const ArenaLevel* level) {
  return static_cast<ArenaLevel*>(level->outer);
}
inline ArenaLevel* innermost(const ArenaCore* core) { return arena_level(core->head->innermost); }
inline bool is_innermost(const ArenaLevel* level) { return level->head->innermost == &level->base; }

// Whether the system has addresses to reserve: range.cc, and range_none.cc where not.
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32)
inline constexpr bool kHasRanges = true;
#else
inline constexpr bool kHasRanges = false;
#endif

inline bool has_range(const ArenaCore* core) { return kHasRanges && core->range != nullptr; }

// Poisons memory of the arena.
inline void poison(const ArenaCore* core, const volatile void* p, size_t size) {
  if (!core->is_on_stack) cex::poison(p, size);
}

// The interface's functions.
void* level_malloc(IAllocator self, size_t size, size_t align);
void* level_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* level_realloc(IAllocator self, void* p, size_t size, size_t align);
void* level_free(IAllocator self, void* p);
IAllocator level_scope_enter(IAllocator self);
void level_scope_exit(IAllocator self);
uint32_t level_scope_depth(IAllocator self);

extern const Allocator_i kLevelInterface;
inline constexpr uint32_t kArenaMagic =
    kChecker == Checker::kNone ? kLevelMagic : kPoisonedLevelMagic;

// Makes a fresh core, or one of zeros, usable: `outermost` becomes level 0's interface, and the
// `count` levels behind the core those of the first scopes.
void core_init(ArenaCore* core, ArenaHead* head, const Allocator_i& outermost, size_t count);

// Makes `memory`, which has room for a core and `count` levels, an arena without memory.
ArenaCore* core_create(void* memory, size_t count);

// Makes `memory` of `bytes` bytes, at least kMinPageBytes, the one page of a core without
// a backing allocator.
void core_adopt_page(ArenaCore* core, void* memory, size_t bytes);

// Ends level 0, and the scopes that are open: what it leaves behind is kept as a scope's is.
void core_reset(ArenaCore* core);

// Frees all pages, those that are kept too. Scopes that are open stay so, without memory. The
// arena can be used again after.
void core_clear(ArenaCore* core);

// The same, and ends the scopes.
void core_end_scopes(ArenaCore* core);

bool core_owns(const ArenaCore* core, const void* p);
AllocatorStats core_stats(const ArenaCore* core);

// The least that a page must have to hold one small block.
inline constexpr size_t kMinPageBytes = round_up(kPageFront + 64 + kBack + 64, 64);

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_CORE_H_
