/// @file
/// mem$, the heap: malloc, realloc and free of the C library behind the interface.
///
/// Any thread may use it and free what another one allocated. In release builds a
/// block is just what the C library (or the malloc that the program links
/// instead) gives, with nothing added, and resizing keeps its in-place and
/// remapping growth for alignments up to 16. In CEX_TEST builds every block has
/// guard bytes and a record of who made it.
#ifndef CEX_ALLOCATOR_HEAP_H_
#define CEX_ALLOCATOR_HEAP_H_

#include "cex/allocator/internal/libc_heap.h"

namespace cex::detail {

// Known to the compiler, so that a call through mem$ is a direct one.
#ifdef CEX_TEST
extern "C" {
void* cex_heap_malloc(IAllocator self, size_t size, size_t align);
void* cex_heap_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* cex_heap_realloc(IAllocator self, void* p, size_t size, size_t align);
void* cex_heap_free(IAllocator self, void* p);
}

inline constexpr Allocator_i heap = {
    cex_heap_malloc,      cex_heap_calloc,     cex_heap_realloc,     cex_heap_free,
    cex_heap_scope_enter, cex_heap_scope_exit, cex_heap_scope_depth, {kHeapMagic, false, false},
};

// The same heap for what outlives every test and is nobody's leak.
inline constexpr Allocator_i uncounted_heap = {
    cex_heap_malloc,      cex_heap_calloc,     cex_heap_realloc,     cex_heap_free,
    cex_heap_scope_enter, cex_heap_scope_exit, cex_heap_scope_depth, {kHeapMagic, false, false},
};
#else
inline constexpr const Allocator_i& heap = libc_heap;
inline constexpr const Allocator_i& uncounted_heap = libc_heap;
#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_HEAP_H_
