#include "cex/guard.h"

#include <string.h>
#include <time.h>

#include <atomic>
#include <new>

#include "cex/allocator/internal/bump_window.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/guard_pages.h"
#include "cex/sanitizer/internal/shadow_access.h"
#include "cex/sanitizer/internal/system_pages.h"
#include "cex/sanitizer/internal/text.h"

namespace cex {
namespace {

using detail::GuardPages;
using detail::is_valid_request;
using detail::kDefaultAlign;

constexpr uint32_t kGuardMagic = 0xcea19a2d;

// Live guarded blocks at most: each takes two mappings of the 65,530 that Linux gives a
// process, which needs some for itself.
constexpr size_t kMaxBlocks = 8192;

// Scopes that have ended and are not used again yet, so that the use of their handles shows.
constexpr size_t kKeptLevels = 256;

struct Guard;

// The guard's own handle, or that of a scope: what stands before one handle of the backing
// allocator.
struct GuardLevel {
  Allocator_i base;
  IAllocator target = nullptr;
  uint64_t sampled = 0;  // a draw below it is
  uintptr_t begin = 0;   // of the addresses of guarded blocks
  size_t bytes = 0;
  Guard* guard = nullptr;
  GuardLevel* outer = nullptr;  // null: the guard's own
  GuardLevel* next = nullptr;   // of those that have ended
  detail::PageBlockList blocks = {};
  bool is_open = true;
  Site opened = {};
  Site ended = {};

  bool owns(const void* p) const { return reinterpret_cast<uintptr_t>(p) - begin < bytes; }
};

// Room for handles of scopes.
struct LevelChunk {
  static constexpr size_t kLevels = 60;

