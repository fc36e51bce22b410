// What fast_path_test.py has to refuse: the negative control.
#include "cex/allocator.h"

extern "C" {

void count_one();

// A statistic too many: more instructions than the golden file has for it.
unsigned long allocations;
void* arena_malloc_16(IAllocator a) {
  void* const p = mem$malloc(a, 16);
  ++allocations;
  return p;
}

// A call on the way.
void* arena_malloc_64(IAllocator a) {
  count_one();
  return mem$malloc(a, 64);
}
}
