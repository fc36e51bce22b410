// The bridges to std::pmr with the checks of CEX_TEST; pmr.cc has them without them.
//
// Many resources are released as a whole, with all blocks that were not freed, and without
// a word. What is in such memory then is someone else's, so that only with
// new_delete_resource() blocks are quarantined, and looked at, that the user does not name.

#include "cex/allocator/internal/pmr_memory.h"
#include "cex/pmr.h"
#include "cex/sanitizer/internal/guarded_blocks.h"

#ifdef CEX_DETAIL_HAS_PMR

namespace cex {
namespace detail {

struct PmrBlocks {
  BlockTotals totals;
  BlockList list;
};

namespace {

std::pmr::memory_resource* resource_of(void* context) {
  return static_cast<std::pmr::memory_resource*>(context);
}

void* resource_take(void* context, size_t bytes, size_t align) {
  return pmr_malloc(resource_of(context), bytes, align);
}
void resource_give(void* context, void* p) { pmr_free(resource_of(context), p); }

constexpr BlockSource kResourceBlocks = {resource_take, resource_give};

// In place of new_delete_resource(): the program's operator new may use mem$, and with it the
// registry, which is locked while blocks leave the quarantine.
void* libc_take(void*, size_t bytes, size_t align) {
  return kLibcBlocks.take(nullptr, bytes, align);
}
void libc_give(void*, void* p) { kLibcBlocks.give(nullptr, p); }

constexpr BlockSource kNewDeleteBlocks = {.take = libc_take, .give = libc_give, .is_kept = true};

// What a PmrResource can't ask its allocator for: zero bytes, and large alignments.

void* over_aligned_take(void* context, size_t bytes, size_t align) {
  return over_aligned_malloc(static_cast<IAllocator>(context), bytes, align);
}
void over_aligned_give(void* context, void* p) {
  over_aligned_free(static_cast<IAllocator>(context), p);
}

constexpr BlockSource kOverAlignedBlocks = {over_aligned_take, over_aligned_give};
constinit BlockTotals over_aligned_totals;
constinit BlockList over_aligned = {
    .name = "a PmrResource",
    .source = &kOverAlignedBlocks,
    .context = nullptr,
    .totals = &over_aligned_totals,
};

BlockList* list_of(IAllocator self) {
  return &reinterpret_cast<const PmrAllocator::State*>(self)->blocks->list;
}

void* allocator_malloc(IAllocator self, size_t size, size_t align) {
  return is_valid_request(size, align) ? guarded_malloc(list_of(self), size, meant_align(align))
                                       : nullptr;
}

void* allocator_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return allocator_malloc(self, size, align);
  return is_valid_request(size, align) ? guarded_realloc(list_of(self), p, size, meant_align(align))
                                       : nullptr;
}

void* allocator_free(IAllocator self, void* p) {
  if (p != nullptr) guarded_free(list_of(self), p);
  return nullptr;
}

constexpr Allocator_i kPmrInterface = {
    allocator_malloc,  calloc_by<allocator_malloc>,
    allocator_realloc, allocator_free,
    pmr_scope_enter,   pmr_scope_exit,
    pmr_scope_depth,   {kPmrMagic, false, false},
};

bool is_over_aligned(size_t bytes, size_t align) { return bytes == 0 || align > kMaxAlign; }

}  // namespace
}  // namespace detail

PmrResource::PmrResource(IAllocator a, Site site) : allocator_(a), site_(site) {}

void* PmrResource::allocate_block(size_t bytes, size_t align) {
  const detail::CallSite call(site_);
  detail::check_alive(allocator_);
  // Also of zero bytes, for which no allocator is asked.
  if (align < detail::kMaxAlign && !detail::is_valid_align(align)) detail::die_of_align(align);
  void* p = nullptr;
  if (!detail::is_over_aligned(bytes, align)) {
    p = allocator_->malloc(allocator_, bytes, align);
  } else if (detail::is_power_of_two(align)) {
    p = detail::guarded_malloc_from(&detail::over_aligned, const_cast<Allocator_i*>(allocator_),
                                    bytes, align);
  }
  if (p == nullptr) detail::pmr_out_of_memory(site_, bytes, align);
  return p;
}

void PmrResource::do_deallocate(void* p, size_t bytes, size_t align) {
  const detail::CallSite call(site_);
  detail::check_alive(allocator_);
  if (detail::is_over_aligned(bytes, align)) return detail::guarded_free(&detail::over_aligned, p);
  allocator_->free(allocator_, p);
}

PmrAllocator::PmrAllocator(std::pmr::memory_resource* resource, Site site)
    : state_(::new (detail::aligned_to_64(memory_))
                 State{detail::kPmrInterface, resource, new detail::PmrBlocks}),
      site_(site) {
  const bool is_kept = resource == std::pmr::new_delete_resource();
  state_->blocks->list = {
      .name = "a PmrAllocator",
      .source = is_kept ? &detail::kNewDeleteBlocks : &detail::kResourceBlocks,
      .context = resource,
      .totals = &state_->blocks->totals,
  };
}

PmrAllocator::~PmrAllocator() {
  const detail::CallSite call(site_);
  detail::BlockList* const list = &state_->blocks->list;
  if (list->source->is_kept) detail::guarded_verify(list);
  detail::guarded_forget(list);
  delete state_->blocks;
  detail::mark_destroyed(allocator());
}

}  // namespace cex

#endif  // CEX_DETAIL_HAS_PMR
