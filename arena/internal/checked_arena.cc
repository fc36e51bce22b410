#include "cex/arena/internal/checked_arena.h"

#include <stddef.h>

#include <mutex>
#include <new>

#include "cex/arena/internal/living_threads.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/fork_mutex.h"
#include "cex/sanitizer/internal/record_pool.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/sanitizer/internal/stack_memory.h"
#include "cex/sanitizer/internal/text.h"

namespace cex::detail {
namespace {

CheckedLevel* checked_level(IAllocator a) { return static_cast<CheckedLevel*>(level_of(a)); }
CheckedLevel* outer_of(const CheckedLevel* level) {
  return static_cast<CheckedLevel*>(level->outer);
}
CheckedLevel* innermost(const CheckedArena* arena) { return checked_level(arena->head->innermost); }

// Levels that have ended, oldest first; they are used again only when there are many.
struct Ended {
  static constexpr size_t kKept = 4096;

  ForkMutex mutex{ForkMutex::Rank::kLevels};
  RecordPool memory;
  CheckedLevel* oldest = nullptr;
  CheckedLevel* newest = nullptr;
  size_t count = 0;

  void* take() {
    const std::lock_guard lock(mutex);
    if (count < kKept) return memory.allocate(sizeof(CheckedLevel));
    CheckedLevel* const level = oldest;
    oldest = level->newer;
    --count;
    return level;
  }

  void put(CheckedLevel* level) {
    const std::lock_guard lock(mutex);
    level->newer = nullptr;
    (newest != nullptr && count != 0 ? newest->newer : oldest) = level;
    newest = level;
    ++count;
  }
};

// Never destroyed, nor made by `new`: as the registry of blocks.
Ended& ended() {
  alignas(Ended) static char memory[sizeof(Ended)];
  static Ended& instance = *::new (memory) Ended;
  return instance;
}
[[maybe_unused]] const Ended& made_early = ended();  // also as that

void check_thread(CheckedArena* arena) {
  const uint64_t me = this_thread();
  const uint64_t owner = __atomic_load_n(&arena->owner, __ATOMIC_RELAXED);
  if (owner == me) return;
  if (arena->outermost.base.meta.is_temp && owner != 0) {
    die_here("tmem$ of another thread is used: each thread has its own, which is called tmem$ too");
  }
  if (owner != 0 && is_living(owner)) {
    die_here(
        "an arena is used by two threads\n    it belongs to thread %llu, which first used it; "
        "thread %llu uses it now",
        static_cast<unsigned long long>(owner), static_cast<unsigned long long>(me));
  }
  __atomic_store_n(&arena->owner, me, __ATOMIC_RELAXED);
}

// Whether the guard of an open level is gone: functions that are being executed have
// overwritten it, or it lies below them.
bool is_left(const CheckedLevel* level) {
  constexpr ptrdiff_t kNear = 8 << 20;  // what is farther away is not on this stack
  const IAllocator* const guard = level->own.guard;
  if (guard == nullptr) return false;
  const auto* const frame = static_cast<const char*>(__builtin_frame_address(0));
  const void* const place = place_on_real_stack(guard);
  const ptrdiff_t above = static_cast<const char*>(place) - frame;
  if (above > kNear || above < -kNear) return false;
  if (above > 0) return read_hidden<IAllocator>(guard) != &level->base;
  // The frame may be a fiber's, on a stack of its own.
  return is_on_this_stack(place) && is_on_this_stack(frame);
}

CheckedLevel* use(IAllocator self) {
  CheckedLevel* const level = checked_level(self);
  if (!level->is_open) {
    die_here(
        "the allocator of a scope that has ended is used\n    the scope: opened at %s, ended at %s",
        place_of(level->blocks.opened).text, place_of(level->ended).text);
  }
  check_thread(level->arena);
  if (is_left(level)) {
    die_here(
        "a scope was left and has not ended: longjmp, or an end of the thread, does not end it\n"
        "    the scope: opened at %s",
        place_of(level->blocks.opened).text);
  }
  return level;
}

// Whether the arena's limit allows for a block of `size` bytes in place of one of `less`.
// A release build has a page's header besides.
bool is_within_limit(const CheckedArena* arena, size_t size, size_t less) {
  constexpr size_t kHeader = 64;
  const size_t used = arena->totals.live_bytes - less;
  const size_t bytes = plain_bytes(size) + kHeader;
  return bytes >= size && bytes <= arena->byte_limit && used <= arena->byte_limit - bytes;
}

// The source's own scope, where it has any: a fixed buffer's.
bool enter_source(const CheckedLevel* outer, void** context) {
  *context = outer->blocks.context;
  if (outer->blocks.source->resize == nullptr) return true;
  const auto buffer = static_cast<IAllocator>(*context);
  *context = const_cast<Allocator_i*>(buffer->scope_enter(buffer));
  return *context != nullptr;
}

void exit_source(const CheckedLevel* level) {
  if (level->blocks.source->resize == nullptr) return;
  const auto buffer = static_cast<IAllocator>(level->blocks.context);
  buffer->scope_exit(buffer);
}

void end_level(CheckedLevel* level) {
  guarded_free_all(&level->blocks);
  exit_source(level);
  level->is_open = false;
  level->ended = kept(current_site);
  level->head->innermost = &level->outer->base;
  ended().put(level);
}

}  // namespace

CheckedArena* checked_init(void* memory, ArenaHead* head, const Allocator_i& outermost,
                           const char* name, const BlockSource* source, void* context) {
  auto* const arena = ::new (memory) CheckedArena{.outermost = {Level{.base = outermost}}};
  CheckedLevel* const level = &arena->outermost;
  level->head = arena->head = head != nullptr ? head : &level->own_head;
  level->arena = arena;
  level->is_open = true;
  level->blocks = {.name = name, .source = source, .context = context, .totals = &arena->totals};
  arena->birth = take_block_number();
  arena->head->innermost = &level->base;
  return arena;
}

void* checked_malloc(IAllocator self, size_t size, size_t align) {
  CheckedLevel* const level = use(self);
  if (!is_valid_request(size, align) || !is_within_limit(level->arena, size, 0)) return nullptr;
  const AsOldAs arena(level->arena->birth);
  return guarded_malloc(&level->blocks, size, meant_align(align));
}

void* checked_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  return calloc_by<checked_malloc>(self, count, size, align);
}

