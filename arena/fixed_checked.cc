// Fixed buffers with the checks of CEX_TEST; fixed.cc has those without them.
//
// The guarded blocks lie in the buffer: their memory comes from a fixed buffer without
// checks, behind the record of the checked one, and each scope has a scope there.
#include "cex/fixed.h"

#include <new>

#include "cex/arena/internal/checked_arena.h"
#include "cex/arena/internal/fixed_core.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/guard_bytes.h"

namespace cex {
namespace {

using detail::CheckedArena;

static_assert(alignof(CheckedArena) + sizeof(CheckedArena) + sizeof(detail::ArenaCore) +
                  detail::kPageFront <=
              kFixedOverhead);

// What no block has is poisoned. Tools themselves stop a write to it.
void expect_untouched(const char* p, size_t size, const char* when) {
  if (kChecker != Checker::kPattern || detail::is_poison_intact(p, size)) return;
  while (is_poisoned(p, 1)) ++p;
  die_here(
      "write to memory that was freed or whose scope has ended, found %s\n    the byte written to: "
      "%p",
      when, static_cast<const void*>(p));
}

constexpr detail::BlockSource kBufferBlocks = {
    .take = [](void* buffer, size_t bytes, size_t align) -> void* {
      const auto a = static_cast<IAllocator>(buffer);
      char* const p = static_cast<char*>(a->malloc(a, bytes, align));
      if (p != nullptr) expect_untouched(p, bytes, "when it was allocated again");
      return p;
    },
    .give =
        [](void* buffer, void* p) {
          const auto a = static_cast<IAllocator>(buffer);
          a->free(a, p);
        },
    .resize = [](void* buffer, void* p, size_t bytes, size_t align) -> void* {
      const auto a = static_cast<IAllocator>(buffer);
      const size_t old_bytes = detail::block_size(static_cast<char*>(p));
      char* const now = static_cast<char*>(a->realloc(a, p, bytes, align));
      if (now != nullptr && bytes > old_bytes) {
        expect_untouched(now + old_bytes, bytes - old_bytes, "when a block grew into it");
      }
      return now;
    },
};

// The allocator behind `a`, or a report that it is none of ours.
CheckedArena* fixed_of(IAllocator a, const char* call, Site site) {
  if (a != nullptr) detail::check_alive(a, site);
  // Behind tmem$ of a thread that has not opened a scope yet there is no arena.
  if (a != nullptr && a->meta.magic_id == detail::kCheckedLevelMagic &&
      detail::level_of(a)->head != nullptr) {
    const detail::CallSite under_way(site);
    CheckedArena* const arena = detail::checked_use(a);
    if (arena->buffer_bytes != 0) return arena;
  }
  die(site, "AllocatorFixed.%s of an allocator that is %s", call,
      a == nullptr ? "null" : "not from AllocatorFixed.create");
}

// The buffer's allocator without checks.
const detail::ArenaCore* core_of(const CheckedArena* arena) {
  return detail::arena_level(static_cast<IAllocator>(arena->outermost.blocks.context))->core;
}

}  // namespace

IAllocator fixed_create(void* buffer, size_t size) {
  if (buffer == nullptr || size > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  const uintptr_t begin = detail::address(buffer);
  const uintptr_t at = detail::round_up(begin, alignof(CheckedArena));
  const uintptr_t rest = at + sizeof(CheckedArena);
  if (rest >= begin + size || begin + size < begin) return nullptr;
  // What was known of an earlier use of the buffer is no longer true.
  detail::guarded_forget_range(buffer, static_cast<char*>(buffer) + size);
  detail::ArenaCore* const core =
      detail::fixed_core_create(reinterpret_cast<void*>(rest), begin + size - rest, 0);
  if (core == nullptr) return nullptr;
  CheckedArena* const arena =
      detail::checked_init(reinterpret_cast<void*>(at), nullptr, detail::checked_interface(false),
                           "a fixed buffer", &kBufferBlocks, &core->outermost.base);
  arena->buffer_bytes = size;
  return &arena->outermost.base;
}

bool fixed_owns(IAllocator a, const void* p, Site site) {
  const CheckedArena* const arena = fixed_of(a, "owns", site);
  return detail::core_owns(core_of(arena), p);
}

AllocatorStats fixed_stats(IAllocator a, Site site) {
  return detail::checked_stats(fixed_of(a, "stats", site));
}

void fixed_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::CallSite call(site);
  CheckedArena* const arena = fixed_of(a, "destroy", site);
  detail::checked_expect_no_scope(arena, "fixed buffer destroyed");
  detail::checked_clear(arena);
  const detail::ArenaCore* const core = core_of(arena);
  const char* const rest = core->outermost.cursor;
  if (rest < core->far) {
    expect_untouched(rest, static_cast<size_t>(core->far - rest),
                     "when the buffer's allocator ended");
  }
  unpoison_defined(core, detail::core_stats(core).bytes_reserved + sizeof(detail::ArenaCore));
  detail::mark_destroyed(&arena->outermost.base);
}

}  // namespace cex
