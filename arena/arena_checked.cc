// Arenas with the checks of CEX_TEST; arena.cc has those without them.
#include <algorithm>
#include <new>

#include "cex/arena.h"
#include "cex/arena/internal/checked_arena.h"
#include "cex/report.h"
#include "cex/sanitizer/internal/system_pages.h"

namespace cex {
namespace {

using detail::CheckedArena;

// Blocks of an arena whose backing allocator is not mem$ are blocks of that. They are as old
// as the arena: what lasts longer than a test case is no leak of it.
constexpr detail::BlockSource kBackingBlocks = {
    .take = [](void* backing, size_t bytes, size_t align) -> void* {
      const auto a = static_cast<IAllocator>(backing);
      detail::check_alive(a);  // it may have been destroyed before the arena
      return a->malloc(a, bytes, align);
    },
    .give =
        [](void* backing, void* p) {
          const auto a = static_cast<IAllocator>(backing);
          detail::check_alive(a);
          a->free(a, p);
        },
};

// The page size that is no size of a page; or null.
const size_t* bad_size(const size_t* page_size, const ArenaOptions& options) {
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX);
  if (*page_size == 0 || *page_size > kMost) return page_size;
  return options.max_page_size > kMost ? &options.max_page_size : nullptr;
}

// The limit of an arena, which a range is here, too: blocks lie where they always do. 0 where a
// release could not have the range.
size_t limit_of(size_t page_size, const ArenaOptions& options) {
  if (options.reserve == 0) return options.limit;
  constexpr size_t kFront = 64;  // of a release's range, before its first page
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX) / 2;
  const size_t page = detail::page_bytes();
  const auto whole_pages = [page](size_t n) { return (n + page - 1) & ~(page - 1); };
  const size_t first = kFront + page_size;
  if (first > kMost || options.reserve > kMost || whole_pages(first) > options.limit) return 0;
  const size_t bytes = whole_pages(std::max(options.reserve, first));
  char* const p = detail::reserve_addresses(bytes);
  if (p == nullptr) return 0;
  detail::release_addresses(p, bytes);
  return std::min(bytes, options.limit);
}

CheckedArena* set_up(void* memory, const ArenaOptions& options, size_t limit) {
  const bool is_heap = options.backing == mem$;
  CheckedArena* const arena = detail::checked_init(
      memory, nullptr, detail::checked_interface(false), "an arena",
      is_heap ? &detail::kLibcBlocks : &kBackingBlocks, const_cast<Allocator_i*>(options.backing));
  arena->backing = options.backing;
  arena->byte_limit = limit;
  return arena;
}

void tear_down(IAllocator a) {
  CheckedArena* const arena = detail::checked_use(a);
  detail::checked_expect_no_scope(arena, "arena destroyed");
  detail::checked_clear(arena);
}

// The arena behind `a`, a scope's allocator included, or a report that it is none. Null is tmem$ of
// a thread that has not opened a scope yet.
CheckedArena* arena_of(IAllocator a, const char* call, Site site) {
  if (a != nullptr) detail::check_alive(a, site);
  if (a == nullptr || a->meta.magic_id != detail::kCheckedLevelMagic) {
    die(site, "AllocatorArena.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not an arena");
  }
  const detail::CallSite under_way(site);
  return detail::level_of(a)->head != nullptr ? detail::checked_use(a) : nullptr;
}

}  // namespace

IAllocator arena_create(size_t page_size, const ArenaOptions& options, Site site) {
  if (bad_size(&page_size, options) != nullptr || options.backing == nullptr) return nullptr;
  const size_t limit = limit_of(page_size, options);
  if (limit == 0 && options.reserve != 0) return nullptr;
  const detail::CallSite call(site);
  void* const memory =
      options.backing->malloc(options.backing, sizeof(CheckedArena), alignof(CheckedArena));
  if (memory == nullptr) return nullptr;
  CheckedArena* const arena = set_up(memory, options, limit);
  arena->has_creator = true;
  detail::guarded_mark(memory, "an arena, which AllocatorArena.destroy would end");
  return &arena->outermost.base;
}

void arena_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "destroy", site);
  if (arena == nullptr || !arena->has_creator || a != &arena->outermost.base) {
    die(site, "AllocatorArena.destroy of an allocator that is not from AllocatorArena.create");
  }
  tear_down(a);
  detail::guarded_mark(arena, nullptr);
  const IAllocator backing = arena->backing;
  detail::check_alive(backing);
  backing->free(backing, arena);
}

void arena_reset(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "reset", site);
  if (a->meta.is_temp || a != &arena->outermost.base || arena->backing == nullptr) {
    die(site, "AllocatorArena.reset of %s",
        a->meta.is_temp             ? "tmem$, whose memory goes with its scopes"
        : arena->backing == nullptr ? "a fixed buffer"
                                    : "a scope's allocator, whose memory goes with the scope");
  }
  detail::checked_expect_no_scope(arena, "AllocatorArena.reset");
  detail::checked_clear(arena);
}

bool arena_owns(IAllocator a, const void* p, Site site) {
  const CheckedArena* const arena = arena_of(a, "owns", site);
  return arena != nullptr && detail::guarded_owns(&arena->totals, p);
}

AllocatorStats arena_stats(IAllocator a, Site site) {
  const CheckedArena* const arena = arena_of(a, "stats", site);
  return arena != nullptr ? detail::checked_stats(arena) : AllocatorStats{};
}

void arena_hand_over(IAllocator a, Site site) {
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "hand_over", site);
  if (arena == nullptr) return;
  detail::checked_expect_no_scope(arena, "AllocatorArena.hand_over");
  __atomic_store_n(&arena->owner, uint64_t{0}, __ATOMIC_RELAXED);
}

ArenaBlock::ArenaBlock(size_t page_size, const ArenaOptions& options, Site site) : site_(site) {
  static_assert(sizeof(memory_) >= sizeof(CheckedArena) + 63 && alignof(CheckedArena) <= 64);
  if (const size_t* const bad = bad_size(&page_size, options)) {
    die(site, "mem$arena: bad page size %zu", *bad);
  }
  if (options.backing == nullptr) die(site, "mem$arena: the backing allocator is null");
  const size_t limit = limit_of(page_size, options);
  if (limit == 0 && options.reserve != 0) {
    die(site, "mem$arena: no range of %zu bytes can be reserved", options.reserve);
  }
  allocator_ = &set_up(detail::aligned_to_64(memory_), options, limit)->outermost.base;
}

ArenaBlock::~ArenaBlock() {
  const detail::CallSite call(site_);
  tear_down(allocator_);
  detail::mark_destroyed(allocator());
}

}  // namespace cex
