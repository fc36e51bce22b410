// The allocator of a scope is kept for later, and later its scope has ended.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(scope_allocator_after_scope) {
  mem$arena(4096, arena) {
    IAllocator kept = arena;
    mem$scope(arena, request) {
      if (bug) kept = bugs::hide(request);
    }
    char* p = mem$malloc(kept, 10);  // BUG
    bugs::use(p);
  }
}
