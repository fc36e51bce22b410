// malloc, realloc and free of the C library behind the interface: mem$ itself in
// release builds, and in CEX_TEST builds what memory that no leak check should
// count comes from.
#ifndef CEX_ALLOCATOR_INTERNAL_LIBC_HEAP_H_
#define CEX_ALLOCATOR_INTERNAL_LIBC_HEAP_H_

#include "cex/interface.h"

namespace cex::detail {

inline constexpr uint32_t kHeapMagic = 0xcea1feaf;

extern "C" {
void* cex_libc_malloc(IAllocator self, size_t size, size_t align);
void* cex_libc_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* cex_libc_realloc(IAllocator self, void* p, size_t size, size_t align);
void* cex_libc_free(IAllocator self, void* p);

// A heap has no scopes: these end the program with a message that says so.
IAllocator cex_heap_scope_enter(IAllocator self);
void cex_heap_scope_exit(IAllocator self);
uint32_t cex_heap_scope_depth(IAllocator self);
}

inline constexpr Allocator_i libc_heap = {
    cex_libc_malloc,      cex_libc_calloc,     cex_libc_realloc,     cex_libc_free,
    cex_heap_scope_enter, cex_heap_scope_exit, cex_heap_scope_depth, {kHeapMagic, false, false},
};

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_LIBC_HEAP_H_