void* checked_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return checked_malloc(self, size, align);
  CheckedLevel* const level = use(self);
  if (!is_valid_request(size, align)) return nullptr;
  const size_t old_size = guarded_size(&level->blocks, p);
  if (size > old_size && !is_within_limit(level->arena, size, plain_bytes(old_size))) {
    return nullptr;
  }
  const AsOldAs arena(level->arena->birth);
  return guarded_realloc(&level->blocks, p, size, meant_align(align));
}

void* checked_free(IAllocator self, void* p) {
  CheckedLevel* const level = use(self);
  if (p != nullptr) guarded_free(&level->blocks, p);
  return nullptr;
}

IAllocator checked_scope_enter(IAllocator self) {
  return checked_enter(self, __builtin_return_address(0));
}

IAllocator checked_enter(IAllocator self, const void* caller) {
  CheckedArena* const arena = use(self)->arena;
  CheckedLevel* const outer = innermost(arena);
  void* context = nullptr;
  if (!enter_source(outer, &context)) return nullptr;
  auto* const level = ::new (ended().take())
      CheckedLevel{Level{.base = checked_interface(outer->base.meta.is_temp)}};
  level->head = arena->head;
  level->outer = outer;
  level->depth = outer->depth + 1;
  level->arena = arena;
  level->is_open = true;
  level->blocks = outer->blocks;
  level->blocks.number = 0;
  level->blocks.context = context;
  level->blocks.opened = kept(current_site);
  level->blocks.depth = level->depth;
  level->opened_by = caller;
  arena->head->innermost = &level->base;
  ++arena->head->scopes_entered;
  return &level->base;
}

void checked_scope_exit(IAllocator self) {
  CheckedLevel* level = checked_level(self);
  if (level->depth == 0) {
    check_thread(level->arena);
    level = innermost(level->arena);
    // One that a MemScope has opened is the MemScope's to end.
    if (level->depth == 0 || level->own.guard != nullptr) {
      die_here("scope_exit without a scope_enter before it%s",
               current_site.file != nullptr ? ""
                                            : "\n    the call came through the interface, which is "
                                              "not told its line: see the stack");
    }
  }
  if (!level->is_open) {
    die_here("scopes end out of order: this one has ended before\n    opened at %s, ended at %s",
             place_of(level->blocks.opened).text, place_of(level->ended).text);
  }
  check_thread(level->arena);
  for (const CheckedLevel* l = innermost(level->arena); l != level; l = outer_of(l)) {
    if (l->own.guard == nullptr) continue;
    die_here(
        "scopes end out of order: the scope at depth %u ends while depth %u is open\n"
        "    the one that ends: opened at %s\n    the one that is open: opened at %s",
        level->depth, l->depth, place_of(level->blocks.opened).text,
        place_of(l->blocks.opened).text);
  }
  for (CheckedLevel* l = nullptr; l != level;) end_level(l = innermost(level->arena));
}

uint32_t checked_scope_depth(IAllocator self) { return innermost(use(self)->arena)->depth; }

CheckedArena* checked_use(IAllocator a) { return use(a)->arena; }

void checked_clear(CheckedArena* arena) {
  while (innermost(arena)->depth != 0) end_level(innermost(arena));
  guarded_free_all(&arena->outermost.blocks);
}

void checked_expect_no_scope(const CheckedArena* arena, const char* what) {
  const CheckedLevel* const level = innermost(arena);
  if (level->depth == 0) return;
  die_here("%s inside its scope: %u still open\n    the innermost: opened at %s", what,
           level->depth, place_of(level->blocks.opened).text);
}

AllocatorStats checked_stats(const CheckedArena* arena) {
  const BlockTotals& totals = arena->totals;
  AllocatorStats stats;
  stats.bytes_in_use = totals.live_bytes;
  stats.bytes_peak = totals.peak_bytes;
  // Each block is a page of its own; a buffer is one.
  const bool is_buffer = arena->buffer_bytes != 0;
  stats.bytes_reserved = is_buffer ? arena->buffer_bytes : totals.live_bytes;
  stats.pages_live = is_buffer ? 1 : totals.made - totals.freed;
  stats.pages_created = is_buffer ? 1 : totals.made;
  stats.pages_freed = is_buffer ? 0 : totals.freed;
  stats.scopes_entered = arena->head->scopes_entered;
  stats.scope_depth = innermost(arena)->depth;
  return stats;
}

}  // namespace cex::detail
