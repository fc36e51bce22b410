// An arena ends like a block of the heap.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(arena_freed_to_heap) {
  IAllocator arena = AllocatorArena.create(4096);
  char* text = mem$malloc(arena, 40);
  bugs::use(text[0] = 'x');
  if (bug) {
    mem$free(mem$, arena);  // BUG
  } else {
    AllocatorArena.destroy(arena);
  }
}
