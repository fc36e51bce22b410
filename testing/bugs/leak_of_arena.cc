// An arena that is not destroyed.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(leak_of_arena) {                           // FOUND
  IAllocator arena = AllocatorArena.create(4096);  // BUG
  char* p = mem$malloc(arena, 10);
  bugs::use(p[0] = 'x');
  if (!bug) AllocatorArena.destroy(arena);
}
