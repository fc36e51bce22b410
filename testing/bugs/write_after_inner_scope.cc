// Of two nested scopes of an arena, the inner one's memory.
#include "cex/arena.h"
#include "testing/bugs/program.h"

PROGRAM(write_after_inner_scope) {  // FOUND
  mem$arena(4096, arena) {
    int* total = nullptr;
    mem$scope(arena, outer) {
      if (!bug) total = mem$calloc(outer, 1, sizeof(int));
      mem$scope(arena, inner) {
        if (bug) total = mem$calloc(inner, 1, sizeof(int));
        *total += 1;
      }
      *bugs::hide(total) += 1;  // BUG
    }
  }
}
