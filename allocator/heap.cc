#include "cex/heap.h"

#include "cex/report.h"

// What is the same in every build: the heap has no scopes.
namespace cex::detail {

IAllocator cex_heap_scope_enter(IAllocator) {
  die_here(
      "mem$scope on mem$: the heap has no scopes\n"
      "    use an arena, or tmem$ for short-lived memory");
}

void cex_heap_scope_exit(IAllocator) { die_here("scope_exit on mem$: the heap has no scopes"); }

uint32_t cex_heap_scope_depth(IAllocator) { return 0; }

}  // namespace cex::detail
