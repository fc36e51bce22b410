// The fast paths whose instructions fast_path_test.py counts. Each is one
// function, so that its taken path can be read from the disassembly.
#include "cex/arena.h"
#include "cex/tempmem.h"

extern "C" {

void* arena_malloc_16(IAllocator a) { return mem$malloc(a, 16); }
void* arena_malloc_64(IAllocator a) { return mem$malloc(a, 64); }
void* arena_malloc_100_at_8(IAllocator a) { return mem$malloc(a, 100, 8); }
void* arena_malloc_n(IAllocator a, size_t n) {
  // Not the shorter way of a size that is refused.
  if (n == 0 || n > 1000) __builtin_unreachable();
  return mem$malloc(a, n);
}
void* temp_malloc_16() { return mem$malloc(tmem$, 16); }
void arena_scope(IAllocator a) {
  mem$scope(a, scope) {
    asm volatile("" : : "r"(scope) : "memory");
  }
}
void arena_scope_malloc_16(IAllocator a) {
  mem$scope(a, scope) {
    void* const p = mem$malloc(scope, 16);
    asm volatile("" : : "r"(p) : "memory");
  }
}
void temp_scope() {
  mem$scope(tmem$, scope) {
    asm volatile("" : : "r"(scope) : "memory");
  }
}
}
