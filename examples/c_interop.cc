// C interop: C code takes an IAllocator and calls its function pointers. C++ passes it any
// allocator, and an arr$ where C takes a pointer and a length. See c_interop_text.c for the other
// side.
#include <cstdio>

#include "cex/arena.h"
#include "cex/collections.h"
#include "cex/tempmem.h"
#include "examples/c_interop_text.h"

int main() {
  char* on_heap = text_upper(mem$, "from the heap");
  if (on_heap == nullptr) return 1;
  std::puts(on_heap);
  mem$free(mem$, on_heap);  // allocated in C, freed here: it is the same allocator

  mem$arena(4096, arena) std::puts(text_upper(arena, "from an arena"));

  mem$scope(tmem$, _) {
    arr$(int) numbers = arr$new(numbers, _);
    arr$pushm(numbers, 1, 2, 3, 4);
    std::printf("%ld\n", text_sum(numbers, arr$len(numbers)));  // converts to int*
  }
  return 0;
}
