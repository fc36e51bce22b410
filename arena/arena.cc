#include "cex/arena.h"

#include <new>

#include "cex/allocator/internal/checks.h"
#include "cex/allocator/internal/heap_checked.h"
#include "cex/allocator/internal/living_arenas.h"
#include "cex/report.h"

namespace cex {
namespace {

bool is_valid_page_size(size_t page_size) {
  return page_size > 0 && page_size <= static_cast<size_t>(PTRDIFF_MAX);
}

void set_up(detail::Bump* bump, size_t page_size, const ArenaOptions& options) {
  bump->backing = options.backing;
  bump->page_bytes = page_size < detail::kMinPageBytes ? detail::kMinPageBytes : page_size;
  bump->byte_limit = options.limit;
  bump->reserve_limit = options.reserve_pages;
#ifdef CEX_TEST
  bump->birth = detail::heap_take_number();
#endif
}

void tear_down(detail::Bump* bump) {
  detail::check_thread(bump);
  if (kChecked && depth_of(bump) != 0) {
    die_here("arena destroyed inside its scope: %llu still open",
             static_cast<unsigned long long>(depth_of(bump)));
  }
  detail::close_blocks(bump, 0);
  detail::bump_clear(bump);
}

// The arena behind `a`, or a report that it is none.
detail::Bump* arena_of(IAllocator a, const char* call, Site site) {
  if (a != nullptr) detail::check_is_there(a, site);
  if (a == nullptr || a->meta.magic_id != detail::kBumpMagic) {
    die(site, "AllocatorArena.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not an arena");
  }
  return detail::bump_of(a);
}

}  // namespace

IAllocator arena_create(size_t page_size, const ArenaOptions& options, Site site) {
  if (!is_valid_page_size(page_size) || options.backing == nullptr) return nullptr;
  [[maybe_unused]] const detail::CallSite call(site);
  void* const memory =
      options.backing->malloc(options.backing, sizeof(detail::Bump), alignof(detail::Bump));
  if (memory == nullptr) return nullptr;
  auto* const bump = ::new (memory) detail::Bump{detail::make_bump(detail::kBumpInterface)};
  set_up(bump, page_size, options);
  bump->has_creator = true;
  if (options.backing == mem$) detail::add_arena(bump);
  return &bump->base;
}

void arena_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  [[maybe_unused]] const detail::CallSite call(site);
  detail::Bump* const bump = arena_of(a, "destroy", site);
  if (!bump->has_creator) {
    die(site, "AllocatorArena.destroy of an allocator that is not from AllocatorArena.create");
  }
  detail::remove_arena(bump);
  tear_down(bump);
  const IAllocator backing = bump->backing;
  backing->free(backing, bump);
}

bool arena_owns(IAllocator a, const void* p, Site site) {
  return detail::bump_owns(arena_of(a, "owns", site), p);
}

AllocatorStats arena_stats(IAllocator a, Site site) {
  return detail::bump_stats(arena_of(a, "stats", site));
}

void arena_hand_over([[maybe_unused]] IAllocator a, [[maybe_unused]] Site site) {
#ifdef CEX_TEST
  const detail::CallSite call(site);
  detail::Bump* const bump = arena_of(a, "hand_over", site);
  detail::check_thread(bump);
  if (depth_of(bump) != 0) {
    die(site, "AllocatorArena.hand_over inside a scope: %llu still open",
        static_cast<unsigned long long>(depth_of(bump)));
  }
  __atomic_store_n(&bump->owner, uint64_t{0}, __ATOMIC_RELAXED);
#endif
}

ArenaBlock::ArenaBlock(size_t page_size, const ArenaOptions& options, Site site)
    : bump_(detail::make_bump(detail::kBumpInterface)), site_(site) {
  if (!is_valid_page_size(page_size)) die(site, "mem$arena: bad page size %zu", page_size);
  if (options.backing == nullptr) die(site, "mem$arena: the backing allocator is null");
  set_up(&bump_, page_size, options);
}

ArenaBlock::~ArenaBlock() {
  [[maybe_unused]] const detail::CallSite call(site_);
  tear_down(&bump_);
  detail::mark_gone(&bump_.base);
}

}  // namespace cex
