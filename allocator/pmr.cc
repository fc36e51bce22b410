// The bridges to std::pmr without the checks of CEX_TEST; pmr_checked.cc has them with them.
#include "cex/pmr.h"

#include "cex/allocator/internal/pmr_memory.h"

#ifdef CEX_DETAIL_HAS_PMR

namespace cex {
namespace detail {
namespace {

std::pmr::memory_resource* resource_of(IAllocator self) {
  return reinterpret_cast<const PmrAllocator::State*>(self)->resource;
}

void* allocator_malloc(IAllocator self, size_t size, size_t align) {
  return is_valid_request(size, align) ? pmr_malloc(resource_of(self), size, meant_align(align))
                                       : nullptr;
}

void* allocator_realloc(IAllocator self, void* p, size_t size, size_t align) {
  return is_valid_request(size, align) ? pmr_realloc(resource_of(self), p, size, meant_align(align))
                                       : nullptr;
}

void* allocator_free(IAllocator self, void* p) {
  if (p != nullptr) pmr_free(resource_of(self), p);
  return nullptr;
}

constexpr Allocator_i kPmrInterface = {
    allocator_malloc,  calloc_by<allocator_malloc>,
    allocator_realloc, allocator_free,
    pmr_scope_enter,   pmr_scope_exit,
    pmr_scope_depth,   {kPmrMagic, false, false},
};

}  // namespace
}  // namespace detail

PmrResource::PmrResource(IAllocator a, Site) : allocator_(a) {}

void* PmrResource::allocate_block(size_t bytes, size_t align) {
  if (bytes == 0) bytes = 1;
  void* const p = align <= detail::kMaxAlign
                      ? static_cast<void*>(mem_malloc(allocator_, bytes, align))
                      : detail::over_aligned_malloc(allocator_, bytes, align);
  if (p == nullptr) detail::pmr_out_of_memory(Site{}, bytes, align);
  return p;
}

void PmrResource::do_deallocate(void* p, size_t, size_t align) {
  if (align > detail::kMaxAlign) return detail::over_aligned_free(allocator_, p);
  allocator_->free(allocator_, p);
}

PmrAllocator::PmrAllocator(std::pmr::memory_resource* resource)
    : state_(::new (detail::aligned_to_64(memory_)) State{detail::kPmrInterface, resource}) {}

}  // namespace cex

#endif  // CEX_DETAIL_HAS_PMR