  LevelChunk* before;
  size_t used;
  alignas(64) unsigned char memory[kLevels][(sizeof(GuardLevel) + 63) / 64 * 64];
};

struct Guard {
  GuardLevel own;
  GuardLevel* innermost = nullptr;  // of those that are open
  GuardLevel* ended = nullptr;      // those that have ended, oldest first
  GuardLevel* last_ended = nullptr;
  size_t ended_count = 0;
  LevelChunk* chunk = nullptr;
  GuardPages* pages = nullptr;  // null: the system refused
  uint64_t sampled = 0;         // of its scopes, and but for tmem$ outside of scopes its own
  std::atomic<uint64_t> refused{0};
  bool is_exact = false;
  bool is_in_backing = false;  // this object
};

// --- Sampling ------------------------------------------------------------------------

constinit thread_local uint64_t random_state = 0;

// Another one for each thread, and in each run.
[[gnu::noinline]] uint64_t first_state() {
  static std::atomic<uint64_t> threads{0};
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t z = (threads.fetch_add(1, std::memory_order_relaxed) + 1) * 0x9e3779b97f4a7c15;
  z ^= static_cast<uint64_t>(now.tv_nsec) ^ reinterpret_cast<uintptr_t>(&random_state);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) | 1;
}

// Whether this allocation is to be guarded: a draw of a linear congruential generator, whose
// upper bits decide. It remembers nothing, so that all guards may share a thread's state.
[[gnu::always_inline]] inline bool is_sampled(const GuardLevel* level) {
  uint64_t state = random_state;
  if (state == 0) [[unlikely]]
    state = first_state();
  state = state * 6364136223846793005 + 1442695040888963407;
  random_state = state;
  return state < level->sampled;
}

// --- What the interface's functions do -----------------------------------------------

GuardLevel* level_of(IAllocator self) {
  return reinterpret_cast<GuardLevel*>(const_cast<Allocator_i*>(self));
}

// Reports the handle of a scope that has ended. Without the checks such a handle stands
// before an allocator that refuses everything. The backing allocator may have been destroyed before
// the guard. It is asked for its depth because it then checks the thread and the scope, also for a
// block that it does not allocate.
void check_open(const GuardLevel* level) {
  if (!kChecked) return;
  if (level->is_open) {
    detail::check_alive(level->target);
    if (level->target->meta.is_arena) static_cast<void>(detail::scope_depth_of(level->target));
    return;
  }
  die_here(
      "the allocator of a scope that has ended is used\n"
      "    the scope: opened at %s, ended at %s",
      detail::place_of(level->opened).text, detail::place_of(level->ended).text);
}

// An allocator whose scopes have no handles of their own takes blocks from the innermost.
detail::PageBlockList* list_for(GuardLevel* level) {
  GuardLevel* const innermost = level->guard->innermost;
  return innermost->target == level->target ? &innermost->blocks : &level->blocks;
}

// A guarded block, zeroed; or null, for the backing allocator to be asked.
void* take(GuardLevel* level, size_t size, size_t align, const void* caller) {
  Guard* const guard = level->guard;
  if (!level->is_open || !is_valid_request(size, align)) return nullptr;
  align = detail::meant_align(align);
  if (guard->pages == nullptr) {
    guard->refused.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  const size_t placed_align = guard->is_exact && align == kDefaultAlign ? 1 : align;
  return guard->pages->take(list_for(level), size, align, placed_align, caller);
}

[[gnu::noinline]] void* malloc_guarded(GuardLevel* level, size_t size, size_t align,
                                       const void* caller) {
  void* const p = take(level, size, align, caller);
  if (p == nullptr) return level->target->malloc(level->target, size, align);
  if (kChecked) memset(p, detail::kFreshByte, size);
  unpoison(p, size);  // not initialized by the user
  return p;
}

void* guard_malloc(IAllocator self, size_t size, size_t align) {
  GuardLevel* const level = level_of(self);
  check_open(level);
  if (is_sampled(level)) [[unlikely]]
    return malloc_guarded(level, size, align, __builtin_return_address(0));
  return level->target->malloc(level->target, size, align);
}

void* guard_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  GuardLevel* const level = level_of(self);
  check_open(level);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  if (is_sampled(level)) [[unlikely]] {
    void* const p = take(level, bytes, align, __builtin_return_address(0));
    if (p != nullptr) return p;
  }
  return level->target->calloc(level->target, count, size, align);
}

[[gnu::noinline]] void* realloc_guarded(GuardLevel* level, void* p, size_t size, size_t align,
                                        const void* caller) {
  GuardPages* const pages = level->guard->pages;
  const detail::PageBlock* const block = pages->find(p, "realloc", caller);
  align = detail::meant_align(align);
  if (kChecked && block->align != align) {
    GuardPages::die_of(block, caller,
                       "realloc with alignment %zu of a block that was allocated with %u", align,
                       block->align);
  }
  if (kChecked && block->list != list_for(level)) {
    GuardPages::die_of(block, caller,
                       "realloc across scopes: a guarded block is resized through the allocator of "
                       "another scope, and would be gone with that");
  }
  if (!is_valid_request(size, align)) return nullptr;
  const size_t old_size = block->size;
  void* moved = take(level, size, align, caller);
  if (moved == nullptr) moved = level->target->malloc(level->target, size, align);
  if (moved == nullptr) return nullptr;
  if (size > old_size) {
    char* const rest = static_cast<char*>(moved) + old_size;
    if (kChecked) memset(rest, detail::kFreshByte, size - old_size);
    unpoison(rest, size - old_size);
  }
  memcpy(moved, p, size < old_size ? size : old_size);
  pages->give(p, "realloc", caller);
  return moved;
}

void* guard_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return guard_malloc(self, size, align);
  GuardLevel* const level = level_of(self);
  check_open(level);
  if (level->owns(p)) [[unlikely]]
    return realloc_guarded(level, p, size, align, __builtin_return_address(0));
  return level->target->realloc(level->target, p, size, align);
}

void* guard_free(IAllocator self, void* p) {
  GuardLevel* const level = level_of(self);
  check_open(level);
  if (level->owns(p)) [[unlikely]] {
    level->guard->pages->give(p, "free", __builtin_return_address(0));
    return nullptr;
  }
  return level->target->free(level->target, p);
}

