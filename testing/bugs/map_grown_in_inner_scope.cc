// And through a map.
#include "cex/arena.h"
#include "cex/hm.h"
#include "testing/bugs/program.h"

PROGRAM(map_grown_in_inner_scope) {
  mem$arena(4096, arena) {
    hm$(int, int) seen = hm$new(seen, arena, .capacity = bug ? 10 : 100);
    for (int i = 0; i < 100; ++i) {
      mem$scope(arena, scratch) {
        bugs::use(scratch);
        hm$set(seen, i, 1);  // BUG
      }
    }
    bugs::use(hm$get(seen, 99));
  }
}
