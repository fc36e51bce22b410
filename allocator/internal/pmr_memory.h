// Memory of a std::pmr::memory_resource, for an IAllocator: a resource wants to be told the
// size and the alignment of what it gets back. Each block has them in a record in front.
//
//     | padding, up to 48 | size, alignment | bytes … |
//     ^ from the resource                     ^ the block
#ifndef CEX_ALLOCATOR_INTERNAL_PMR_MEMORY_H_
#define CEX_ALLOCATOR_INTERNAL_PMR_MEMORY_H_

#include <stddef.h>

#if __has_include(<memory_resource>)
#include <memory_resource>

#include "cex/interface.h"

namespace cex::detail {

inline constexpr uint32_t kPmrMagic = 0xcea1b0b7;

// As the functions of the interface. `align` is at most 64. What the resource throws becomes
// nullptr.
void* pmr_malloc(std::pmr::memory_resource* resource, size_t size, size_t align);
void* pmr_realloc(std::pmr::memory_resource* resource, void* p, size_t size, size_t align);
void pmr_free(std::pmr::memory_resource* resource, void* p);

// An IAllocator over a resource has no scopes: these end the program with a message.
IAllocator pmr_scope_enter(IAllocator self);
void pmr_scope_exit(IAllocator self);
uint32_t pmr_scope_depth(IAllocator self);

// Memory of an IAllocator above the alignments that it has, or null.
void* over_aligned_malloc(IAllocator a, size_t size, size_t align);
void over_aligned_free(IAllocator a, void* p);

}  // namespace cex::detail

#endif  // <memory_resource>

#endif  // CEX_ALLOCATOR_INTERNAL_PMR_MEMORY_H_