// --- Scopes --------------------------------------------------------------------------

// A handle for a scope; null where there is no memory for one. The backing allocator is not
// asked: what it gave might go with a scope.
GuardLevel* take_level(Guard* guard) {
  if (guard->ended_count >= kKeptLevels) {
    GuardLevel* const level = guard->ended;
    guard->ended = level->next;
    --guard->ended_count;
    return level;
  }
  if (guard->chunk == nullptr || guard->chunk->used == LevelChunk::kLevels) {
    void* const memory = detail::map_pages(sizeof(LevelChunk));
    if (memory == nullptr) return nullptr;
    guard->chunk = ::new (memory) LevelChunk{guard->chunk, 0, {}};
  }
  return reinterpret_cast<GuardLevel*>(guard->chunk->memory[guard->chunk->used++]);
}

void put_ended(Guard* guard, GuardLevel* level) {
  level->next = nullptr;
  (guard->ended_count != 0 ? guard->last_ended->next : guard->ended) = level;
  guard->last_ended = level;
  ++guard->ended_count;
}

void open_level(Guard* guard, GuardLevel* level, IAllocator target) {
  ::new (level) GuardLevel(guard->own);
  level->target = target;
  level->sampled = guard->sampled;
  level->outer = guard->innermost;
  level->blocks = {};
  level->opened = detail::kept(detail::call_under_way());
  guard->innermost = level;
}

// Ends the innermost level, with its guarded blocks. Returns whose scope_exit() is to be called.
IAllocator close_level(Guard* guard, const void* caller) {
  GuardLevel* const level = guard->innermost;
  const IAllocator target = level->target;
  if (level->outer == nullptr) return target;  // no scope is open: for it to report
  if (level->blocks.newest != nullptr) guard->pages->give_all(&level->blocks, caller);
  guard->innermost = level->outer;
  level->is_open = false;
  level->ended = detail::kept(detail::call_under_way());
  level->target = &detail::kNoScope;
  level->sampled = 0;
  put_ended(guard, level);
  return detail::ending_of(target, guard->innermost->target);
}

IAllocator guard_scope_enter(IAllocator self) {
  GuardLevel* const level = level_of(self);
  check_open(level);
  if (!level->is_open) return nullptr;
  if (level->target->scope_enter == nullptr) return nullptr;
  const IAllocator target = level->target->scope_enter(level->target);
  if (target == nullptr) return nullptr;
  GuardLevel* const inside = take_level(level->guard);
  if (inside == nullptr) {
    const IAllocator ending = detail::ending_of(target, level->target);
    ending->scope_exit(ending);
    return nullptr;
  }
  open_level(level->guard, inside, target);
  return &inside->base;
}

void guard_scope_exit(IAllocator self) {
  GuardLevel* level = level_of(self);
  Guard* const guard = level->guard;
  check_open(level);
  if (!level->is_open) return;
  if (level->outer == nullptr) level = guard->innermost;
  for (bool is_last = false; !is_last;) {
    is_last = guard->innermost == level;
    const IAllocator ending = close_level(guard, __builtin_return_address(0));
    if (ending->scope_exit != nullptr) ending->scope_exit(ending);
  }
}

uint32_t guard_scope_depth(IAllocator self) {
  return detail::scope_depth_of(level_of(self)->guard->innermost->target);
}

// The guard behind `a`, a scope's handle included, or a report that it is none.
Guard* guard_of(IAllocator a, const char* call, Site site) {
  if (a == nullptr || a->meta.magic_id != kGuardMagic) {
    die(site, "AllocatorGuard.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not a guard");
  }
  return level_of(a)->guard;
}

// Whether it is tmem$ where no scope is open, which refuses whatever it is asked for.
bool is_outside_scopes(IAllocator a) {
  return a->meta.is_temp && a->scope_depth != nullptr && a->scope_depth(a) == 0;
}

}  // namespace

