// The blocks of the bridges to std::pmr under CEX_TEST; and how any build takes
// memory from a memory_resource.
#ifndef CEX_ALLOCATOR_INTERNAL_PMR_CHECKED_H_
#define CEX_ALLOCATOR_INTERNAL_PMR_CHECKED_H_

#include <stddef.h>

#include <memory_resource>

#include "cex/site.h"

namespace cex::detail {

// The resource's memory, or null: what it throws must not get to a caller in C.
inline void* pmr_take(std::pmr::memory_resource* resource, size_t bytes, size_t align) {
#ifdef __cpp_exceptions
  try {
    return resource->allocate(bytes, align);
  } catch (...) {
    return nullptr;
  }
#else
  return resource->allocate(bytes, align);
#endif
}

#ifdef CEX_TEST

// The blocks of one PmrAllocator. Thread-safe, as far as the resource is.
struct PmrBooks;

PmrBooks* pmr_books_open(std::pmr::memory_resource* resource);

// Reports a write past an end of a block that was not freed, or to one that was, where
// the memory is sure to be there still; gives back what is held back.
void pmr_books_close(PmrBooks* books);

// As the functions of the interface. They report misuse, and writes around the block.
void* pmr_books_allocate(PmrBooks* books, size_t size, size_t align);
void* pmr_books_resize(PmrBooks* books, void* p, size_t size, size_t align);
void pmr_books_free(PmrBooks* books, void* p);

// A PmrResource's block above the alignments of an IAllocator lies somewhere in a larger
// one. In front of it are at least this many bytes, behind it at least its alignment.
inline constexpr size_t kOverAlignedFront = 64;

// Makes `size` bytes at `p` the block, and guard bytes of the rest of the `whole` at `memory`.
void open_over_aligned(char* memory, size_t whole, char* p, size_t size, Site made);

// Reports a `p` that is no such block, and writes around it; returns its `memory`.
char* close_over_aligned(char* p, size_t align);

// The same for zero bytes, for which one was allocated.
void open_empty(char* p);
void close_empty(char* p, Site made);

#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_PMR_CHECKED_H_
