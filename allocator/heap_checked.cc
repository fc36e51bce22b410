// mem$ under CEX_TEST: guarded blocks of the C library.

#include "cex/allocator/internal/bump_window.h"
#include "cex/heap.h"
#include "cex/sanitizer/internal/guarded_blocks.h"

namespace cex::detail {
namespace {

BlockList& blocks() {
  static constinit BlockTotals totals;
  static constinit BlockList list = {
      .name = "mem$",
      .source = &kLibcBlocks,
      .context = nullptr,
      .totals = &totals,
      .is_counted = true,
      .moves_always = true,  // so that a pointer kept from before is stale for sure
  };
  return list;
}

}  // namespace

void* cex_heap_malloc(IAllocator, size_t size, size_t align) {
  return is_valid_request(size, align) ? guarded_malloc(&blocks(), size, meant_align(align))
                                       : nullptr;
}

void* cex_heap_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  return calloc_by<cex_heap_malloc>(self, count, size, align);
}

void* cex_heap_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return cex_heap_malloc(self, size, align);
  return is_valid_request(size, align) ? guarded_realloc(&blocks(), p, size, meant_align(align))
                                       : nullptr;
}

void* cex_heap_free(IAllocator, void* p) {
  if (p != nullptr) guarded_free(&blocks(), p);
  return nullptr;
}

}  // namespace cex::detail
