// And the arena itself.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(arena_after_destroy) {
  const IAllocator arena = AllocatorArena.create(4096);
  const IAllocator kept = bugs::hide(arena);
  if (bug) AllocatorArena.destroy(arena);
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  if (!bug) AllocatorArena.destroy(arena);
}
