/// @file
/// mem$, the heap: malloc, realloc and free of the C library behind the interface.
///
/// ```cpp
/// char* name = mem$malloc(mem$, 20);
/// mem$free(mem$, name);
/// ```
///
/// Any thread may use it, and may free what another one allocated. In release builds a block is
/// what the C library (or the malloc that the program links instead) returns, with nothing added;
/// resizing grows in place or by remapping as realloc does, for alignments up to 16. In CEX_TEST
/// builds every block has guard bytes and an entry in the registry, with the line that allocated
/// it.
#ifndef CEX_ALLOCATOR_HEAP_H_
#define CEX_ALLOCATOR_HEAP_H_

#include "cex/interface.h"

namespace cex::detail {

inline constexpr uint32_t kHeapMagic = 0xcea1feaf;

// heap.cc has these, or under CEX_TEST heap_checked.cc.
extern "C" {
void* cex_heap_malloc(IAllocator self, size_t size, size_t align);
void* cex_heap_calloc(IAllocator self, size_t count, size_t size, size_t align);
void* cex_heap_realloc(IAllocator self, void* p, size_t size, size_t align);
void* cex_heap_free(IAllocator self, void* p);

// A heap has no scopes: these end the program with a message that says so.
IAllocator cex_heap_scope_enter(IAllocator self);
void cex_heap_scope_exit(IAllocator self);
uint32_t cex_heap_scope_depth(IAllocator self);
}

// constexpr, so that a call through mem$ is a direct call.
inline constexpr Allocator_i heap = {
    cex_heap_malloc,      cex_heap_calloc,     cex_heap_realloc,     cex_heap_free,
    cex_heap_scope_enter, cex_heap_scope_exit, cex_heap_scope_depth, {kHeapMagic, false, false},
};

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_HEAP_H_
