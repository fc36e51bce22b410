// The arena of CEX_TEST: guarded blocks and levels. It has no pages and no cursor.
//
// Each block is a guarded block of its own, in a list of the level whose allocator was
// named. A scope that ends frees its level's list, into quarantine where the memory is the
// C library's. A level that has ended stays as it was for thousands of scopes, so that the
// use of its allocator can be told of, with the line that opened the scope.
#ifndef CEX_ARENA_INTERNAL_CHECKED_ARENA_H_
#define CEX_ARENA_INTERNAL_CHECKED_ARENA_H_

#include "cex/allocator/internal/bump_window.h"
#include "cex/sanitizer/internal/guarded_blocks.h"
#include "cex/stats.h"

namespace cex::detail {

struct CheckedArena;

struct CheckedLevel : Level {
  CheckedArena* arena = nullptr;
  BlockList blocks = {};
  const void* opened_by = nullptr;  // where the call returned to
  Site ended = {};
  bool is_open = false;
  CheckedLevel* newer = nullptr;  // of those that have ended
};

struct CheckedArena {
  CheckedLevel outermost;     // first: its address is the arena's
  ArenaHead* head = nullptr;  // the outermost level's own, or tmem$'s
  BlockTotals totals = {};
  IAllocator backing = nullptr;  // of an arena
  size_t byte_limit = SIZE_MAX;  // counts blocks as if they were plain
  size_t buffer_bytes = 0;       // of a fixed buffer
  uint64_t owner = 0;            // the thread that uses it, 0 before the first use
  uint64_t birth = 0;            // the number that its blocks in the backing have: see AsOldAs
  bool has_creator = false;      // made by AllocatorArena.create, for its destroy to free
};

// Makes an arena whose blocks come from `source`. `outermost` has the interface of level 0;
// `name` is what a report calls it: "an arena".
CheckedArena* checked_init(void* memory, ArenaHead* head, const Allocator_i& outermost,
                           const char* name, const BlockSource* source, void* context);

// The interface's functions.
void* checked_malloc(IAllocator self, size_t size, size_t align);
void* checked_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* checked_realloc(IAllocator self, void* p, size_t size, size_t align);
void* checked_free(IAllocator self, void* p);
IAllocator checked_scope_enter(IAllocator self);
void checked_scope_exit(IAllocator self);
uint32_t checked_scope_depth(IAllocator self);

// checked_scope_enter(), for a call that returns to `caller`.
IAllocator checked_enter(IAllocator self, const void* caller);

constexpr Allocator_i checked_interface(bool is_temp) {
  return {
      checked_malloc,      checked_calloc,
      checked_realloc,     checked_free,
      checked_scope_enter, checked_scope_exit,
      checked_scope_depth, {kCheckedLevelMagic, true, is_temp},
  };
}

// The arena behind an allocator that is known to be a checked level's. Reports the use of
// one whose scope has ended, and of an arena in a second thread.
CheckedArena* checked_use(IAllocator a);

// Ends all scopes and frees all blocks.
void checked_clear(CheckedArena* arena);

// Reports that scopes are open when the arena is destroyed.
void checked_expect_no_scope(const CheckedArena* arena, const char* what);

AllocatorStats checked_stats(const CheckedArena* arena);

}  // namespace cex::detail

#endif  // CEX_ARENA_INTERNAL_CHECKED_ARENA_H_