IAllocator guard_create(IAllocator backing, const GuardOptions& options, Site site) {
  if (backing == nullptr) return nullptr;
  [[maybe_unused]] const detail::CallSite call(site);
  // Temporary memory would go with a scope.
  const bool is_in_backing = !backing->meta.is_temp;
  void* const memory = is_in_backing ? backing->malloc(backing, sizeof(Guard), alignof(Guard))
                                     : detail::map_pages(sizeof(Guard));
  if (memory == nullptr) return nullptr;
  auto* const guard = ::new (memory) Guard{{
      .base = {guard_malloc,
               guard_calloc,
               guard_realloc,
               guard_free,
               guard_scope_enter,
               guard_scope_exit,
               guard_scope_depth,
               {kGuardMagic, backing->meta.is_arena, backing->meta.is_temp}},
  }};
  if (options.one_in != 0) {
    guard->pages = GuardPages::create({.max_bytes = options.max_bytes,
                                       .max_blocks = kMaxBlocks,
                                       .quarantine_bytes = options.quarantine_bytes,
                                       .at_start = options.at_start});
  }
  guard->own.target = backing;
  guard->sampled = options.one_in == 0 ? 0 : UINT64_MAX / options.one_in;
  guard->own.sampled = is_outside_scopes(backing) ? 0 : guard->sampled;
  guard->own.guard = guard;
  if (guard->pages != nullptr) {
    guard->own.begin = reinterpret_cast<uintptr_t>(guard->pages->begin());
    guard->own.bytes = guard->pages->bytes();
  }
  guard->innermost = &guard->own;
  guard->is_exact = options.exact;
  guard->is_in_backing = is_in_backing;
  return &guard->own.base;
}

void guard_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  [[maybe_unused]] const detail::CallSite call(site);
  Guard* const guard = guard_of(a, "destroy", site);
  if (a != &guard->own.base) {
    die(site, "AllocatorGuard.destroy of an allocator that is not from AllocatorGuard.create");
  }
  if (kChecked && guard->innermost != &guard->own) {
    die(site, "AllocatorGuard.destroy inside a scope of the guard\n    the scope: opened at %s",
        detail::place_of(guard->innermost->opened).text);
  }
  // An arena's blocks need not be freed, so these need not be either.
  if (kChecked && !a->meta.is_arena && guard->own.blocks.newest != nullptr) {
    const size_t live = guard->pages->counts().live;
    GuardPages::die_of(guard->own.blocks.newest, __builtin_return_address(0),
                       "leak: %zu guarded block%s not freed before AllocatorGuard.destroy", live,
                       detail::plural(live));
  }
  if (guard->pages != nullptr) GuardPages::destroy(guard->pages);
  while (guard->chunk != nullptr) {
    LevelChunk* const chunk = guard->chunk;
    guard->chunk = chunk->before;
    detail::unmap_pages(chunk, sizeof(LevelChunk));
  }
  const IAllocator backing = guard->own.target;
  const bool is_in_backing = guard->is_in_backing;
  guard->~Guard();
  if (is_in_backing) {
    detail::mark_destroyed(a);
    backing->free(backing, guard);
  } else {
    detail::unmap_pages(guard, sizeof(Guard));
  }
}

GuardStats guard_stats(IAllocator a, Site site) {
  const Guard* const guard = guard_of(a, "stats", site);
  GuardStats stats;
  stats.no_mapping = guard->refused.load(std::memory_order_relaxed);
  if (guard->pages == nullptr) return stats;
  const detail::GuardPagesCounts counts = guard->pages->counts();
  stats.guarded = counts.made;
  stats.no_room = counts.no_room;
  stats.no_mapping += counts.no_mapping;
  stats.live = counts.live;
  stats.live_bytes = counts.live_bytes;
  stats.quarantined = counts.quarantined;
  return stats;
}

bool guard_owns(IAllocator a, const void* p, Site site) {
  return guard_of(a, "owns", site)->own.owns(p);
}

}  // namespace cex
