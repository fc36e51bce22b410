// mem$ without the checks of CEX_TEST: malloc, realloc and free of the C library.
// heap_checked.cc has it with them.
#include "cex/heap.h"

#include <stdlib.h>
#include <string.h>

#include "cex/allocator/internal/bump_window.h"
#include "cex/sanitizer.h"
#include "cex/sanitizer/internal/system.h"

namespace cex::detail {
namespace {

// What to ask the C library for: jemalloc, mimalloc and tcmalloc align a block of up to 8
// bytes to 8 only, and a block of mem$ is aligned to 16 whatever its size. glibc's
// smallest block has 24 bytes, so that over it nothing is spent. The tools' own mallocs
// align all blocks to 16, and must know a block's true end.
constexpr bool kIsToolsMalloc = kChecker != Checker::kNone && kChecker != Checker::kPattern;
constexpr size_t at_least_aligned(size_t size) {
  return size < kDefaultAlign && !kIsToolsMalloc ? kDefaultAlign : size;
}

}  // namespace

void* cex_heap_malloc(IAllocator, size_t size, size_t align) {
  if (!is_valid_request(size, align)) return nullptr;
  return align <= kDefaultAlign ? malloc(at_least_aligned(size)) : aligned_block(size, align);
}

void* cex_heap_calloc(IAllocator, size_t count, size_t size, size_t align) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || !is_valid_request(bytes, align)) {
    return nullptr;
  }
  if (align <= kDefaultAlign) return calloc(1, at_least_aligned(bytes));
  void* const p = aligned_block(bytes, align);
  return p != nullptr ? memset(p, 0, bytes) : nullptr;
}

void* cex_heap_realloc(IAllocator self, void* p, size_t size, size_t align) {
  if (p == nullptr) return cex_heap_malloc(self, size, align);
  if (!is_valid_request(size, align)) return nullptr;
  if (align <= kDefaultAlign) return realloc(p, at_least_aligned(size));
  // The C library's realloc may move the block to where its alignment is lost.
  const size_t usable = usable_size(p);
  const bool is_aligned = reinterpret_cast<uintptr_t>(p) % align == 0;
  if (is_aligned && size <= usable && size >= usable / 2) return p;
  void* const moved = aligned_block(size, align);
  if (moved == nullptr) return is_aligned && size <= usable ? p : nullptr;
  memcpy(moved, p, usable < size ? usable : size);
  free(p);
  return moved;
}

void* cex_heap_free(IAllocator, void* p) {
  free(p);
  return nullptr;
}

}  // namespace cex::detail
