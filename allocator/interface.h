/** @file
 * The allocator interface: one cache line of function pointers, for C and C++.
 *
 * Everything that allocates takes an IAllocator. It points to the heap, an arena, a buffer of the
 * caller's, or an allocator of your own. C++ code calls it through the mem$ macros of
 * cex/allocator.h; C code calls the pointers:
 *
 * ```cpp
 * char* line = a->malloc(a, 80, 16);
 * char* longer = a->realloc(a, line, 160, 16);
 * if (longer != NULL) line = longer;       // else `line` is unchanged
 * a->free(a, line);
 * ```
 */
#ifndef CEX_ALLOCATOR_INTERFACE_H_
#define CEX_ALLOCATOR_INTERFACE_H_

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdalign.h>
#include <stdbool.h>
#endif

#include "cex/build_mode.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The interface by its C name. */
typedef struct Allocator_i Allocator_i;

/** The parameter of every function that may allocate: the allocator to use. */
typedef const struct Allocator_i* IAllocator;

/** An allocator: seven functions, and three facts that need no call.
 *
 * Sizes are in bytes. Alignments are powers of two from 1 to 64; 0 stands for that of
 * max_align_t. The result is NULL for a size of 0, a size above PTRDIFF_MAX, and when out of
 * memory; also for a bad alignment, which is reported under CEX_TEST.
 *
 * Thread safety is the allocator's: any thread may use the heap, one thread an arena. */
struct Allocator_i {
  /** `size` bytes, uninitialized. */
  alignas(64) void* (*const malloc)(IAllocator self, size_t size, size_t alignment);

  /** `count * size` bytes, zeroed; NULL when the product overflows. */
  void* (*const calloc)(IAllocator self, size_t count, size_t size, size_t alignment);

  /** Resizes a block, moving it if necessary, and keeps its content up to the smaller size. If
   * the result is NULL, the old block is unchanged and still the caller's. With a NULL `ptr` it
   * is malloc. `alignment` must be the one that the block was allocated with. */
  void* (*const realloc)(IAllocator self, void* ptr, size_t new_size, size_t alignment);

  /** Frees a block; NULL is fine. Returns NULL. */
  void* (*const free)(IAllocator self, void* ptr);

  /** Only for arenas and temporary memory: opens a scope inside the innermost open one, and
   * returns the scope's own allocator, or NULL when out of memory. Memory that is allocated
   * through it is freed with the scope, whatever the depth of the call; memory that is allocated
   * through `self` stays. An allocator may return `self`; then memory belongs to the innermost
   * scope. */
  IAllocator (*const scope_enter)(IAllocator self);
  /** Called on a scope's own allocator: ends that scope and all inside it. Called on the arena
   * itself: ends the innermost scope. */
  void (*const scope_exit)(IAllocator self);

  /** How many scopes are open. */
  uint32_t (*const scope_depth)(IAllocator self);

  /** Facts about the allocator that need no call. */
  struct {
    uint32_t magic_id; /**< which kind of allocator this is */
    bool is_arena;     /**< has scopes, and frees all its memory together */
    bool is_temp;      /**< a temporary allocator: allocates only inside a scope */
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
