// What the checked heap knows of its blocks, for the leak checks of
// cex/testing.h. Only in CEX_TEST builds.
#ifndef CEX_ALLOCATOR_INTERNAL_HEAP_CHECKED_H_
#define CEX_ALLOCATOR_INTERNAL_HEAP_CHECKED_H_

#include <stddef.h>
#include <stdint.h>

#include "cex/site.h"

namespace cex::detail {

#ifdef CEX_TEST

struct HeapBlock {
  const void* p;
  size_t size;
  Site site;        // who allocated it
  uint64_t number;  // blocks are numbered in the order of their making
};

// The number that the next block will have: blocks made from now on have it or a
// greater one.
uint64_t heap_next_number();

// A number that no block has: of something made now, whose blocks are to be as old as it is.
uint64_t heap_take_number();

// While one lives, what the calling thread allocates from mem$ has the number `number`,
// instead of one of its own: it belongs to something that was made then.
class AsOldAs {
 public:
  explicit AsOldAs(uint64_t number);
  ~AsOldAs();
  AsOldAs(const AsOldAs&) = delete;
  AsOldAs& operator=(const AsOldAs&) = delete;

 private:
  uint64_t before_;
};

// Calls `visit` for each block not yet freed whose number is at least `from`, in
// no particular order, while no other thread can allocate from mem$ or free to
// it; `visit` must not either.
void heap_visit_live(uint64_t from, void (*visit)(const HeapBlock& block, void* context),
                     void* context);

// Gives what is held back of uncounted_heap to the C library; reports a write to it.
void heap_release_uncounted();

// Reports a write past an end of any live block, or to a freed one that is still
// held back. Every block is looked at.
void heap_verify();

// The same, but tells `found` of each such block and makes it whole again, so that it
// is told of once. As for heap_visit_live, `found` must not use mem$.
void heap_take_damage(void (*found)(const char* text, void* context), void* context);

#else

inline void heap_release_uncounted() {}

#endif

}  // namespace cex::detail

#endif  // CEX_ALLOCATOR_INTERNAL_HEAP_CHECKED_H_
