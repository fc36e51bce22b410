// The arena of a block is kept for later, and later there is no arena.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(arena_kept_after_its_block) {
  IAllocator kept = mem$;
  mem$arena(4096, arena) {
    if (bug) kept = bugs::hide(arena);
  }
  char* p = mem$malloc(kept, 10);  // BUG
  bugs::use(p);
  mem$free(kept, p);
}
