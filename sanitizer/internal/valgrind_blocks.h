// What Valgrind is told of the blocks of an arena, so that its reports name the stack that
// allocated the block which an address lies in or behind. Nothing in other builds.
#ifndef CEX_SANITIZER_INTERNAL_VALGRIND_BLOCKS_H_
#define CEX_SANITIZER_INTERNAL_VALGRIND_BLOCKS_H_

#include "cex/sanitizer.h"

namespace cex::detail {

#ifdef CEX_VALGRIND

// Bytes on both sides of a block in which an access is said to be the block's.
inline constexpr size_t kValgrindRedzone = 16;

// A block of `pool`, which is any address; null: Valgrind is not told.
inline void valgrind_made(const void* pool, const void* p, size_t size) {
  if (pool == nullptr) return;
  if (!VALGRIND_MEMPOOL_EXISTS(pool)) VALGRIND_CREATE_MEMPOOL(pool, kValgrindRedzone, 0);
  VALGRIND_MEMPOOL_ALLOC(pool, p, size);
}
inline void valgrind_resized(const void* pool, const void* old, const void* p, size_t size) {
  if (pool != nullptr) VALGRIND_MEMPOOL_CHANGE(pool, old, p, size);
}
inline void valgrind_freed(const void* pool, const void* p) {
  if (pool != nullptr) VALGRIND_MEMPOOL_FREE(pool, p);
}
// All that are left.
inline void valgrind_ended(const void* pool) {
  if (VALGRIND_MEMPOOL_EXISTS(pool)) VALGRIND_DESTROY_MEMPOOL(pool);
}

#else

inline void valgrind_made(const void*, const void*, size_t) {}
inline void valgrind_resized(const void*, const void*, const void*, size_t) {}
inline void valgrind_freed(const void*, const void*) {}
inline void valgrind_ended(const void*) {}

#endif

}  // namespace cex::detail

#endif  // CEX_SANITIZER_INTERNAL_VALGRIND_BLOCKS_H_
