// Arenas with the checks of CEX_TEST; arena.cc has those without them.
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
      return a->malloc(a, bytes, align);
    },
    .give =
        [](void* backing, void* p) {
          const auto a = static_cast<IAllocator>(backing);
          a->free(a, p);
        },
};

// The page size that is no size of a page; or null.
const size_t* bad_size(const size_t* page_size, const ArenaOptions& options) {
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX);
  if (*page_size == 0 || *page_size > kMost) return page_size;
  return options.max_page_size > kMost ? &options.max_page_size : nullptr;
}

// Whether a release could have the range that the options want. Here it is a limit: blocks
// lie where they always do.
bool can_reserve(size_t bytes) {
  if (bytes == 0) return true;
  const size_t page = detail::page_bytes();
  if (bytes > static_cast<size_t>(PTRDIFF_MAX) / 2) return false;
  bytes = (bytes + page - 1) & ~(page - 1);
  char* const p = detail::reserve_addresses(bytes);
  if (p != nullptr) detail::release_addresses(p, bytes);
  return p != nullptr;
}

CheckedArena* set_up(void* memory, const ArenaOptions& options) {
  const bool is_heap = options.backing == mem$;
  CheckedArena* const arena = detail::checked_init(
      memory, nullptr, detail::checked_interface(false), "an arena",
      is_heap ? &detail::kLibcBlocks : &kBackingBlocks, const_cast<Allocator_i*>(options.backing));
  arena->backing = options.backing;
  arena->byte_limit = options.limit;
  if (options.reserve != 0 && options.reserve < options.limit) arena->byte_limit = options.reserve;
  return arena;
}

void tear_down(CheckedArena* arena) {
  detail::checked_use(&arena->outermost.base);
  detail::checked_expect_no_scope(arena, "arena destroyed");
  detail::checked_clear(arena);
}

// The arena behind `a`, a scope's allocator included, or a report that it is none.
CheckedArena* arena_of(IAllocator a, const char* call, Site site) {
  if (a != nullptr) detail::check_alive(a, site);
  if (a == nullptr || a->meta.magic_id != detail::kCheckedLevelMagic) {
    die(site, "AllocatorArena.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not an arena");
  }
  const detail::CallSite under_way(site);
  return detail::checked_use(a);
}

}  // namespace

IAllocator arena_create(size_t page_size, const ArenaOptions& options, Site site) {
  if (bad_size(&page_size, options) != nullptr || options.backing == nullptr) return nullptr;
  if (!can_reserve(options.reserve)) return nullptr;
  const detail::CallSite call(site);
  void* const memory =
      options.backing->malloc(options.backing, sizeof(CheckedArena), alignof(CheckedArena));
  if (memory == nullptr) return nullptr;
  CheckedArena* const arena = set_up(memory, options);
  arena->has_creator = true;
  detail::guarded_mark(memory, "an arena, which AllocatorArena.destroy would end");
  return &arena->outermost.base;
}

void arena_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "destroy", site);
  if (!arena->has_creator || a != &arena->outermost.base) {
    die(site, "AllocatorArena.destroy of an allocator that is not from AllocatorArena.create");
  }
  tear_down(arena);
  detail::guarded_mark(arena, nullptr);
  const IAllocator backing = arena->backing;
  backing->free(backing, arena);
}

void arena_reset(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "reset", site);
  if (a != &arena->outermost.base || a->meta.is_temp || arena->backing == nullptr) {
    die(site, "AllocatorArena.reset of %s",
        a->meta.is_temp             ? "tmem$, whose memory goes with its scopes"
        : arena->backing == nullptr ? "a fixed buffer"
                                    : "a scope's allocator, whose memory goes with the scope");
  }
  detail::checked_expect_no_scope(arena, "AllocatorArena.reset");
  detail::checked_clear(arena);
}

bool arena_owns(IAllocator a, const void* p, Site site) {
  return detail::guarded_owns(&arena_of(a, "owns", site)->totals, p);
}

AllocatorStats arena_stats(IAllocator a, Site site) {
  return detail::checked_stats(arena_of(a, "stats", site));
}

void arena_hand_over(IAllocator a, Site site) {
  const detail::CallSite call(site);
  CheckedArena* const arena = arena_of(a, "hand_over", site);
  detail::checked_expect_no_scope(arena, "AllocatorArena.hand_over");
  __atomic_store_n(&arena->owner, uint64_t{0}, __ATOMIC_RELAXED);
}

ArenaBlock::ArenaBlock(size_t page_size, const ArenaOptions& options, Site site) : site_(site) {
  static_assert(sizeof(memory_) >= sizeof(CheckedArena) && alignof(CheckedArena) <= 64);
  if (const size_t* const bad = bad_size(&page_size, options)) {
    die(site, "mem$arena: bad page size %zu", *bad);
  }
  if (options.backing == nullptr) die(site, "mem$arena: the backing allocator is null");
  if (!can_reserve(options.reserve)) {
    die(site, "mem$arena: no range of %zu bytes can be reserved", options.reserve);
  }
  set_up(memory_, options);
  allocator_ = reinterpret_cast<IAllocator>(memory_);
}

ArenaBlock::~ArenaBlock() {
  const detail::CallSite call(site_);
  tear_down(reinterpret_cast<CheckedArena*>(memory_));
  detail::mark_destroyed(allocator());
}

}  // namespace cex
