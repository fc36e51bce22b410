#include "cex/fixed.h"

#include <new>

#include "cex/allocator/internal/bump.h"
#include "cex/allocator/internal/checks.h"
#include "cex/report.h"

namespace cex {
namespace {

// The allocator behind `a`, or a report that it is none of ours: one of a buffer has
// nobody to get pages from.
detail::Bump* fixed_of(IAllocator a, const char* call, Site site) {
  if (a != nullptr) detail::check_is_there(a, site);
  if (a == nullptr || a->meta.magic_id != detail::kBumpMagic ||
      detail::bump_of(a)->backing != nullptr) {
    die(site, "AllocatorFixed.%s of an allocator that is %s", call,
        a == nullptr ? "null" : "not from AllocatorFixed.create");
  }
  return detail::bump_of(a);
}

}  // namespace

IAllocator fixed_create(void* buffer, size_t size) {
  if (buffer == nullptr || size > static_cast<size_t>(PTRDIFF_MAX)) return nullptr;
  const uintptr_t begin = detail::address(buffer);
  const uintptr_t head = detail::round_up(begin, alignof(detail::Bump));
  const uintptr_t page = head + sizeof(detail::Bump);
  if (page + detail::kMinPageBytes > begin + size) return nullptr;
  auto* const bump =
      ::new (reinterpret_cast<void*>(head)) detail::Bump{detail::make_bump(detail::kBumpInterface)};
  bump->byte_limit = size;
  detail::bump_adopt_page(bump, reinterpret_cast<void*>(page), begin + size - page);
  return &bump->base;
}

bool fixed_owns(IAllocator a, const void* p, Site site) {
  return detail::bump_owns(fixed_of(a, "owns", site), p);
}

AllocatorStats fixed_stats(IAllocator a, Site site) {
  return detail::bump_stats(fixed_of(a, "stats", site));
}

void fixed_destroy(IAllocator a, Site site) {
  if (a == nullptr) return;
  [[maybe_unused]] const detail::CallSite call(site);
  detail::Bump* const bump = fixed_of(a, "destroy", site);
  detail::check_thread(bump);
  if (kChecked && depth_of(bump) != 0) {
    die_here("fixed buffer destroyed inside its scope: %u still open",
             static_cast<unsigned>(depth_of(bump)));
  }
  detail::close_blocks(bump, 0);
  detail::check_page(bump->newest);
  unpoison_defined(bump->newest, bump->newest->bytes);
  detail::mark_gone(&bump->base);
}

}  // namespace cex
