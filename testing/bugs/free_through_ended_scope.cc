// Blocks of a scope are freed one by one, after the scope.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(free_through_ended_scope) {
  mem$arena(4096, arena) {
    IAllocator a = arena;
    char* p = nullptr;
    mem$scope(arena, scratch) {
      if (bug) a = bugs::hide(scratch);
      p = bugs::hide(static_cast<char*>(mem$malloc(a, 20)));
    }
    mem$free(a, p);  // BUG
  }
}
