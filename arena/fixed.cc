// Fixed buffers without the checks of CEX_TEST; fixed_checked.cc has those with them.
#include "cex/fixed.h"

#include "cex/arena/internal/fixed_core.h"
#include "cex/report.h"

namespace cex {
namespace {

static_assert(alignof(detail::ArenaMemory) + sizeof(detail::ArenaMemory) + detail::kPageFront <=
              kFixedOverhead);

// The allocator behind `a`, or a report that it is none of ours.
detail::ArenaCore* fixed_of(IAllocator a, const char* call, Site site) {
  if (a == nullptr || a->meta.magic_id != detail::kArenaMagic ||
      detail::arena_level(a)->core->backing != nullptr ||
      detail::has_range(detail::arena_level(a)->core)) {
    die(site, "AllocatorFixed.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not from AllocatorFixed.create");
  }
  return detail::arena_level(a)->core;
}

}  // namespace

IAllocator fixed_create(void* buffer, size_t size) {
  detail::ArenaCore* const core =
      detail::fixed_core_create(buffer, size, detail::ArenaMemory::kLevels);
  return core != nullptr ? &core->outermost.base : nullptr;
}

bool fixed_owns(IAllocator a, const void* p, Site site) {
  return detail::core_owns(fixed_of(a, "owns", site), p);
}

AllocatorStats fixed_stats(IAllocator a, Site site) {
  return detail::core_stats(fixed_of(a, "stats", site));
}

void fixed_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  const detail::Page* page = fixed_of(a, "destroy", site)->outermost.pages;
  while (page->older != nullptr) page = page->older;
  unpoison_defined(page, page->bytes);
}

}  // namespace cex
