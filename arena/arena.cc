// Arenas without the checks of CEX_TEST; arena_checked.cc has those with them.
#include "cex/arena.h"

#include "cex/arena/internal/core.h"
#include "cex/arena/internal/range.h"
#include "cex/report.h"

namespace cex {
namespace {

using detail::ArenaCore;
using detail::ArenaMemory;

// The page size that is no size of a page; or null.
const size_t* bad_size(const size_t* page_size, const ArenaOptions& options) {
  constexpr auto kMost = static_cast<size_t>(PTRDIFF_MAX);
  if (*page_size == 0 || *page_size > kMost) return page_size;
  return options.max_page_size > kMost ? &options.max_page_size : nullptr;
}

static_assert(kRetainDefault == detail::kRetainFew);

// Null: the range that the options want can't be had.
ArenaCore* set_up(void* memory, size_t page_size, const ArenaOptions& options) {
  ArenaCore* const core = detail::core_create(memory, ArenaMemory::kLevels);
  core->backing = options.backing;
  core->page_bytes = page_size < detail::kMinPageBytes ? detail::kMinPageBytes : page_size;
  core->byte_limit = options.limit;
  core->max_page_bytes = options.max_page_size;
  core->retain_bytes = options.retain_bytes;
  if (options.reserve == 0) return core;
  core->backing = nullptr;
  if (!detail::range_create(core, options.reserve)) return nullptr;
  core->range->backing = options.backing;
  return core;
}

void tear_down(ArenaCore* core) {
  if (detail::has_range(core)) {
    detail::range_destroy(core);
  } else {
    detail::core_end_scopes(core);  // those that are open hold levels, which are memory, too
  }
}

[[noreturn]] void refuse(IAllocator a, const char* call, const char* what, Site site) {
  die(site, "AllocatorArena.%s of an allocator that is %s", call, a == nullptr ? "null" : what);
}

// The arena behind `a`, a scope's allocator included, or a report that it is none.
ArenaCore* arena_of(IAllocator a, const char* call, Site site) {
  if (a == nullptr ||
      (a->meta.magic_id != detail::kArenaMagic && a->meta.magic_id != detail::kTempMagic)) {
    refuse(a, call, "not an arena", site);
  }
  return detail::arena_level(a)->core;
}

}  // namespace

IAllocator arena_create(size_t page_size, const ArenaOptions& options, Site) {
  if (bad_size(&page_size, options) != nullptr || options.backing == nullptr) return nullptr;
  void* const memory =
      options.backing->malloc(options.backing, sizeof(ArenaMemory), alignof(ArenaMemory));
  if (memory == nullptr) return nullptr;
  ArenaCore* const core = set_up(memory, page_size, options);
  if (core == nullptr) {
    options.backing->free(options.backing, memory);
    return nullptr;
  }
  core->has_creator = true;
  return &core->outermost.base;
}

void arena_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  ArenaCore* const core = arena_of(a, "destroy", site);
  if (!core->has_creator || a != &core->outermost.base) {
    refuse(a, "destroy", "not from AllocatorArena.create", site);
  }
  const IAllocator backing = detail::has_range(core) ? core->range->backing : core->backing;
  tear_down(core);
  backing->free(backing, core);
}

void arena_reset(IAllocator a, Site site) {
  if (a == nullptr) return;
  ArenaCore* const core = arena_of(a, "reset", site);
  const bool is_buffer = core->backing == nullptr && !detail::has_range(core);
  if (a != &core->outermost.base || a->meta.is_temp || is_buffer) {
    die(site, "AllocatorArena.reset of %s",
        a->meta.is_temp ? "tmem$, whose memory goes with its scopes"
        : is_buffer     ? "a fixed buffer"
                        : "a scope's allocator, whose memory goes with the scope");
  }
  detail::core_reset(core);
}

bool arena_owns(IAllocator a, const void* p, Site site) {
  return detail::core_owns(arena_of(a, "owns", site), p);
}

AllocatorStats arena_stats(IAllocator a, Site site) {
  return detail::core_stats(arena_of(a, "stats", site));
}

void arena_hand_over(IAllocator, Site) {}

ArenaBlock::ArenaBlock(size_t page_size, const ArenaOptions& options, Site site) : site_(site) {
  static_assert(sizeof(memory_) >= sizeof(ArenaMemory) + 63 && alignof(ArenaMemory) <= 64);
  if (const size_t* const bad = bad_size(&page_size, options)) {
    die(site, "mem$arena: bad page size %zu", *bad);
  }
  if (options.backing == nullptr) die(site, "mem$arena: the backing allocator is null");
  const ArenaCore* const core = set_up(detail::aligned_to_64(memory_), page_size, options);
  if (core == nullptr) {
    die(site, "mem$arena: no range of %zu bytes can be reserved", options.reserve);
  }
  allocator_ = &core->outermost.base;
}

ArenaBlock::~ArenaBlock() {
  tear_down(detail::arena_level(allocator_)->core);
  // AddressSanitizer knows when an object on the stack ends; MemorySanitizer does not.
  if constexpr (kChecker == Checker::kMsan) poison(memory_, sizeof(memory_));
}

}  // namespace cex
