#include "cex/heap.h"

#include <string.h>

#include "cex/internal/bump_head.h"
#include "cex/report.h"
#include "cex/sanitizer.h"

namespace cex::detail {

#ifdef CEX_TEST
void check_is_there(IAllocator a) {
  if (a == nullptr) die_here("the allocator is null");
  uint32_t dead = 0;
  memset(&dead, kPoisonByte, sizeof(dead));
  if (a->meta.magic_id == dead) {
    die_here("the allocator at %p is no longer there: its memory was freed",
             static_cast<const void*>(a));
  }
}
#endif

// What is the same in every build: the heap has no scopes.

IAllocator cex_heap_scope_enter(IAllocator) {
  die_here(
      "mem$scope on mem$: the heap has no scopes\n"
      "    use an arena, or tmem$ for short-lived memory");
}

void cex_heap_scope_exit(IAllocator) { die_here("scope_exit on mem$: the heap has no scopes"); }

uint32_t cex_heap_scope_depth(IAllocator) { return 0; }

}  // namespace cex::detail
