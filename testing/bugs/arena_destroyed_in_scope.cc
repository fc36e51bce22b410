// The arena goes while a scope of it is open.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(arena_destroyed_in_scope) {
  const IAllocator arena = AllocatorArena.create(4096);
  mem$scope(arena, scratch) {
    char* p = mem$malloc(scratch, 10);
    bugs::use(p[0] = 'x');
    if (bug) AllocatorArena.destroy(arena);  // BUG
  }
  if (!bug) AllocatorArena.destroy(arena);
}
