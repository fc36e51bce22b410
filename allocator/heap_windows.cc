// mem$ on Windows without the checks of CEX_TEST. Its C library frees aligned blocks by a function
// of their own, so that all blocks are such.
#include <malloc.h>
#include <string.h>

#include "cex/allocator/internal/bump_window.h"
#include "cex/heap.h"

namespace cex::detail {
namespace {

size_t at_least_default(size_t align) { return align < kDefaultAlign ? kDefaultAlign : align; }

}  // namespace

void* cex_heap_malloc(IAllocator, size_t size, size_t align) {
  return is_valid_request(size, align) ? _aligned_malloc(size, at_least_default(align)) : nullptr;
}

void* cex_heap_calloc(IAllocator self, size_t count, size_t size, size_t align) {
  return calloc_by<cex_heap_malloc>(self, count, size, align);
}

void* cex_heap_realloc(IAllocator, void* p, size_t size, size_t align) {
  return is_valid_request(size, align) ? _aligned_realloc(p, size, at_least_default(align))
                                       : nullptr;
}

void* cex_heap_free(IAllocator, void* p) {
  _aligned_free(p);
  return nullptr;
}

}  // namespace cex::detail
