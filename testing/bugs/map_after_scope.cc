// A map's handle outlives its memory.
#include "cex/arena.h"
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(map_after_scope) {
  mem$arena(4096, arena) {
    hm$(int, int) counts = nullptr;
    mem$scope(arena, scratch) {
      hm$new(counts, scratch);
      hm$set(counts, 1, 1);
      if (!bug) counts = nullptr;
    }
    bugs::use(hm$get(counts, 1));  // BUG
  }
}
