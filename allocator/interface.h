/** @file
 * The allocator interface: one cache line of function pointers, for C and C++.
 *
 * Everything that allocates takes an IAllocator, and any allocator can stand
 * behind one: the heap, an arena, a caller's buffer, or your own. C++ code calls
 * it through the mem$ macros of cex/allocator.h; C code calls the pointers:
 *
 * ```cpp
 * char* line = a->malloc(a, 80, 16);
 * line = a->realloc(a, line, 160, 16);     // keep the old pointer: may be NULL
 * a->free(a, line);
 * ```
 */
#ifndef CEX_ALLOCATOR_INTERFACE_H_
#define CEX_ALLOCATOR_INTERFACE_H_

#ifdef __cplusplus
#include <stddef.h>
#include <stdint.h>
#else
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#include "cex/build_mode.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The interface by its C name. */
typedef struct Allocator_i Allocator_i;

/** What every function that may allocate takes: which allocator it is to use. */
typedef const struct Allocator_i* IAllocator;

/** What makes an allocator: seven functions, and what is known of it without a call.
 *
 * Sizes are in bytes. Alignments are powers of two from 1 to 64; 0 stands for that of
 * max_align_t. A size of 0, a size above PTRDIFF_MAX and being out of memory all give NULL. So
 * does a bad alignment, which is reported under CEX_TEST.
 *
 * Thread safety is the allocator's own: the heap may be used from everywhere, an
 * arena by one thread. */
struct Allocator_i {
  /** `size` bytes, uninitialized. */
  alignas(64) void* (*const malloc)(IAllocator self, size_t size, size_t alignment);

  /** `count * size` bytes, zeroed; NULL when the product overflows. */
  void* (*const calloc)(IAllocator self, size_t count, size_t size, size_t alignment);

  /** Resizes a block, moving it where it must, and keeps its content up to the
   * smaller size. NULL leaves the old block as it was, and the caller's. A NULL
   * `ptr` makes it malloc. `alignment` must be the one the block was made with. */
  void* (*const realloc)(IAllocator self, void* ptr, size_t new_size, size_t alignment);

  /** Frees a block; NULL is fine. Returns NULL. */
  void* (*const free)(IAllocator self, void* ptr);

  /** Arenas and temporary memory only: opens a scope inside the innermost one that is open,
   * and returns the scope's own allocator, or NULL when there is no memory for it. What is
   * allocated through that, at whatever depth, goes with the scope; what is allocated
   * through `self` stays. An allocator whose scopes have none of their own returns `self`:
   * then memory belongs to the innermost scope. */
  IAllocator (*const scope_enter)(IAllocator self);
  /** Of a scope's own allocator: ends that scope and all inside it. Of the arena itself:
   * ends the innermost scope. */
  void (*const scope_exit)(IAllocator self);

  /** How many scopes are open. */
  uint32_t (*const scope_depth)(IAllocator self);

  /** What is known of the allocator without calling it. */
  struct {
    uint32_t magic_id; /**< which kind of allocator this is */
    bool is_arena;     /**< has scopes; frees as a whole */
    bool is_temp;      /**< a temporary allocator: refuses to work outside a scope */
  } meta;
};

#ifdef __cplusplus
}  // extern "C"
static_assert(sizeof(Allocator_i) == 64, "one cache line, as an ABI");
static_assert(alignof(Allocator_i) == 64, "one cache line, as an ABI");
#else
_Static_assert(sizeof(Allocator_i) == 64, "one cache line, as an ABI");
#endif

#endif /* CEX_ALLOCATOR_INTERFACE_H_ */
